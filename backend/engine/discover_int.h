/* discover_int.h - what the files of one look-up share: discover.c takes the
 * steps in order, discover_scp.c asks the directory, discover_ask.c asks
 * Autodiscover and reads the answer, discover_hint.c follows plain HTTP and
 * DNS.  See discover.h. */
#ifndef DISCOVER_INT_H
#define DISCOVER_INT_H

#include "backend/engine/discover.h"
#include "backend/engine/discover_plan.h"
#include "backend/engine/steps.h"
#include "common/err.h"
#include "common/ipc.h"
#include "common/trust.h"
#include "common/valid.h"

struct msg_pox_result;
struct src_call;
struct timer;

/* Of Autodiscover at one address: the next is tried where the one before is
 * not offered. */
enum discover_form { FORM_POX, FORM_SOAP, FORM_JSON };

#define DISCOVER_TITLE_MAX 256 /* bytes, as in ipc_msg.def */
/* A wrong password is shown to no more servers than that: each proof brings
 * the account nearer to being locked. */
#define DISCOVER_REFUSALS_MAX 2
#define DISCOVER_TITLE_SCP "Active Directory: service connection points"

struct discover {
	struct record *r;
	char *email;
	struct steps none, *steps;
	bool is_test, scp_only;
	struct discover_plan *plan;
	struct src_call *call;
	struct timer *timer; /* takes the next step from the loop */
	unsigned step; /* that runs now */
	unsigned refusals; /* of the password, by a server of Exchange */
	struct msg_evidence refused; /* the first: class and name only */
	struct strlist ways; /* ids of steps that failed so far */
	bool asked_domain, asked_host;
	bool is_listed; /* only the Trust List vouches for url */
	enum plan_way way;
	enum discover_form form;
	struct strlist urls; /* found */
	char grouping[256];
	char soap_url[VALID_URL_MAX + 1]; /* answers */
	/* The first that answered of Autodiscover, and does not know the
	 * mailbox. */
	char knows_not[VALID_URL_MAX + 1];
	bool knows_not_listed;
	char url[VALID_URL_MAX + 1], detail[ERRINFO_MAX];
	/* A redirect that is not followed before somebody decides. */
	char target[VALID_URL_MAX + 1], target_host[TRUST_PATTERN_MAX];
	char came_from[VALID_URL_MAX + 1];
	const char *target_source;
	/* The first of them: what https said before what only a hint says. */
	char pending_host[TRUST_PATTERN_MAX];
	discover_fn fn;
	void *arg;
};

/* discover.c */
void discover_go_on(struct discover *d); /* the next step, from the loop */
/* Ends the look-up; what is left in res->urls is freed. */
void discover_finish(struct discover *d, struct discover_result *res);
void discover_fail(struct discover *d, const char *failure, const char *detail,
    const struct msg_evidence *ev);
/* The account was refused: no other address is asked. */
void discover_refused(struct discover *d, const struct msg_evidence *ev);
/* While another way may lead to the goal a failure is a warning; when none
 * did, each was a failure. */
void discover_note_failed(struct discover *d);
void discover_turn_failed(struct discover *d);

/* discover_scp.c */
void discover_scp(struct discover *d);
/* What it said lately of this mail domain, or NULL. */
const struct strlist *discover_scp_known(const struct discover *d);

/* discover_form.c */
/* The address of another form beside url, which is of POX; "" where there is
 * none. */
void discover_form_url(const char *url, enum discover_form f, const char *email,
    char *out, size_t size);
/* Was this form not offered there at all? */
bool discover_not_offered(const struct msg_pox_result *m);
/* Asks d->url in the form after d->form; false: there is none. */
bool discover_next_form(struct discover *d);
/* The address is found: what else does the server tell of the mailbox? */
void discover_ask_settings(struct discover *d, unsigned step);

/* discover_ask.c */
void discover_answered(
    struct discover *d, const struct msg_pox_result *m, const char *detail);
void discover_found(struct discover *d, const struct msg_evidence *ev);
void discover_ask(struct discover *d, const struct plan_step *st);
/* A target that somebody must decide about: asks who it is, goes on. */
void discover_look_at(struct discover *d, const struct plan_verdict *v,
    const char *source, const char *came_from);

/* discover_hint.c */
void discover_hint(struct discover *d, const struct plan_step *st);

#endif
