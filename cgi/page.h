/* page.h - what a handler gets and what it may do.
 * calconn-web.  A handler: form -> validate -> store_* or ctl_client_* ->
 * fill the view.  It answers ERR_OK after it filled p->view or made a
 * redirect; any other class becomes an error page. */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "cgi/req.h"
#include "cgi/resp.h"
#include "cgi/view.h"
#include "common/err.h"
#include "common/seal.h"
#include "common/store_admin.h"

struct conf;
struct ctl_client;
struct render;
struct route;
struct store;
struct store_actor;

/* What a worker holds from start to end. */
struct web {
	const struct conf *conf;
	struct store *store;
	struct render *render;
	struct ctl_client *ctl;
	unsigned char seal_pk[SEAL_PK_LEN];
	uint64_t settled; /* stamp of the store; settle.c */
	uint64_t settle_after_ms; /* on the clock of clock_mono_ms() */
	int64_t swept_s; /* when what is kept was looked at; spool.h */
};

/* One request. */
struct page {
	struct web *web;
	struct req *req;
	struct resp *resp;
	const struct route *route;
	const char *template; /* the route's; a handler may name another */
	struct view view; /* "P" of the template */
	bool is_signed_in;
	struct session_row session; /* where signed in */
	int64_t now_s;
	uint64_t stamp; /* of the store, 0: not asked yet */
};

typedef enum err (*page_fn)(struct page *p, struct errinfo *ei);

/* For config_log; borrows from p. */
struct store_actor page_actor(const struct page *p);
bool page_can_write(const struct page *p);
/* Title of the page; "Error: " is put in front by the form's errors. */
void page_title(struct page *p, const char *title);
/* Shown in the next page after a change: "?saved=REV" of the path. */
enum err
page_saved(struct page *p, const char *path, struct errinfo *ei) ERR_CHECK;
/* Tells the engine that config.db has a new revision; what it answers or
 * whether it answers is seen on the next page. */
void page_config_changed(struct page *p);
/* Fills P.saved from "?saved=": revision, whether it is in effect. */
enum err page_show_saved(struct page *p, struct errinfo *ei) ERR_CHECK;
/* A list that is kept while the store stays as it is; see render_kept(). */
struct view page_kept(struct page *p, const char *name, bool *is_fresh);
/* Which note the page is to show: P.NAME where the query has "NAME". */
void page_flags(struct page *p, const char *a, const char *b);
/* The live part of the page is asked for again after so many seconds: by
 * the script, which exchanges that part only, and without scripting by the
 * whole page, unless refresh_s is 0: where somebody may be typing. */
void page_poll(struct page *p, unsigned every_s, unsigned refresh_s);
/* The router's: what stands around every page, and what all requests
 * share ("S"). */
void page_frame(struct page *p);
void page_shared(struct web *w, const char *version);

#endif
