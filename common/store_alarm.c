/* store_alarm.c - alarms, raised, acknowledged and past. */
#include "common/store_alarm.h"

#include <stdio.h>
#include <string.h>

#include "common/alarm_kind.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_delivery.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_user.h"
#include "common/store_user_field.h"
#include "common/str.h"

#define ACK_KEEP 1000 /* acknowledgements; the oldest go first */

void
alarm_clear(struct alarm *a)
{
	mem_free(a->subject);
	mem_free(a->severity);
	mem_free(a->cause);
	mem_free(a->detail);
	mem_free(a->ack_note);
	mem_free(a->ack_who);
	memset(a, 0, sizeof *a);
}

void
alarm_list_clear(struct alarm_list *l)
{
	STORE_LIST_CLEAR(l, alarm_clear);
}

static void
read_common(struct sql *q, struct alarm *a)
{
	a->number = sql_col_int(q);
	a->subject = sql_col_dup(q);
	a->severity = sql_col_dup(q);
	a->cause = sql_col_dup(q);
	a->detail = sql_col_dup(q);
	a->first_s = sql_col_int(q);
	a->last_s = sql_col_int(q);
	a->count = sql_col_int(q);
}

static void
read_raised(struct sql *q, void *row)
{
	struct alarm *a = row;

	read_common(q, a);
	a->ack_note = sql_col_dup(q);
	a->ack_who = sql_col_dup(q);
	a->ack_s = sql_col_int(q);
}

static void
read_past(struct sql *q, void *row)
{
	struct alarm *a = row;

	read_common(q, a);
	a->lowered_s = sql_col_int(q);
}

static enum err
give(enum err e, struct alarm_list *l, struct alarm_list *out)
{
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = *l;
		return ERR_OK;
	}
	alarm_list_clear(l);
	return e;
}

enum err
store_alarm_list(struct store *s, struct alarm_list *out, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_LIST, ei)) == ERR_OK) {
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_raised);
		sql_close(&q);
	}
	return give(e, &l, out);
}

enum err
store_alarm_history(struct store *s, size_t offset, size_t limit,
    struct alarm_list *out, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_PAST_LIST, ei)) == ERR_OK) {
		sql_int(&q, store_limit(limit));
		sql_int(&q, store_limit(offset));
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_past);
		sql_close(&q);
	}
	return give(e, &l, out);
}

enum err
store_alarm_get(struct store *s, int64_t number, const char *subject,
    struct alarm *out, struct errinfo *ei)
{
	struct alarm a = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_GET, ei)) != ERR_OK)
		return e;
	sql_int(&q, number);
	sql_text(&q, subject);
	if ((e = sql_one(&q, "This alarm is not raised.")) == ERR_OK) {
		read_raised(&q, &a);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = a;
	else
		alarm_clear(&a);
	return e;
}

enum err
store_alarm_count(struct store *s, int64_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	*out = 0;
	if ((e = sql_open(&q, s, SQL_ALARM_COUNT, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = sql_col_int(&q);
	sql_close(&q);
	return e;
}

/* -- acknowledged -- */

static void
ack_text(char *out, size_t size, bool is_acked, const char *note)
{
	if (!is_acked)
		(void)snprintf(out, size, "raised");
	else
		(void)snprintf(out, size, "acknowledged%s%s",
		    note[0] != '\0' ? ": " : "", note);
}

static enum err
put_ack(struct store *s, const struct store_actor *who, const struct alarm *a,
    const char *note, struct errinfo *ei)
{
	char was[ALARM_NOTE_MAX + 32], is[ALARM_NOTE_MAX + 32], number[24];
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_ACK_PUT, ei)) != ERR_OK)
		return e;
	sql_int(&q, a->number);
	sql_text(&q, a->subject);
	sql_text(&q, a->cause);
	sql_int(&q, a->first_s);
	sql_text(&q, note);
	sql_text(&q, who->who);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK &&
	    (e = sql_open(&q, s, SQL_ALARM_ACK_TRIM, ei)) == ERR_OK) {
		sql_int(&q, ACK_KEEP);
		e = sql_run(&q, NULL);
		sql_close(&q);
	}
	if (e != ERR_OK)
		return e;
	ack_text(was, sizeof was, a->ack_s != 0, a->ack_note);
	ack_text(is, sizeof is, true, note);
	(void)snprintf(number, sizeof number, "%lld", (long long)a->number);
	return store_change_log(s, who, "alarm", number,
	    a->subject[0] != '\0' ? a->subject : NULL, was, is, ei);
}

enum err
store_alarm_ack(struct store *s, const struct store_actor *who, int64_t number,
    const char *subject, const char *note, struct errinfo *ei)
{
	struct alarm a = {0};
	enum err e;

	if (strlen(note) > ALARM_NOTE_MAX || str_has_control(note))
		return err_set(ei, ERR_ARG,
		    "A note is one line of at most %d bytes.", ALARM_NOTE_MAX);
	if ((e = store_alarm_get(s, number, subject, &a, ei)) != ERR_OK)
		goto out;
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		goto out;
	e = put_ack(s, who, &a, note, ei);
	e = store_tx_end(s, e, ei);
out:
	alarm_clear(&a);
	return e;
}

