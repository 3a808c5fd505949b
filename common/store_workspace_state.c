/* store_workspace_state.c - what the devices of workspaces were told, in
 * state.db. */
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_workspace.h"
#include "common/str.h"

void
workspace_booking_clear(struct workspace_booking *b)
{
	mem_free(b->title);
	mem_free(b->organizer);
	mem_free(b->number);
	memset(b, 0, sizeof *b);
}

void
workspace_bookings_clear(struct workspace_bookings *l)
{
	STORE_LIST_CLEAR(l, workspace_booking_clear);
}

enum err
store_workspace_state(struct store *s, const char *id,
    struct workspace_state *out, struct errinfo *ei)
{
	struct workspace_state st;
	struct sql q;
	enum err e;

	memset(&st, 0, sizeof st);
	if ((e = sql_open(&q, s, SQL_WORKSPACE_STATE, ei)) == ERR_OK) {
		sql_text(&q, id);
		if ((e = sql_next(&q, &st.is_there)) == ERR_OK && st.is_there) {
			st.read_s = sql_col_int(&q);
			st.tried_s = sql_col_int(&q);
			st.sent_s = sql_col_int(&q);
			st.tries = sql_col_int(&q);
			st.next_s = sql_col_int(&q);
			sql_col_copy(&q, st.failure, sizeof st.failure);
			sql_col_copy(&q, st.detail, sizeof st.detail);
			e = q.e;
		}
	}
	sql_close(&q);
	/* The engine has made no state.db yet. */
	if (e == ERR_OK || e == ERR_NOTFOUND)
		*out = st;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static void
read_booking(struct sql *q, void *row)
{
	struct workspace_booking *b = row;

	b->title = sql_col_dup(q);
	b->organizer = sql_col_dup(q);
	b->number = sql_col_dup(q);
	b->start_s = sql_col_int(q);
	b->end_s = sql_col_int(q);
	b->is_private = sql_col_flag(q);
}

enum err
store_workspace_bookings(struct store *s, const char *id,
    struct workspace_bookings *out, struct errinfo *ei)
{
	struct workspace_bookings l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_BOOKINGS, ei)) == ERR_OK) {
		sql_text(&q, id);
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_booking);
	}
	sql_close(&q);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		*out = l;
	else
		workspace_bookings_clear(&l);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
run_id(struct store *s, enum sql_id stmt, const char *id, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, stmt, ei)) == ERR_OK) {
		sql_text(&q, id);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put_state(struct store *s, const char *id, const struct workspace_state *st,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_STATE_PUT, ei)) == ERR_OK) {
		sql_text(&q, id);
		sql_int(&q, st->read_s);
		sql_int(&q, st->tried_s);
		sql_int(&q, st->sent_s);
		sql_int(&q, st->tries);
		sql_int(&q, st->next_s);
		sql_text(&q, st->failure);
		sql_text(&q, st->detail);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put_booking(struct store *s, const char *id, size_t seq,
    const struct workspace_booking *b, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_BOOKING_ADD, ei)) == ERR_OK) {
		sql_text(&q, id);
		sql_int(&q, (int64_t)seq);
		sql_text(&q, b->title);
		sql_text(&q, b->organizer);
		sql_text(&q, b->number);
		sql_int(&q, b->start_s);
		sql_int(&q, b->end_s);
		sql_int(&q, b->is_private);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

enum err
store_workspace_state_put(struct store *s, const char *id,
    const struct workspace_state *st, const struct workspace_bookings *b,
    struct errinfo *ei)
{
	enum err e;
	size_t i;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_state(s, id, st, ei);
	if (e == ERR_OK && b != NULL)
		e = run_id(s, SQL_WORKSPACE_BOOKINGS_DROP, id, ei);
	for (i = 0; b != NULL && i < b->n && e == ERR_OK; i++)
		e = put_booking(s, id, i, &b->v[i], ei);
	return store_tx_end(s, e, ei);
}

enum err
store_workspace_join(struct store *s, const char *uid,
    char mailbox[WORKSPACE_ADDRESS_MAX + 1],
    char dial[WORKSPACE_ADDRESS_MAX + 1], struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_JOIN, ei)) == ERR_OK) {
		sql_text(&q, uid);
		if ((e = sql_one(&q, "There is no such meeting.")) == ERR_OK) {
			sql_col_copy(&q, mailbox, WORKSPACE_ADDRESS_MAX + 1);
			sql_col_copy(&q, dial, WORKSPACE_ADDRESS_MAX + 1);
			e = q.e;
		}
	}
	sql_close(&q);
	return e;
}

static bool
is_kept(const struct workspace_list *keep, const char *id)
{
	size_t i;

	for (i = 0; i < keep->n; i++)
		if (str_eq(keep->v[i].id, id))
			return true;
	return false;
}

enum err
store_workspace_state_trim(
    struct store *s, const struct workspace_list *keep, struct errinfo *ei)
{
	struct strlist gone = {NULL, 0};
	bool row = true;
	struct sql q;
	enum err e;
	size_t i;

	e = sql_open(&q, s, SQL_WORKSPACE_STATE_IDS, ei);
	while (e == ERR_OK && row)
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			const char *id = sql_col_text(&q);

			if (!is_kept(keep, id))
				e = strlist_add(&gone, id);
		}
	sql_close(&q);
	for (i = 0; i < gone.n && e == ERR_OK; i++)
		e = run_id(s, SQL_WORKSPACE_STATE_DROP, gone.v[i], ei);
	strlist_clear(&gone);
	return e;
}
