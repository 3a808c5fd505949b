#include "common/store_booking.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

void
booking_clear(struct booking *b)
{
	mem_free(b->mailbox);
	mem_free(b->uid);
	mem_free(b->item_id);
	mem_free(b->confer_id);
	mem_free(b->external_id);
	mem_free(b->state);
	mem_free(b->why);
	mem_free(b->asked);
	mem_free(b->subject);
	mem_free(b->link);
	mem_free(b->number);
	mem_free(b->video);
	mem_free(b->pin);
	mem_free(b->failure);
	memset(b, 0, sizeof *b);
}

void
booking_list_clear(struct booking_list *l)
{
	STORE_LIST_CLEAR(l, booking_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct booking *b = row;

	b->mailbox = sql_col_dup(q);
	b->uid = sql_col_dup(q);
	b->item_id = sql_col_dup(q);
	b->confer_id = sql_col_dup(q);
	b->external_id = sql_col_dup(q);
	b->state = sql_col_dup(q);
	b->why = sql_col_dup(q);
	b->asked = sql_col_dup(q);
	b->subject = sql_col_dup(q);
	b->start_s = sql_col_int(q);
	b->end_s = sql_col_int(q);
	b->link = sql_col_dup(q);
	b->number = sql_col_dup(q);
	b->video = sql_col_dup(q);
	b->tries = (uint32_t)sql_col_int(q);
	b->next_try_s = sql_col_int(q);
	b->changed_s = sql_col_int(q);
	b->pin = sql_col_dup(q);
	b->since_s = sql_col_int(q);
	b->failure = sql_col_dup(q);
}

enum err
store_booking_get(struct store *s, const char *mailbox, const char *uid,
    struct booking *out, struct errinfo *ei)
{
	struct booking b;
	struct sql q;
	enum err e;

	memset(&b, 0, sizeof b);
	if ((e = sql_open(&q, s, SQL_BOOKING_GET, ei)) == ERR_OK) {
		sql_text(&q, mailbox);
		sql_text(&q, uid);
		if ((e = sql_one(&q, "The meeting is not booked.")) == ERR_OK) {
			read_row(&q, &b);
			e = q.e;
		}
	}
	sql_close(&q);
	if (e != ERR_OK) {
		booking_clear(&b);
		return e;
	}
	*out = b;
	return ERR_OK;
}

enum err
store_booking_put(struct store *s, const struct booking *b, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_BOOKING_PUT, ei)) == ERR_OK) {
		sql_text(&q, b->mailbox);
		sql_text(&q, b->uid);
		sql_text(&q, b->item_id);
		sql_text(&q, b->confer_id);
		sql_text(&q, b->external_id);
		sql_text(&q, b->state);
		sql_text(&q, b->why);
		sql_text(&q, b->asked);
		sql_text(&q, b->subject);
		sql_int(&q, b->start_s);
		sql_int(&q, b->end_s);
		sql_text(&q, b->link);
		sql_text(&q, b->number);
		sql_text(&q, b->video);
		sql_int(&q, b->tries);
		sql_int(&q, b->next_try_s);
		sql_int(&q, clock_wall_s());
		sql_text(&q, b->pin);
		sql_int(&q, b->since_s);
		sql_text(&q, b->failure);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
read_list(struct sql *q, enum err e, struct booking_list *out)
{
	struct booking_list l = {NULL, 0};

	if (e == ERR_OK)
		e = store_list_read(
		    q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(q);
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	booking_list_clear(&l);
	return e;
}

enum err
store_booking_by_item(struct store *s, const char *mailbox, const char *item_id,
    struct booking_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_BOOKING_BY_ITEM, ei)) == ERR_OK) {
		sql_text(&q, mailbox);
		sql_text(&q, item_id);
	}
	return read_list(&q, e, out);
}

enum err
store_booking_due(struct store *s, struct booking_list *out, struct errinfo *ei)
{
	struct sql q;

	return read_list(&q, sql_open(&q, s, SQL_BOOKING_DUE, ei), out);
}

enum err
store_booking_of_series(struct store *s, const char *mailbox, const char *uid,
    struct booking_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_BOOKING_OF_SERIES, ei)) == ERR_OK) {
		sql_text(&q, mailbox);
		sql_text(&q, uid);
		sql_int(&q, BOOKING_LIST_MAX);
	}
	return read_list(&q, e, out);
}

enum err
store_booking_of(struct store *s, const char *confer_id, int64_t now_s,
    struct booking_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_BOOKING_OF, ei)) == ERR_OK) {
		sql_text(&q, confer_id);
		sql_int(&q, now_s);
		sql_int(&q, BOOKING_LIST_MAX);
	}
	return read_list(&q, e, out);
}

enum err
store_confer_session_get(struct store *s, const char *confer_id, char *out,
    size_t size, struct errinfo *ei)
{
	struct sql q;
	bool row = false;
	enum err e;

	out[0] = '\0';
	if ((e = sql_open(&q, s, SQL_CONFER_SESSION_GET, ei)) == ERR_OK) {
		sql_text(&q, confer_id);
		if ((e = sql_next(&q, &row)) == ERR_OK && row)
			sql_col_copy(&q, out, size);
	}
	sql_close(&q);
	return e;
}

enum err
store_confer_session_put(struct store *s, const char *confer_id,
    const char *session, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CONFER_SESSION_PUT, ei)) == ERR_OK) {
		sql_text(&q, confer_id);
		sql_text(&q, session);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}