enum err
store_alarm_users(struct store *s, int64_t number, const char *subject,
    size_t offset, size_t limit, struct user_list *out, struct errinfo *ei)
{
	static const enum sql_id counts[] = {
	    [TOUCHES_ALL] = SQL_USER_TOUCHED_N_ALL,
	    [TOUCHES_RECORD] = SQL_USER_TOUCHED_N_RECORD,
	    [TOUCHES_OWN] = SQL_USER_TOUCHED_N_OWN,
	    [TOUCHES_HOST] = SQL_USER_TOUCHED_N_HOST,
	};
	static const enum sql_id lists[] = {
	    [TOUCHES_ALL] = SQL_USER_TOUCHED_ALL,
	    [TOUCHES_RECORD] = SQL_USER_TOUCHED_RECORD,
	    [TOUCHES_OWN] = SQL_USER_TOUCHED_OWN,
	    [TOUCHES_HOST] = SQL_USER_TOUCHED_HOST,
	};
	enum alarm_touches t = alarm_kind_of(number)->touches;
	struct user_list l = {NULL, 0, 0};
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if (t == TOUCHES_NOBODY)
		return ERR_OK;
	if ((e = sql_open(&q, s, counts[t], ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_text(&q, subject);
	sql_int(&q, number);
	if ((e = sql_one(&q, "")) == ERR_OK)
		l.total = (size_t)sql_col_int(&q);
	sql_close(&q);
	if (e == ERR_OK && limit > 0 &&
	    (e = sql_open(&q, s, lists[t], ei)) == ERR_OK) {
		sql_text(&q, subject);
		sql_int(&q, number);
		sql_int(&q, store_limit(limit));
		sql_int(&q, store_limit(offset));
		e = store_user_rows(&q, &l);
		sql_close(&q);
	}
	if (e == ERR_OK)
		*out = l;
	else
		user_list_clear(&l);
	return e;
}

/* -- the engine's side -- */

/* One statement about one alarm; more: its third parameter, or -1. */
static enum err
run(struct store *s, enum sql_id id, int64_t number, const char *subject,
    int64_t more, int *changed, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	sql_int(&q, number);
	sql_text(&q, subject);
	if (more >= 0)
		sql_int(&q, more);
	e = sql_run(&q, changed);
	sql_close(&q);
	return e;
}

static enum err
trim(struct store *s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_PAST_TRIM, ei)) != ERR_OK)
		return e;
	sql_int(&q, ALARM_HISTORY_KEEP);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* What happened, for those who are told of it. */
static enum err
add_event(struct store *s, int64_t number, const char *subject,
    const char *what, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_EVENT_ADD, ei)) == ERR_OK) {
		sql_int(&q, number);
		sql_text(&q, subject);
		sql_int(&q, clock_wall_s());
		sql_text(&q, what);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_ALARM_EVENT_TRIM, ei)) == ERR_OK) {
		sql_int(&q, ALARM_EVENTS_KEEP);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

/* Is it raised already, with this cause? */
static enum err
has_cause(struct store *s, int64_t number, const char *subject,
    const char *cause, bool *out, struct errinfo *ei)
{
	bool row = false;
	struct sql q;
	enum err e;

	*out = false;
	if ((e = sql_open(&q, s, SQL_ALARM_CAUSE, ei)) == ERR_OK) {
		sql_int(&q, number);
		sql_text(&q, subject);
		if ((e = sql_next(&q, &row)) == ERR_OK && row)
			*out = str_eq(sql_col_text(&q), cause);
	}
	sql_close(&q);
	return e;
}

static enum err
put_raised(struct store *s, int64_t number, const char *subject,
    const char *severity, const char *cause, const char *detail,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_RAISE, ei)) == ERR_OK) {
		sql_int(&q, number);
		sql_text(&q, subject);
		sql_text(&q, severity);
		sql_text(&q, cause);
		sql_text(&q, detail);
		sql_int(&q, clock_wall_s());
		sql_int(&q, ALARM_SAME_S);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

enum err
store_alarm_raise(struct store *s, int64_t number, const char *subject,
    const char *severity, const char *cause, const char *detail,
    struct errinfo *ei)
{
	bool is_old = false;
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = has_cause(s, number, subject, cause, &is_old, ei);
	if (e == ERR_OK)
		e = put_raised(s, number, subject, severity, cause, detail, ei);
	if (e == ERR_OK && !is_old)
		e = add_event(s, number, subject, "raised", ei);
	return store_tx_end(s, e, ei);
}

enum err
store_alarm_lower(struct store *s, int64_t number, const char *subject,
    bool *was_raised, struct errinfo *ei)
{
	int changed = 0;
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = run(s, SQL_ALARM_PAST_AGAIN, number, subject, -1, NULL, ei);
	if (e == ERR_OK)
		e = run(s, SQL_ALARM_PAST, number, subject, clock_wall_s(),
		    NULL, ei);
	if (e == ERR_OK)
		e = add_event(s, number, subject, "lowered", ei);
	if (e == ERR_OK)
		e = run(s, SQL_ALARM_LOWER, number, subject, -1, &changed, ei);
	if (e == ERR_OK)
		e = trim(s, ei);
	if ((e = store_tx_end(s, e, ei)) == ERR_OK && was_raised != NULL)
		*was_raised = changed > 0;
	return e;
}
