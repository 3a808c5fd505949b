/* store_delivery.c - how alarms are sent away, in config.db, and how far
 * that is, in state.db. */
#include "common/store_delivery.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

/* A field that this version does not know is passed over. */
static enum err
read_fields(struct store *s, struct delivery *d, struct errinfo *ei)
{
	struct errinfo why;
	bool row = true;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_FIELDS, ei)) != ERR_OK)
		goto out;
	sql_text(&q, delivery_name(d->ch));
	while (e == ERR_OK && row) {
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			char *key = sql_col_dup(&q);

			if (key != NULL &&
			    delivery_set(d, key, sql_col_text(&q), &why) ==
				ERR_NOMEM)
				e = ERR_NOMEM;
			mem_free(key);
		}
	}
out:
	sql_close(&q);
	return e;
}

enum err
store_delivery_get(struct store *s, enum delivery_channel ch,
    struct delivery *out, struct errinfo *ei)
{
	struct delivery d;
	bool row = false;
	struct sql q;
	enum err e;

	delivery_init(&d, ch);
	if ((e = sql_open(&q, s, SQL_DELIVERY_GET, ei)) == ERR_OK) {
		sql_text(&q, delivery_name(ch));
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			sql_col_bytes(&q, &d.box);
			mem_free(d.bound_to);
			d.bound_to = sql_col_dup(&q);
			d.secret_set_s = sql_col_int(&q);
			d.changed_s = sql_col_int(&q);
			mem_free(d.changed_by);
			d.changed_by = sql_col_dup(&q);
			d.rev = (uint64_t)sql_col_int(&q);
			e = q.e;
		}
	}
	sql_close(&q);
	if (e == ERR_OK && row)
		e = read_fields(s, &d, ei);
	if (e == ERR_OK)
		*out = d;
	else
		delivery_clear(&d);
	return e;
}

/* Secrets appear as set or unset. */
static enum err
log_change(struct store *s, const struct store_actor *who,
    const struct delivery *was, const struct delivery *now, struct errinfo *ei)
{
	const char *name = delivery_name(now->ch), *word = NULL;
	const char *key = delivery_secret_key(now->ch);
	const struct setting *f = NULL;
	enum err e = ERR_OK;

	while (e == ERR_OK && (f = setting_next(name, f)) != NULL)
		if (f->kind != SETTING_P)
			e = store_change_log(s, who, "delivery", name, f->key,
			    was->rev == 0 ? "" : delivery_get(was, f->key),
			    delivery_get(now, f->key), ei);
	if (now->box.n == 0 && was->box.n > 0)
		word = "unset";
	else if (now->box.n > 0 && was->box.n == 0)
		word = "set";
	else if (now->box.n != was->box.n ||
		 (now->box.n > 0 &&
		     memcmp(now->box.p, was->box.p, now->box.n) != 0))
		word = "set anew";
	if (e == ERR_OK && word != NULL)
		e = store_change_log(s, who, "delivery", name, key,
		    was->box.n > 0 ? "set" : "unset", word, ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
put_row(struct store *s, const struct store_actor *who,
    const struct delivery *d, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_PUT, ei)) == ERR_OK) {
		sql_text(&q, delivery_name(d->ch));
		sql_blob(&q, d->box.p, d->box.n);
		sql_text(&q, d->bound_to);
		sql_int(&q, d->secret_set_s);
		sql_int(&q, clock_wall_s());
		sql_text(&q, who->who);
		sql_int(&q, (int64_t)d->rev + 1);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put_fields(struct store *s, const struct delivery *d, struct errinfo *ei)
{
	const struct setting *f = NULL;
	enum err e = ERR_OK;
	struct sql q;

	while (e == ERR_OK &&
	       (f = setting_next(delivery_name(d->ch), f)) != NULL) {
		if (f->kind == SETTING_P)
			continue;
		if ((e = sql_open(&q, s, SQL_DELIVERY_FIELD_PUT, ei)) ==
		    ERR_OK) {
			sql_text(&q, delivery_name(d->ch));
			sql_text(&q, f->key);
			sql_text(&q, delivery_get(d, f->key));
			e = sql_run(&q, NULL);
		}
		sql_close(&q);
	}
	return e;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct delivery *d,
    struct errinfo *ei)
{
	struct delivery was;
	enum err e;

	if ((e = store_delivery_get(s, d->ch, &was, ei)) != ERR_OK)
		return e;
	if (was.rev != d->rev)
		e = err_set(ei, ERR_CONFLICT,
		    "This was changed meanwhile. Load it again.");
	else if (d->rev == 0 || !delivery_is_same(&was, d)) {
		e = put_row(s, who, d, ei);
		if (e == ERR_OK)
			e = put_fields(s, d, ei);
		if (e == ERR_OK)
			e = log_change(s, who, &was, d, ei);
	}
	delivery_clear(&was);
	return e;
}

static void
ignore(void *arg, const char *key, const char *text)
{
	(void)arg;
	(void)key;
	(void)text;
}

enum err
store_delivery_put(struct store *s, const struct store_actor *who,
    const struct delivery *d, struct errinfo *ei)
{
	enum err e;

	if (delivery_check(d, ignore, NULL) > 0 ||
	    (delivery_wants_secret(d) && d->box.n == 0))
		return err_set(ei, ERR_ARG, "A field is wrong.");
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, d, ei);
	return store_tx_end(s, e, ei);
}

/* -- state.db -- */

enum err
store_delivery_state(struct store *s, enum delivery_channel ch,
    struct delivery_state *out, struct errinfo *ei)
{
	struct delivery_state st;
	struct sql q;
	enum err e;

	memset(&st, 0, sizeof st);
	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE, ei)) == ERR_OK) {
		sql_text(&q, delivery_name(ch));
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
store_delivery_state_put(struct store *s, enum delivery_channel ch,
    const struct delivery_state *st, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE_PUT, ei)) == ERR_OK) {
		sql_text(&q, delivery_name(ch));
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
    struct store *s, enum delivery_channel ch, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DELIVERY_STATE_DROP, ei)) == ERR_OK) {
		sql_text(&q, delivery_name(ch));
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
