/* store_ca.c - the trusted CA certificates of config.db. */
#include "common/store_ca.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

static void
ca_clear(struct ca_cert *c)
{
	mem_free(c->sha256);
	mem_free(c->pem);
	mem_free(c->subject);
	mem_free(c->issuer);
	mem_free(c->added_by);
	memset(c, 0, sizeof *c);
}

void
ca_list_clear(struct ca_list *l)
{
	STORE_LIST_CLEAR(l, ca_clear);
}

static void
read_ca(struct sql *q, void *row)
{
	struct ca_cert *c = row;

	c->sha256 = sql_col_dup(q);
	c->pem = sql_col_dup(q);
	c->subject = sql_col_dup(q);
	c->issuer = sql_col_dup(q);
	c->not_after_s = sql_col_int(q);
	c->added_s = sql_col_int(q);
	c->added_by = sql_col_dup(q);
}

enum err
store_ca_list(struct store *s, struct ca_list *out, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CA_LIST, ei)) == ERR_OK) {
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_ca);
		sql_close(&q);
	}
	if (e == ERR_OK) {
		*out = l;
		return e;
	}
	ca_list_clear(&l);
	return e;
}

static enum err
put_ca(struct store *s, const struct store_actor *who, const struct ca_cert *c,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CA_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, c->sha256);
	sql_text(&q, c->pem);
	sql_text(&q, c->subject);
	sql_text(&q, c->issuer);
	sql_int(&q, c->not_after_s);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_EXISTS)
		return err_set(ei, e,
		    "This certificate is in the trusted CA list already.");
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "ca", c->subject, c->sha256, "", "added", ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
	return e;
}

enum err
store_ca_put(struct store *s, const struct store_actor *who,
    const struct ca_cert *c, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_ca(s, who, c, ei);
	return store_tx_end(s, e, ei);
}

static enum err
delete_ca(struct store *s, const struct store_actor *who, const char *sha256,
    struct errinfo *ei)
{
	char *subject = NULL;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CA_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, sha256);
	e = sql_one(&q, "There is no such certificate in the trusted CA list.");
	if (e == ERR_OK) {
		subject = sql_col_dup(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e != ERR_OK)
		goto out;
	if ((e = sql_open(&q, s, SQL_CA_DELETE, ei)) != ERR_OK)
		goto out;
	sql_text(&q, sha256);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "ca", subject, sha256, "stored", "deleted", ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	mem_free(subject);
	return e;
}

enum err
store_ca_delete(struct store *s, const struct store_actor *who,
    const char *sha256, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = delete_ca(s, who, sha256, ei);
	return store_tx_end(s, e, ei);
}
