/* store_delivery.h - how alarms are sent away: by syslog, by mail and to a
 * webhook; and to another webhook who is out of office.  What an administrator
 * decided is in config.db, how far each way is in state.db.  The mail server's
 * password and a webhook's key are sealed boxes, bound to where they are used
 * (seal.h). */
#ifndef STORE_DELIVERY_H
#define STORE_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct store;
struct store_actor;

enum delivery_channel {
	DELIVERY_SYSLOG,
	DELIVERY_MAIL,
	DELIVERY_WEBHOOK,
	DELIVERY_PRESENCE, /* who is out of office, to a webhook */
	DELIVERY__MAX
};

#define DELIVERY_FIELDS_MAX 8
#define DELIVERY_NAME_MAX 16 /* bytes of a channel's name */
#define ALARM_EVENTS_KEEP 5000 /* events; the oldest go first */

/* All strings owned, never NULL.  Zeroed it is empty. */
struct delivery {
	enum delivery_channel ch;
	char *v[DELIVERY_FIELDS_MAX]; /* in the order of settings.def */
	struct bytes box; /* empty: no secret stored */
	char *bound_to;
	int64_t secret_set_s, changed_s;
	char *changed_by;
	uint64_t rev; /* 0: none is stored */
};

/* "syslog", "mail", "webhook", "presence": also the record in settings.def. */
const char *delivery_name(enum delivery_channel ch);
/* DELIVERY__MAX: there is none of this name. */
enum delivery_channel delivery_channel_of(const char *name);
/* Its field of kind P, or NULL. */
const char *delivery_secret_key(enum delivery_channel ch);

void delivery_init(struct delivery *d, enum delivery_channel ch);
void delivery_clear(struct delivery *d);
enum err
delivery_copy(struct delivery *to, const struct delivery *from) ERR_CHECK;
/* Do both go to the same place with the same secret? */
bool delivery_is_same(const struct delivery *a, const struct delivery *b);
/* Goes by https, signed: to whom alarms or absences are told. */
bool delivery_is_hook(const struct delivery *d);
bool delivery_is_on(const struct delivery *d);
uint32_t delivery_port(const struct delivery *d); /* 0 where it is none */

/* By key of settings.def; a secret is no field.  get: NULL, set:
 * ERR_NOTFOUND for an unknown key; set: ERR_ARG where the value does not
 * fit. */
const char *delivery_get(const struct delivery *d, const char *key);
enum err delivery_set(struct delivery *d, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
/* The rules between fields, each problem to the callback.  Returns how
 * many. */
typedef void (*delivery_problem_fn)(
    void *arg, const char *key, const char *text);
size_t
delivery_check(const struct delivery *d, delivery_problem_fn fn, void *arg);
/* Has it to have a secret? */
bool delivery_wants_secret(const struct delivery *d);

/* What its secret is bound to, and which fields differ from what the box was
 * sealed for. */
enum err delivery_binding(const struct delivery *d, char *out, size_t out_size,
    struct errinfo *ei) ERR_CHECK;
enum err
delivery_binding_diff(const struct delivery *d, struct strlist *keys) ERR_CHECK;
/* A new box, bound to d as it is; binding: of d.  Takes a copy. */
enum err delivery_give_box(struct delivery *d, const unsigned char *box,
    size_t n, const char *binding, struct errinfo *ei) ERR_CHECK;
void delivery_drop_box(struct delivery *d);

/* Where none is stored: as delivery_init() makes it. */
enum err store_delivery_get(struct store *s, enum delivery_channel ch,
    struct delivery *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: d->rev is not the stored one. */
enum err store_delivery_put(struct store *s, const struct store_actor *who,
    const struct delivery *d, struct errinfo *ei) ERR_CHECK;

/* -- state.db -- */

struct alarm_event {
	int64_t id, at_s, number, first_s;
	bool is_raised; /* or lowered */
	char *subject, *severity, *detail;
};
struct alarm_event_list {
	struct alarm_event *v;
	size_t n;
};
void alarm_event_list_clear(struct alarm_event_list *l);

struct delivery_state {
	bool is_there; /* false: it is off, or the engine did not see it */
	int64_t done_id, tried_s, sent_s, tries, next_s;
	int64_t waiting; /* events that are still to be sent; read only */
	char answer[512], failure[64];
};

enum err store_delivery_state(struct store *s, enum delivery_channel ch,
    struct delivery_state *out, struct errinfo *ei) ERR_CHECK;
/* The engine's. */
enum err store_delivery_state_put(struct store *s, enum delivery_channel ch,
    const struct delivery_state *st, struct errinfo *ei) ERR_CHECK;
enum err store_delivery_state_drop(
    struct store *s, enum delivery_channel ch, struct errinfo *ei) ERR_CHECK;
/* After this one, oldest first. */
enum err store_alarm_events(struct store *s, int64_t after_id, size_t limit,
    struct alarm_event_list *out, struct errinfo *ei) ERR_CHECK;
/* The newest that there is; 0: none. */
enum err store_alarm_event_last(
    struct store *s, int64_t *id, struct errinfo *ei) ERR_CHECK;

#endif
