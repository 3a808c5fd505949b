/* discover_plan.h - the order in which a mailbox's server is looked for, and
 * which addresses the password may go to.  Engine.  Pure: answers in, next
 * step out.  Answers are hostile.
 *
 * Order ([MS-OXDISCO] 3.1.5): what the directory published, then
 * https://<domain>/, then https://autodiscover.<domain>/, then two hints that
 * prove nothing: the redirect of plain HTTP and DNS SRV.
 * Trust: a host at the port at which the directory published it, and those
 * two, at port 443, of a domain that is the account's, the directory's or the
 * test mailbox's.  A redirect or a hint is followed to one that is trusted
 * already, and to no other.  What the Trust List says of a host counts before
 * all of these, and is about port 443. */
#ifndef DISCOVER_PLAN_H
#define DISCOVER_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/trust.h"

struct exchange;
struct discover_plan; /* opaque */
struct msg_pox_result;

#define PLAN_REDIRECTS_MAX 10
#define PLAN_URLS_MAX 80

enum plan_way {
	WAY_HINT, /* worked lately */
	WAY_SCP,
	WAY_DOMAIN,
	WAY_HOST, /* autodiscover.<domain> */
	WAY_REDIRECT,
	WAY_HTTP, /* the redirect of http://autodiscover.<domain>/ */
	WAY_SRV, /* _autodiscover._tcp.<domain> */
	WAY__MAX
};

enum plan_do {
	PLAN_SCP, /* ask the directory */
	PLAN_HTTP_HINT, /* ask plain HTTP for a redirect */
	PLAN_SRV_HINT, /* ask DNS */
	PLAN_POX, /* ask url */
	PLAN_REFUSED, /* url must not be asked: see failure */
	PLAN_NONE /* no way is left */
};

/* All borrowed until the plan is asked again. */
struct plan_step {
	enum plan_do what;
	enum plan_way way;
	const char *url;
	const char *email; /* may be another one after a redirect */
	const char *failure; /* row of failure.def, or "" */
	/* Only the Trust List vouches for the host: its certificate must be
	 * in order, whatever the record says. */
	bool must_verify;
};

/* What an answer means. */
enum plan_answer {
	ANSWER_FOUND,
	ANSWER_FAILED, /* go on; see failure */
	ANSWER_REDIRECT, /* to another address or mailbox, followed */
	ANSWER_KNOWN, /* a hint leads to what was asked before */
	ANSWER_STOPPED /* nothing more may be asked; see failure */
};
struct plan_verdict {
	enum plan_answer what;
	const char *failure;
	const char *target; /* of a redirect */
	const char *host; /* of a target that is to be decided about, or "" */
};

/* What the Trust List says of a host, now. */
typedef enum trust (*plan_trust_fn)(void *arg, const char *host);

/* use_scp: ask the directory first. */
enum err plan_new(struct discover_plan **out, const struct exchange *x,
    const char *email, bool use_scp) ERR_CHECK;
void plan_free(struct discover_plan *p);
/* Without it nothing is decided about any host. */
void plan_trust(struct discover_plan *p, plan_trust_fn fn, void *arg);
/* To be asked before all others; it came from an earlier plan.  is_listed:
 * where only the Trust List vouched for it. */
void plan_hint(struct discover_plan *p, const char *url, bool is_listed);
void plan_next(struct discover_plan *p, struct plan_step *out);
/* An address that the directory published, best first. */
void plan_scp_url(struct discover_plan *p, const char *url);
void plan_answer(struct discover_plan *p, const struct msg_pox_result *r,
    struct plan_verdict *out);
/* An address that way (WAY_HTTP, WAY_SRV) has led to. */
void plan_hinted(struct discover_plan *p, enum plan_way way, const char *url,
    struct plan_verdict *out);
/* The most telling failure, when no way led to the goal. */
const char *plan_failure(const struct discover_plan *p);

/* "mail.example.org" of "https://mail.example.org:443/x", lower case; false
 * for anything but https with a plain host. */
bool plan_url_host(const char *url, char *out, size_t size);
/* The part behind "@", or "". */
const char *plan_domain(const char *email);

#endif
