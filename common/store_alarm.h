/* store_alarm.h - alarms: raised and lowered by the engine in state.db,
 * acknowledged by an administrator in config.db. */
#ifndef STORE_ALARM_H
#define STORE_ALARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct alarm_kind;
struct store;
struct store_actor;
struct user_list;

#define ALARM_HISTORY_KEEP 1000 /* lowered alarms; the oldest go first */
#define ALARM_NOTE_MAX 500 /* bytes */
/* Lowered and raised again with the same cause within so long (a restart,
 * a server that comes and goes), an alarm is the old one: its
 * acknowledgement and its first time stay. */
#define ALARM_SAME_S 600

struct alarm {
	int64_t number;
	char *subject, *severity, *cause, *detail;
	int64_t first_s, last_s, count;
	char *ack_note, *ack_who; /* "" where it is not acknowledged */
	int64_t ack_s; /* 0: not acknowledged */
	int64_t lowered_s; /* of the history; 0: raised */
};
struct alarm_list {
	struct alarm *v;
	size_t n;
};
void alarm_clear(struct alarm *a);
void alarm_list_clear(struct alarm_list *l);

/* Not acknowledged ones first. */
enum err store_alarm_list(
    struct store *s, struct alarm_list *out, struct errinfo *ei) ERR_CHECK;
enum err store_alarm_get(struct store *s, int64_t number, const char *subject,
    struct alarm *out, struct errinfo *ei) ERR_CHECK;
/* Newest first. */
enum err store_alarm_history(struct store *s, size_t offset, size_t limit,
    struct alarm_list *out, struct errinfo *ei) ERR_CHECK;
/* Those that are not acknowledged. */
enum err
store_alarm_count(struct store *s, int64_t *out, struct errinfo *ei) ERR_CHECK;
/* note: may be "".  ERR_NOTFOUND: it is not raised. */
enum err
store_alarm_ack(struct store *s, const struct store_actor *who, int64_t number,
    const char *subject, const char *note, struct errinfo *ei) ERR_CHECK;
/* Whom it touches: `total` is their number, a page of them follows; limit 0
 * only counts. */
enum err store_alarm_users(struct store *s, int64_t number, const char *subject,
    size_t offset, size_t limit, struct user_list *out,
    struct errinfo *ei) ERR_CHECK;

/* The engine's. */
enum err store_alarm_raise(struct store *s, int64_t number, const char *subject,
    const char *severity, const char *cause, const char *detail,
    struct errinfo *ei) ERR_CHECK;
enum err store_alarm_lower(struct store *s, int64_t number, const char *subject,
    bool *was_raised, struct errinfo *ei) ERR_CHECK;

#endif
