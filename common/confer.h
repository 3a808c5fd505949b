/* confer.h - a conferencing service that meetings are booked with: its type,
 * its fields and its sealed secrets.  Pure; the store is store_confer.h.
 * What a type is made of: confer_type.def and settings.def. */
#ifndef CONFER_H
#define CONFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

#define CONFER_ID_LEN 32 /* hex digits */
#define CONFER_MAX 32 /* services */
#define CONFER_FIELDS_MAX 24 /* of a type, secrets included */
#define CONFER_HOST_MAX 254

struct setting;

struct confer_type {
	const char *type; /* record of settings.def */
	const char *label, *host_key, *host, *account_key, *domain_key, *auth,
	    *need, *help;
};

const struct confer_type *confer_type_at(size_t i); /* NULL past the end */
const struct confer_type *confer_type_find(const char *type);
bool confer_type_needs(const struct confer_type *t, const char *key);

struct confer_field {
	const struct setting *row;
	char *value; /* owned; "" of a secret */
	struct bytes box; /* of a secret: sealed; empty where none is stored */
	char *bound_to; /* the text that it was sealed with */
	int64_t set_s; /* when; wall clock */
};

struct confer {
	char id[CONFER_ID_LEN + 1];
	const struct confer_type *type;
	struct confer_field v[CONFER_FIELDS_MAX];
	size_t n;
	int64_t changed_s;
	char *changed_by; /* owned */
	uint64_t rev; /* 0: not stored yet */
};

/* With a new id and the defaults of settings.def. */
void confer_init(struct confer *c, const struct confer_type *t);
void confer_clear(struct confer *c);
enum err confer_copy(struct confer *to, const struct confer *from) ERR_CHECK;
/* Same fields and same secrets? */
bool confer_is_same(const struct confer *a, const struct confer *b);
const char *confer_name(const struct confer *c); /* its display name */

/* NULL: no such field. */
struct confer_field *confer_field(const struct confer *c, const char *key);
/* "" for a secret or a field that the type has not. */
const char *confer_get(const struct confer *c, const char *key);
/* ERR_NOTFOUND: no such field; ERR_ARG: the value does not fit. */
enum err confer_set(struct confer *c, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
/* What is missing or does not fit together, each to the callback.  A secret
 * counts as there when it is stored, or when secret_given says that one
 * comes with the form.  Returns how many. */
typedef void (*confer_problem_fn)(void *arg, const char *key, const char *text);
size_t confer_check(const struct confer *c,
    bool (*secret_given)(void *arg, const char *key), confer_problem_fn fn,
    void *arg);

/* The server, "" for a type without one.  Borrowed. */
const char *confer_host(const struct confer *c);
/* As it signs in: "ACCOUNT" or "DOMAIN\ACCOUNT". */
enum err confer_account(const struct confer *c, char *out, size_t size,
    struct errinfo *ei) ERR_CHECK;
/* What a secret is bound to: id, kind, account, host, port, TLS.  out:
 * SEAL_BINDING_MAX. */
enum err confer_binding(const struct confer *c, const char *key, char *out,
    size_t size, struct errinfo *ei) ERR_CHECK;
/* Was the stored secret entered for what the fields say now? */
bool confer_is_bound(const struct confer *c, const char *key);
/* Is this field part of what secrets are bound to? */
bool confer_binds(const struct confer *c, const char *key);
/* A new box, bound to c as it is; copied. */
enum err
confer_give_box(struct confer *c, const char *key, const unsigned char *box,
    size_t n, int64_t now_s, struct errinfo *ei) ERR_CHECK;

/* The TMS system that stands for a room's mailbox in "MAILBOX=ID, ..."; 0:
 * none.  A text that is no such list is refused. */
enum err confer_rooms_check(const char *map, struct errinfo *ei) ERR_CHECK;
uint32_t confer_room(const char *map, const char *mailbox);

#endif
