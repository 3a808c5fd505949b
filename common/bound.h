/* bound.h - settings that stand together with one secret, which is bound to
 * where it is used: the Connector Proxy, the ways of sending alarms, and each
 * workspace.  Their fields are rows of settings.def; what else differs is one
 * row of a table in bound.c.  Pure; store_proxy.h, store_delivery.h and
 * store_workspace.h keep them. */
#ifndef BOUND_H
#define BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

/* The ways of sending come first, so that they can be counted alone. */
enum bound_kind {
	BOUND_SYSLOG,
	BOUND_MAIL,
	BOUND_WEBHOOK,
	BOUND_PRESENCE, /* who is out of office, to a webhook */
	BOUND_WAYS_N,
	BOUND_PROXY = BOUND_WAYS_N,
	BOUND_WORKSPACE, /* a room's device; there are many */
	BOUND__MAX
};

#define BOUND_FIELDS_MAX 12
#define BOUND_ID_LEN 32 /* hex digits */
#define BOUND_NAME_MAX 16 /* bytes of a kind's name */

/* All strings owned, never NULL.  Zeroed it is empty, to be cleared only. */
struct bound {
	enum bound_kind kind;
	char id[BOUND_ID_LEN + 1]; /* of one among many, else "" */
	char *v[BOUND_FIELDS_MAX]; /* in the order of settings.def */
	struct bytes box; /* empty: no secret stored */
	char *bound_to;
	int64_t secret_set_s, changed_s;
	char *changed_by;
	uint64_t rev; /* 0: none is stored */
};

/* "syslog", "mail", "webhook", "presence", "proxy", "workspace": also the
 * record in settings.def. */
const char *bound_name(enum bound_kind k);
/* Its field of kind P, or NULL. */
const char *bound_secret_key(enum bound_kind k);

void bound_init(struct bound *b, enum bound_kind k); /* settings.def's values */
void bound_clear(struct bound *b);
enum err bound_copy(struct bound *to, const struct bound *from) ERR_CHECK;
/* Do both lead to the same place with the same secret? */
bool bound_is_same(const struct bound *a, const struct bound *b);
bool bound_is_same_box(const struct bound *a, const struct bound *b);
/* What a change of the box is called in the log: "set", "set anew", "unset";
 * NULL where it is the same.  now: NULL where it is gone. */
const char *bound_box_change(const struct bound *was, const struct bound *now);
/* Goes by https, signed: to whom alarms or absences are told. */
bool bound_is_hook(const struct bound *b);
bool bound_is_on(const struct bound *b); /* it has no switch, or is on */
/* One certificate alone is accepted, whoever issued it. */
bool bound_is_pinned(const struct bound *b);
uint32_t bound_port(const struct bound *b); /* 0 where it is none */

/* By key of settings.def; a secret is no field.  get: NULL, set:
 * ERR_NOTFOUND for an unknown key; set: ERR_ARG where the value does not
 * fit. */
const char *bound_get(const struct bound *b, const char *key);
enum err bound_set(struct bound *b, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
/* The rules between fields, each problem to the callback (NULL: none is).
 * Returns how many. */
typedef void (*bound_problem_fn)(void *arg, const char *key, const char *text);
size_t bound_check(const struct bound *b, bound_problem_fn fn, void *arg);
bool bound_is_good(const struct bound *b); /* no problem */
/* Has it to have a secret? */
bool bound_wants_secret(const struct bound *b);
/* Of one that may be with or without a user name: it has none, and so can
 * have no secret. */
bool bound_is_nameless(const struct bound *b);

/* What its secret is bound to, and which fields differ from what the box was
 * sealed for. */
enum err bound_binding(const struct bound *b, char *out, size_t out_size,
    struct errinfo *ei) ERR_CHECK;
enum err
bound_binding_diff(const struct bound *b, struct strlist *keys) ERR_CHECK;
/* A new box, bound to b as it is; binding: of b.  Takes a copy. */
enum err bound_give_box(struct bound *b, const unsigned char *box, size_t n,
    const char *binding, struct errinfo *ei) ERR_CHECK;
void bound_drop_box(struct bound *b);

#endif
