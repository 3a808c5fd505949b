/* store_ca_seen.c - see store_ca_seen.h. */
#include "common/store_ca_seen.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

static void
seen_clear(struct ca_seen *c)
{
	mem_free(c->sha256);
	mem_free(c->host);
	mem_free(c->subject);
	mem_free(c->pem);
	memset(c, 0, sizeof *c);
}

void
ca_seen_list_clear(struct ca_seen_list *l)
{
	STORE_LIST_CLEAR(l, seen_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct ca_seen *c = row;

	c->sha256 = sql_col_dup(q);
	c->host = sql_col_dup(q);
	c->trusted = sql_col_flag(q);
	c->subject = sql_col_dup(q);
	c->pem = sql_col_dup(q);
	c->last_s = sql_col_int(q);
}

enum err
store_ca_seen_list(
    struct store *s, struct ca_seen_list *out, struct errinfo *ei)
{
	struct ca_seen_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CA_SEEN_LIST, ei)) == ERR_OK)
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(&q);
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	ca_seen_list_clear(&l);
	return e;
}

static enum err
put(struct store *s, const struct ca_seen *c, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CA_SEEN_FORGET, ei)) == ERR_OK) {
		sql_text(&q, c->host);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_CA_SEEN_PUT, ei)) == ERR_OK) {
		sql_text(&q, c->sha256);
		sql_text(&q, c->host);
		sql_int(&q, c->trusted);
		sql_text(&q, c->subject);
		sql_text(&q, c->pem);
		sql_int(&q, clock_wall_s());
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_CA_SEEN_TRIM, ei)) == ERR_OK) {
		sql_int(&q, CA_SEEN_KEEP);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

enum err
store_ca_seen_put(struct store *s, const struct ca_seen *c, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, c, ei);
	return store_tx_end(s, e, ei);
}
