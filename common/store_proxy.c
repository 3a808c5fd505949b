/* store_proxy.c - the Connector Proxy of config.db. */
#include "common/store_proxy.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_exchange.h"
#include "common/store_sql.h"
#include "common/str.h"

#define NAME "connector"

static const char *const keys[] = {"host", "port", "account"};

enum err
store_proxy_get(struct store *s, struct proxy *out, struct errinfo *ei)
{
	struct proxy p;
	struct sql q;
	bool row = false;
	enum err e;

	memset(&p, 0, sizeof p);
	if ((e = sql_open(&q, s, SQL_PROXY_GET, ei)) == ERR_OK &&
	    (e = sql_next(&q, &row)) == ERR_OK && row) {
		p.host = sql_col_dup(&q);
		p.port = sql_col_dup(&q);
		p.account = sql_col_dup(&q);
		sql_col_bytes(&q, &p.box);
		p.bound_to = sql_col_dup(&q);
		p.password_set_s = sql_col_int(&q);
		p.changed_s = sql_col_int(&q);
		p.changed_by = sql_col_dup(&q);
		p.rev = (uint64_t)sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e != ERR_OK) {
		proxy_clear(&p);
		return e;
	}
	if (!row)
		proxy_init(&p);
	*out = p;
	return ERR_OK;
}

/* Secrets appear as set or unset. */
static const char *
password_word(const struct proxy *p)
{
	return p->box.n > 0 ? "set" : "unset";
}

static enum err
log_change(struct store *s, const struct store_actor *who,
    const struct proxy *was, const struct proxy *now, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0] && e == ERR_OK; i++)
		e = store_change_log(s, who, "proxy", NAME, keys[i],
		    was->rev == 0 ? "" : proxy_get(was, keys[i]),
		    now == NULL ? "" : proxy_get(now, keys[i]), ei);
	if (e == ERR_OK && now != NULL && now->box.n > 0 &&
	    (was->box.n != now->box.n ||
		memcmp(was->box.p, now->box.p, now->box.n) != 0))
		e = store_change_log(s, who, "proxy", NAME, "password",
		    password_word(was), was->box.n > 0 ? "set anew" : "set",
		    ei);
	else if (e == ERR_OK && was->box.n > 0 &&
		 (now == NULL || now->box.n == 0))
		e = store_change_log(
		    s, who, "proxy", NAME, "password", "set", "unset", ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
put_row(struct store *s, const struct store_actor *who, const struct proxy *p,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_PROXY_PUT, ei)) == ERR_OK) {
		sql_text(&q, p->host);
		sql_int(&q, proxy_port(p));
		sql_text(&q, p->account);
		sql_blob(&q, p->box.p, p->box.n);
		sql_text(&q, p->bound_to);
		sql_int(&q, p->password_set_s);
		sql_int(&q, clock_wall_s());
		sql_text(&q, who->who);
		sql_int(&q, (int64_t)p->rev + 1);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct proxy *p,
    struct errinfo *ei)
{
	struct proxy was;
	enum err e;

	if ((e = store_proxy_get(s, &was, ei)) != ERR_OK)
		return e;
	if (was.rev != p->rev)
		e = err_set(ei, ERR_CONFLICT,
		    "The proxy was changed meanwhile. Load it again.");
	else if (p->rev == 0 || !proxy_is_same(&was, p)) {
		e = put_row(s, who, p, ei);
		if (e == ERR_OK)
			e = log_change(s, who, &was, p, ei);
	}
	proxy_clear(&was);
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
store_proxy_put(struct store *s, const struct store_actor *who,
    const struct proxy *p, struct errinfo *ei)
{
	enum err e;

	if (proxy_check(p, ignore, NULL) > 0 || proxy_port(p) == 0)
		return err_set(ei, ERR_ARG, "A field of the proxy is wrong.");
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, p, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, struct errinfo *ei)
{
	struct proxy was;
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
		e = log_change(s, who, &was, NULL, ei);
out:
	proxy_clear(&was);
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
