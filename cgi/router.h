/* router.h - which handler may answer whom.  calconn-web.
 * routes.def is the table; what it says is judged here, once, before any
 * handler runs. */
#ifndef ROUTER_H
#define ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "cgi/page.h"
#include "cgi/req.h"
#include "common/store_admin.h"

struct FCGX_Request;

#define ROUTE_PRE 1u
#define ROUTE_FIRST 2u
#define ROUTE_UPLOAD 4u

struct route {
	enum req_method method;
	const char *path;
	page_fn fn;
	const char *template;
	enum role least;
	unsigned flags;
};

enum verdict {
	VERDICT_RUN,
	VERDICT_NOT_FOUND,
	VERDICT_BAD_METHOD,
	VERDICT_BAD_ORIGIN, /* not a page of ours asked */
	VERDICT_BAD_TOKEN,
	VERDICT_SIGN_IN,
	VERDICT_CHANGE_PASSWORD,
	VERDICT_ROLE,
	VERDICT__MAX
};

/* What is known of the sender before a handler runs. */
struct caller {
	bool is_signed_in, must_change, origin_ok, token_ok;
	enum role role;
};

size_t router_count(void);
const struct route *router_at(size_t i);
/* HEAD finds GET's row.  *path_known: the path exists with another method. */
const struct route *
router_find(enum req_method m, const char *path, bool *path_known);
enum verdict router_judge(const struct route *r, const struct caller *c);

/* Answers one request, whatever it is. */
void router_answer(
    struct web *w, struct req *r, struct resp *resp, struct FCGX_Request *fcgi);

#endif
