/* store_stat.c - see store_stat.h. */
#include "common/store_stat.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

static void
server_clear(struct server_stat *x)
{
	mem_free(x->record_id);
	mem_free(x->host);
	mem_free(x->version);
	mem_free(x->failure);
	memset(x, 0, sizeof *x);
}

void
server_stat_list_clear(struct server_stat_list *l)
{
	STORE_LIST_CLEAR(l, server_clear);
}

void
work_stat_list_clear(struct work_stat_list *l)
{
	mem_free(l->v);
	memset(l, 0, sizeof *l);
}

static void
read_server(struct sql *q, void *row)
{
	struct server_stat *x = row;

	x->record_id = sql_col_dup(q);
	x->host = sql_col_dup(q);
	x->version = sql_col_dup(q);
	x->subscribed_n = sql_col_int(q);
	x->asked_n = sql_col_int(q);
	x->failed_n = sql_col_int(q);
	x->slowed_n = sql_col_int(q);
	x->median_ms = sql_col_int(q);
	x->p95_ms = sql_col_int(q);
	x->answered_s = sql_col_int(q);
	x->failed_s = sql_col_int(q);
	x->failure = sql_col_dup(q);
}

static void
read_work(struct sql *q, void *row)
{
	struct work_stat *w = row;

	w->from_s = sql_col_int(q);
	w->upto_s = sql_col_int(q);
	w->changes_n = sql_col_int(q);
	w->decorated_n = sql_col_int(q);
	w->median_ms = sql_col_int(q);
	w->p99_ms = sql_col_int(q);
	w->queue_n = sql_col_int(q);
	w->oldest_ms = sql_col_int(q);
}

enum err
store_server_stat_list(
    struct store *s, struct server_stat_list *out, struct errinfo *ei)
{
	struct server_stat_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SERVER_STAT_LIST, ei)) == ERR_OK)
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_server);
	sql_close(&q);
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	server_stat_list_clear(&l);
	return e;
}

enum err
store_work_stat_list(struct store *s, int64_t since_s,
    struct work_stat_list *out, struct errinfo *ei)
{
	struct work_stat_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORK_STAT_LIST, ei)) == ERR_OK) {
		sql_int(&q, since_s);
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_work);
	}
	sql_close(&q);
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	work_stat_list_clear(&l);
	return e;
}

static enum err
put_server(struct store *s, const struct server_stat *x, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SERVER_STAT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, x->record_id);
	sql_text(&q, x->host);
	sql_text(&q, x->version);
	sql_int(&q, x->subscribed_n);
	sql_int(&q, x->asked_n);
	sql_int(&q, x->failed_n);
	sql_int(&q, x->slowed_n);
	sql_int(&q, x->median_ms);
	sql_int(&q, x->p95_ms);
	sql_int(&q, x->answered_s);
	sql_int(&q, x->failed_s);
	sql_text(&q, x->failure);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
put_work(struct store *s, const struct work_stat *w, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORK_STAT_PUT, ei)) != ERR_OK)
		return e;
	sql_int(&q, w->from_s);
	sql_int(&q, w->upto_s);
	sql_int(&q, w->changes_n);
	sql_int(&q, w->decorated_n);
	sql_int(&q, w->median_ms);
	sql_int(&q, w->p99_ms);
	sql_int(&q, w->queue_n);
	sql_int(&q, w->oldest_ms);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
run_one(struct store *s, enum sql_id id, int64_t value, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	if (id == SQL_WORK_STAT_TRIM)
		sql_int(&q, value);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
put_all(struct store *s, const struct server_stat_list *servers,
    const struct work_stat *w, struct errinfo *ei)
{
	enum err e = run_one(s, SQL_SERVER_STAT_CLEAR, 0, ei);
	size_t i;

	for (i = 0; i < servers->n && e == ERR_OK; i++)
		e = put_server(s, &servers->v[i], ei);
	if (e == ERR_OK)
		e = put_work(s, w, ei);
	if (e == ERR_OK)
		e = run_one(
		    s, SQL_WORK_STAT_TRIM, w->from_s - WORK_STAT_KEEP_S, ei);
	return e;
}

enum err
store_stat_put(struct store *s, const struct server_stat_list *servers,
    const struct work_stat *w, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_all(s, servers, w, ei);
	return store_tx_end(s, e, ei);
}
