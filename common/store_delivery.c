/* store_delivery.c - how alarms are sent away, in config.db, and how far
 * that is, in state.db. */
#include "common/store_delivery.h"

#include <string.h>

#include "common/alloc.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_bound.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

enum bound_kind
delivery_channel_of(const char *name)
{
	unsigned i;

	for (i = 0; i < BOUND_WAYS_N; i++)
		if (str_eq(bound_name((enum bound_kind)i), name))
			break;
	return (enum bound_kind)i;
}

enum err
store_delivery_get(
    struct store *s, enum bound_kind ch, struct bound *out, struct errinfo *ei)
{
	struct bound d;
	bool row = false;
	struct sql q;
	enum err e;

	bound_init(&d, ch);
	if ((e = sql_open(&q, s, SQL_DELIVERY_GET, ei)) == ERR_OK) {
		sql_text(&q, bound_name(ch));
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			store_bound_row(&q, &d);
			e = q.e;
		}
	}
	sql_close(&q);
	if (e == ERR_OK && row)
		e = store_bound_fields(
		    s, SQL_DELIVERY_FIELDS, bound_name(d.kind), &d, ei);
	if (e == ERR_OK)
		*out = d;
	else
		bound_clear(&d);
	return e;
}

static enum err
put_row(struct store *s, const struct store_actor *who, const struct bound *d,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_PUT, ei)) == ERR_OK) {
		sql_text(&q, bound_name(d->kind));
		store_bound_bind(&q, who, d);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct bound *d,
    struct errinfo *ei)
{
	const struct setting *f = NULL;
	struct sql q;
	enum err e;

	e = put_row(s, who, d, ei);
	while (
	    e == ERR_OK && (f = setting_next(bound_name(d->kind), f)) != NULL) {
		if (f->kind == SETTING_P)
			continue;
		if ((e = sql_open(&q, s, SQL_DELIVERY_FIELD_PUT, ei)) ==
		    ERR_OK) {
			sql_text(&q, bound_name(d->kind));
			sql_text(&q, f->key);
			sql_text(&q, bound_get(d, f->key));
			e = sql_run(&q, NULL);
		}
		sql_close(&q);
	}
	return e;
}

enum err
store_delivery_put(struct store *s, const struct store_actor *who,
    const struct bound *d, struct errinfo *ei)
{
	const struct store_bound t = {
	    "delivery", bound_name(d->kind), store_delivery_get, put};

	if (!bound_is_good(d) || (bound_wants_secret(d) && d->box.n == 0))
		return err_set(ei, ERR_ARG, "A field is wrong.");
	return store_bound_put(s, who, &t, d, ei);
}

/* -- state.db -- */

enum err
store_delivery_state(struct store *s, enum bound_kind ch,
    struct delivery_state *out, struct errinfo *ei)
{
	struct delivery_state st;
	struct sql q;
	enum err e;

	memset(&st, 0, sizeof st);
	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE, ei)) == ERR_OK) {
		sql_text(&q, bound_name(ch));
		if ((e = sql_next(&q, &st.is_there)) == ERR_OK && st.is_there) {
			st.done_id = sql_col_int(&q);
			st.tried_s = sql_col_int(&q);
			st.sent_s = sql_col_int(&q);
			st.tries = sql_col_int(&q);
			st.next_s = sql_col_int(&q);
			sql_col_copy(&q, st.answer, sizeof st.answer);
			sql_col_copy(&q, st.failure, sizeof st.failure);
			st.waiting = sql_col_int(&q);
			e = q.e;
		}
	}
	sql_close(&q);
	/* The engine has made no state.db yet. */
	if (e == ERR_OK || e == ERR_NOTFOUND)
		*out = st;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err
store_delivery_state_put(struct store *s, enum bound_kind ch,
    const struct delivery_state *st, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE_PUT, ei)) == ERR_OK) {
		sql_text(&q, bound_name(ch));
		sql_int(&q, st->done_id);
		sql_int(&q, st->tried_s);
		sql_int(&q, st->sent_s);
		sql_int(&q, st->tries);
		sql_int(&q, st->next_s);
		sql_text(&q, st->answer);
		sql_text(&q, st->failure);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

enum err
store_delivery_state_drop(
    struct store *s, enum bound_kind ch, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE_DROP, ei)) == ERR_OK) {
		sql_text(&q, bound_name(ch));
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static void
event_clear(struct alarm_event *a)
{
	mem_free(a->subject);
	mem_free(a->severity);
	mem_free(a->detail);
	memset(a, 0, sizeof *a);
}

void
alarm_event_list_clear(struct alarm_event_list *l)
{
	STORE_LIST_CLEAR(l, event_clear);
}

static void
read_event(struct sql *q, void *row)
{
	struct alarm_event *a = row;

	a->id = sql_col_int(q);
	a->at_s = sql_col_int(q);
	a->is_raised = sql_col_flag(q);
	a->number = sql_col_int(q);
	a->subject = sql_col_dup(q);
	a->severity = sql_col_dup(q);
	a->detail = sql_col_dup(q);
	a->first_s = sql_col_int(q);
}

enum err
store_alarm_events(struct store *s, int64_t after_id, size_t limit,
    struct alarm_event_list *out, struct errinfo *ei)
{
	struct alarm_event_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_EVENTS, ei)) == ERR_OK) {
		sql_int(&q, after_id);
		sql_int(&q, store_limit(limit));
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_event);
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = l;
	else
		alarm_event_list_clear(&l);
	return e;
}

enum err
store_alarm_event_last(struct store *s, int64_t *id, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	*id = 0;
	if ((e = sql_open(&q, s, SQL_ALARM_EVENT_LAST, ei)) == ERR_OK &&
	    (e = sql_one(&q, "")) == ERR_OK)
		*id = sql_col_int(&q);
	sql_close(&q);
	return e;
}
