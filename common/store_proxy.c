/* store_proxy.c - the Connector Proxy of config.db. */
#include "common/bound.h"
#include "common/store_proxy.h"

#include <stdio.h>
#include <string.h>

#include "common/store.h"
#include "common/store_bound.h"
#include "common/store_conn.h"
#include "common/store_exchange.h"
#include "common/store_sql.h"
#include "common/str.h"

/* The columns that are fields, in the order of the statements. */
static const char *const keys[] = {"host", "port", "account"};

static enum err
read_row(struct sql *q, struct bound *p)
{
	struct errinfo why;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0] && e != ERR_NOMEM; i++)
		e = bound_set(p, keys[i], sql_col_text(q), &why);
	store_bound_row(q, p);
	return e == ERR_NOMEM ? e : q->e;
}

static enum err
get(struct store *s, enum bound_kind k, struct bound *out, struct errinfo *ei)
{
	struct bound p;
	struct sql q;
	bool row = false;
	enum err e;

	bound_init(&p, k);
	if ((e = sql_open(&q, s, SQL_PROXY_GET, ei)) == ERR_OK &&
	    (e = sql_next(&q, &row)) == ERR_OK && row)
		e = read_row(&q, &p);
	sql_close(&q);
	if (e == ERR_OK)
		*out = p;
	else
		bound_clear(&p);
	return e;
}

enum err
store_proxy_get(struct store *s, struct bound *out, struct errinfo *ei)
{
	return get(s, BOUND_PROXY, out, ei);
}

static enum err
put(struct store *s, const struct store_actor *who, const struct bound *p,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_PROXY_PUT, ei)) == ERR_OK) {
		sql_text(&q, bound_get(p, "host"));
		sql_int(&q, bound_port(p));
		sql_text(&q, bound_get(p, "account"));
		store_bound_bind(&q, who, p);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static const struct store_bound table = {"proxy", "connector", get, put};

enum err
store_proxy_put(struct store *s, const struct store_actor *who,
    const struct bound *p, struct errinfo *ei)
{
	if (!bound_is_good(p) || bound_port(p) == 0)
		return err_set(ei, ERR_ARG, "A field of the proxy is wrong.");
	return store_bound_put(s, who, &table, p, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, struct errinfo *ei)
{
	struct bound was;
	struct sql q;
	enum err e;

	if ((e = store_proxy_get(s, &was, ei)) != ERR_OK)
		return e;
	if (was.rev == 0) {
		e = err_set(ei, ERR_NOTFOUND, "No Connector Proxy is set.");
		goto out;
	}
	if ((e = sql_open(&q, s, SQL_PROXY_DELETE, ei)) == ERR_OK)
		e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_bound_log(s, who, &table, &was, NULL, ei);
out:
	bound_clear(&was);
	return e;
}

enum err
store_proxy_delete(
    struct store *s, const struct store_actor *who, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_proxy_users(struct store *s, size_t *records, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_PROXY_USERS, ei)) == ERR_OK &&
	    (e = sql_one(&q, "")) == ERR_OK)
		*records = (size_t)sql_col_int(&q);
	sql_close(&q);
	return e;
}

/* Where a record's requests begin. */
static bool
server_of(const struct exchange *x, char *host, size_t size)
{
	const char *at = strrchr(x->email, '@');

	if (str_eq(x->discovery, "direct"))
		return str_copy(host, size, x->address);
	return at != NULL &&
	       (size_t)snprintf(host, size, "autodiscover.%s", at + 1) < size;
}

enum err
store_proxy_target(struct store *s, char *host, size_t size, struct errinfo *ei)
{
	struct exchange_list l = {NULL, 0};
	bool found = false;
	enum err e;
	size_t i;
	int need;

	host[0] = '\0';
	if ((e = store_exchange_list(s, &l, ei)) != ERR_OK)
		return e;
	for (need = 1; need >= 0 && !found; need--)
		for (i = 0; i < l.n && !found; i++)
			if (l.v[i].use_proxy == (need == 1))
				found = server_of(&l.v[i], host, size);
	if (!found)
		host[0] = '\0';
	exchange_list_clear(&l);
	return ERR_OK;
}
