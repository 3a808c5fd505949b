/* store_factor.c - see store_factor.h. */
#include "common/store_factor.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"

void
factor_clear(struct factor *f)
{
	mem_free(f->box.p);
	memset(f, 0, sizeof *f);
}

enum err
store_factor_get(
    struct store *s, int64_t admin_id, struct factor *out, struct errinfo *ei)
{
	struct factor f = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_FACTOR_GET, ei)) != ERR_OK)
		return e;
	sql_int(&q, admin_id);
	if ((e = sql_one(&q, "The account has no second factor.")) == ERR_OK) {
		sql_col_bytes(&q, &f.box);
		f.set_s = sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = f;
	else
		factor_clear(&f);
	return e;
}

static enum err
put(struct store *s, const struct store_actor *who, int64_t admin_id,
    const char *name, const void *box, size_t n, uint64_t step,
    struct errinfo *ei)
{
	struct factor was = {0};
	struct sql q;
	enum err e;

	e = store_factor_get(s, admin_id, &was, ei);
	factor_clear(&was);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	e = store_change_log(s, who, "admin", name, "second_factor",
	    e == ERR_OK ? "set" : "unset", e == ERR_OK ? "set again" : "set",
	    ei);
	if (e != ERR_OK || (e = sql_open(&q, s, SQL_FACTOR_PUT, ei)) != ERR_OK)
		return e;
	sql_int(&q, admin_id);
	sql_blob(&q, box, n);
	sql_int(&q, clock_wall_s());
	sql_int(&q, (int64_t)step);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_factor_put(struct store *s, const struct store_actor *who,
    int64_t admin_id, const char *name, const void *box, size_t n,
    uint64_t step, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, admin_id, name, box, n, step, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, int64_t admin_id,
    const char *name, struct errinfo *ei)
{
	struct sql q;
	int n = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_FACTOR_DELETE, ei)) != ERR_OK)
		return e;
	sql_int(&q, admin_id);
	e = sql_run(&q, &n);
	sql_close(&q);
	if (e == ERR_OK && n > 0)
		e = store_change_log(
		    s, who, "admin", name, "second_factor", "set", "unset", ei);
	return e;
}

enum err
store_factor_delete(struct store *s, const struct store_actor *who,
    int64_t admin_id, const char *name, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, admin_id, name, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_factor_use(
    struct store *s, int64_t admin_id, uint64_t step, struct errinfo *ei)
{
	struct sql q;
	int n = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_FACTOR_USE, ei)) != ERR_OK)
		return e;
	sql_int(&q, (int64_t)step);
	sql_int(&q, admin_id);
	sql_int(&q, (int64_t)step);
	e = sql_run(&q, &n);
	sql_close(&q);
	if (e == ERR_OK && n == 0)
		e = err_set(ei, ERR_AUTH, "This code was used already.");
	return e;
}
