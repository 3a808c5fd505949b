/* store_timeline.c - see store_timeline.h. */
#include "common/store_timeline.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_state.h"

static void
row_clear(struct timeline_row *r)
{
	mem_free(r->word);
	mem_free(r->failure);
	mem_free(r->detail);
	mem_free(r->keyword);
	mem_free(r->uid);
	memset(r, 0, sizeof *r);
}

void
timeline_clear(struct timeline *t)
{
	STORE_LIST_CLEAR(t, row_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct timeline_row *r = row;

	r->at_s = sql_col_int(q) / 1000;
	r->is_meeting = sql_col_flag(q);
	r->word = sql_col_dup(q);
	r->failure = sql_col_dup(q);
	r->detail = sql_col_dup(q);
	r->keyword = sql_col_dup(q);
	r->uid = sql_col_dup(q);
	r->start_s = sql_col_int(q);
	r->next_try_s = sql_col_int(q);
}

enum err
store_timeline(struct store *s, const char *address, size_t limit,
    struct timeline *out, struct errinfo *ei)
{
	struct timeline t = {NULL, 0};
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_TIMELINE, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_text(&q, address);
	sql_int(&q, store_limit(limit));
	e = store_list_read(&q, (void **)&t.v, &t.n, sizeof *t.v, read_row);
	sql_close(&q);
	if (e == ERR_OK)
		*out = t;
	else
		timeline_clear(&t);
	return e;
}

static enum err
add(struct store *s, const struct mailbox *m, int64_t at_s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_USER_EVENT_ADD, ei)) != ERR_OK)
		return e;
	sql_text(&q, m->address);
	sql_int(&q, at_s);
	sql_text(&q, m->state);
	sql_text(&q, m->failure);
	sql_text(&q, m->reason);
	sql_int(&q, m->next_try_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
trim(struct store *s, const char *address, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_USER_EVENT_TRIM, ei)) != ERR_OK)
		return e;
	sql_text(&q, address);
	sql_int(&q, USER_EVENTS_KEEP);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_timeline_add(
    struct store *s, const struct mailbox *m, int64_t at_s, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	if ((e = add(s, m, at_s, ei)) == ERR_OK)
		e = trim(s, m->address, ei);
	return store_tx_end(s, e, ei);
}
