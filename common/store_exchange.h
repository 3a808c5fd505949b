/* store_exchange.h - Exchange records and their drafts. */
#ifndef STORE_EXCHANGE_H
#define STORE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct store;
struct store_actor;

/* Field names as in settings.def.  All strings owned, never NULL. */
struct exchange {
	char *id;
	char *display_name, *account, *type;
	bool use_proxy, enabled, auth_ntlm, auth_kerberos, auth_basic,
	    tls_verify;
	char *scheduling_email, *discovery, *address;
	bool scp_enabled;
	char *ad_domain, *ad_site, *ad_server, *query_mode;
	bool ldap_tls_verify;
	char *email;
	char *password_max_days; /* a number, or "": not declared */
	struct bytes box; /* empty: no password stored */
	char *bound_to; /* binding text the box was sealed with */
	int64_t password_set_s, tested_s, created_s, changed_s;
	char *changed_by;
	uint64_t rev;
};

struct exchange_draft {
	char *draft_id, *owner, *job_id;
	bool is_new;
	uint64_t base_rev, draft_rev;
	bool store_when_passed; /* intent */
	struct exchange x; /* x.id is the record id */
};

struct exchange_list {
	struct exchange *v;
	size_t n;
};

void exchange_init(struct exchange *x); /* defaults of settings.def */
void exchange_clear(struct exchange *x);
enum err
exchange_copy(struct exchange *to, const struct exchange *from) ERR_CHECK;
void exchange_list_clear(struct exchange_list *l);
void exchange_draft_clear(struct exchange_draft *d);

/* By key of settings.def ("yes"/"no" for flags).  get: borrowed. set:
 * ERR_NOTFOUND for an unknown key, ERR_ARG where the value does not fit the
 * field's kind.  "password" is not a field of this struct. */
const char *exchange_get(const struct exchange *x, const char *key);
enum err exchange_set(struct exchange *x, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
/* All checks of a whole record, each problem to the callback with its key
 * (rules between fields included: at least one authentication type, an
 * address when direct, a domain when SCP is on ...).  Returns how many. */
typedef void (*exchange_problem_fn)(
    void *arg, const char *key, const char *text);
size_t
exchange_check(const struct exchange *x, exchange_problem_fn fn, void *arg);
/* What its password is bound to (seal.h): record id, account, type, target
 * (direct address, or autodiscover with AD domain and mail domain), TLS and
 * LDAP verification, query mode, authentication types, proxy use. */
enum err exchange_binding(const struct exchange *x, char *out, size_t out_size,
    struct errinfo *ei) ERR_CHECK;
/* Which bound fields differ between the text the box has and the record as
 * it is: keys as in settings.def, for the message beside the field. */
enum err
exchange_binding_diff(const struct exchange *x, struct strlist *keys) ERR_CHECK;

enum err store_exchange_list(
    struct store *s, struct exchange_list *out, struct errinfo *ei) ERR_CHECK;
/* What a list shows of a record, with how its users fare.  Borrowed for the
 * call: a page copies what it needs, once. */
struct exchange_brief {
	const char *id, *display_name, *account, *type;
	const char *discovery, *address, *ad_domain;
	bool enabled;
	int64_t tested_s, password_set_s; /* 0: none is stored */
	int64_t users, subscribed, failing; /* that it serves */
};
typedef void (*exchange_brief_fn)(void *arg, const struct exchange_brief *x);
/* By display name. */
enum err store_exchange_each(struct store *s, exchange_brief_fn fn, void *arg,
    struct errinfo *ei) ERR_CHECK;
enum err store_exchange_get(struct store *s, const char *id,
    struct exchange *out, struct errinfo *ei) ERR_CHECK;
/* By display name (caseless) or id. */
enum err store_exchange_find(struct store *s, const char *name_or_id,
    struct exchange *out, struct errinfo *ei) ERR_CHECK;
/* ERR_EXISTS: the display name is taken. ERR_CONFLICT: x->rev is not the
 * stored one.  x->rev 0 inserts. */
enum err store_exchange_put(struct store *s, const struct store_actor *who,
    const struct exchange *x, struct errinfo *ei) ERR_CHECK;
enum err store_exchange_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei) ERR_CHECK;
enum err store_exchange_name_taken(struct store *s, const char *display_name,
    const char *but_id, bool *out, struct errinfo *ei) ERR_CHECK;

/* Drafts do not count as configuration: no revision, no config_log. */
#define STORE_DRAFTS_MAX 200 /* over all; the oldest go first */
#define STORE_DRAFT_LIFE_S 86400 /* then it is removed */
/* Sets draft_id where it is empty, and draft_rev.  ERR_CONFLICT: draft_rev
 * is not the stored one; 0 writes over what is there. */
enum err store_draft_put(
    struct store *s, struct exchange_draft *d, struct errinfo *ei) ERR_CHECK;
enum err store_draft_get(struct store *s, const char *draft_id,
    struct exchange_draft *out, struct errinfo *ei) ERR_CHECK;
/* Those that still live, the newest first; borrowed for the call. */
struct draft_brief {
	const char *draft_id, *display_name, *owner, *job_id;
	bool is_new;
	int64_t changed_s;
};
typedef void (*draft_brief_fn)(void *arg, const struct draft_brief *d);
enum err store_draft_each(struct store *s, draft_brief_fn fn, void *arg,
    struct errinfo *ei) ERR_CHECK;
enum err store_draft_set_job(struct store *s, const char *draft_id,
    const char *job_id, struct errinfo *ei) ERR_CHECK;
enum err store_draft_delete(
    struct store *s, const char *draft_id, struct errinfo *ei) ERR_CHECK;
/* Draft -> record in one transaction, if its draft_rev is still the one
 * given; the draft is gone afterwards.  tested: sets tested_s. */
enum err store_draft_commit(struct store *s, const struct store_actor *who,
    const char *draft_id, uint64_t draft_rev, bool tested,
    struct errinfo *ei) ERR_CHECK;
/* Commits all drafts that are to be stored when their test passes and whose
 * newest revision has passed, in their owners' names.  One that cannot be
 * stored stays what it is.  stored: how many were. */
enum err store_draft_settle(
    struct store *s, size_t *stored, struct errinfo *ei) ERR_CHECK;

#endif
