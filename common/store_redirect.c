/* store_redirect.c - the table of hosts that Autodiscover led to. */
#include "common/store_redirect.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

void
redirect_clear(struct redirect *r)
{
	mem_free(r->host);
	mem_free(r->url);
	mem_free(r->source);
	mem_free(r->came_from);
	mem_free(r->mail_domain);
	mem_free(r->remote);
	mem_free(r->probe_failure);
	mem_free(r->cert_subject);
	mem_free(r->cert_issuer);
	mem_free(r->cert_sha256);
	memset(r, 0, sizeof *r);
}

void
redirect_list_clear(struct redirect_list *l)
{
	STORE_LIST_CLEAR(l, redirect_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct redirect *r = row;

	r->host = sql_col_dup(q);
	r->trusted = sql_col_flag(q);
	r->url = sql_col_dup(q);
	r->source = sql_col_dup(q);
	r->came_from = sql_col_dup(q);
	r->mail_domain = sql_col_dup(q);
	r->remote = sql_col_dup(q);
	r->probe_failure = sql_col_dup(q);
	r->cert_subject = sql_col_dup(q);
	r->cert_issuer = sql_col_dup(q);
	r->cert_sha256 = sql_col_dup(q);
	r->cert_not_after_s = sql_col_int(q);
	r->probed_s = sql_col_int(q);
	r->first_s = sql_col_int(q);
	r->last_s = sql_col_int(q);
	r->count = sql_col_int(q);
	r->waiting = sql_col_int(q);
}

enum err
store_redirect_list(
    struct store *s, struct redirect_list *out, struct errinfo *ei)
{
	struct redirect_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REDIRECT_LIST, ei)) == ERR_OK)
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(&q);
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	redirect_list_clear(&l);
	return e;
}

static enum err
put(struct store *s, const struct redirect *r, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REDIRECT_SAW, ei)) != ERR_OK)
		return e;
	sql_text(&q, r->host);
	sql_int(&q, r->trusted);
	sql_text(&q, r->url);
	sql_text(&q, r->source);
	sql_text(&q, r->came_from);
	sql_text(&q, r->mail_domain);
	sql_text(&q, r->remote);
	sql_text(&q, r->probe_failure);
	sql_text(&q, r->cert_subject);
	sql_text(&q, r->cert_issuer);
	sql_text(&q, r->cert_sha256);
	sql_int(&q, r->cert_not_after_s);
	sql_int(&q, r->probed_s);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_REDIRECT_TRIM, ei)) != ERR_OK)
		return e;
	sql_int(&q, REDIRECT_KEEP);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_redirect_saw(
    struct store *s, const struct redirect *r, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, r, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_redirect_waiting(
    struct store *s, const char *host, int64_t n, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REDIRECT_WAITING, ei)) != ERR_OK)
		return e;
	sql_int(&q, n);
	sql_text(&q, host);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}
