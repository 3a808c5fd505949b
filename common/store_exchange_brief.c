/* store_exchange_brief.c - the records as a list shows them: few columns,
 * nothing copied, and how the users fare that each serves.  Two statements,
 * since a join would read each record by its id once more. */
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

#define ID_SIZE 65

/* A record that serves somebody; ordered by id. */
struct serves {
	char id[ID_SIZE];
	int64_t users, subscribed, failing;
};

struct serves_list {
	struct serves *v;
	size_t n;
};

static void
read_row(struct sql *q, void *row)
{
	struct serves *x = row;
	const char *state;
	int64_t n;

	sql_col_copy(q, x->id, sizeof x->id);
	state = sql_col_text(q);
	n = sql_col_int(q);
	if (!str_eq(state, "disabled"))
		x->users = n;
	if (str_eq(state, "subscribed"))
		x->subscribed = n;
	else if (str_eq(state, "error"))
		x->failing = n;
}

/* One row a record and state becomes one row a record. */
static void
merge(struct serves_list *l)
{
	size_t i, n = 0;

	for (i = 1; i < l->n; i++) {
		if (str_eq(l->v[i].id, l->v[n].id)) {
			l->v[n].users += l->v[i].users;
			l->v[n].subscribed += l->v[i].subscribed;
			l->v[n].failing += l->v[i].failing;
		} else if (++n != i) {
			l->v[n] = l->v[i];
		}
	}
	if (l->n > 0)
		l->n = n + 1;
}

static enum err
read_serves(struct store *s, struct serves_list *l, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_EXCHANGE_SERVES, ei)) != ERR_OK)
		return e;
	e = store_list_read(&q, (void **)&l->v, &l->n, sizeof *l->v, read_row);
	sql_close(&q);
	merge(l);
	return e;
}

static void
look_up(const struct serves_list *l, struct exchange_brief *x)
{
	size_t lo = 0, hi = l->n;

	x->users = x->subscribed = x->failing = 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(l->v[mid].id, x->id);

		if (c == 0) {
			x->users = l->v[mid].users;
			x->subscribed = l->v[mid].subscribed;
			x->failing = l->v[mid].failing;
			return;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
}

enum err
store_exchange_each(
    struct store *s, exchange_brief_fn fn, void *arg, struct errinfo *ei)
{
	struct serves_list l = {NULL, 0};
	struct exchange_brief x;
	struct sql q;
	bool row = false;
	enum err e;

	if ((e = read_serves(s, &l, ei)) != ERR_OK)
		goto out;
	if ((e = sql_open(&q, s, SQL_EXCHANGE_BRIEF, ei)) != ERR_OK)
		goto out;
	while ((e = sql_next(&q, &row)) == ERR_OK && row) {
		x.id = sql_col_text(&q);
		x.display_name = sql_col_text(&q);
		x.account = sql_col_text(&q);
		x.type = sql_col_text(&q);
		x.discovery = sql_col_text(&q);
		x.address = sql_col_text(&q);
		x.ad_domain = sql_col_text(&q);
		x.enabled = sql_col_flag(&q);
		x.tested_s = sql_col_int(&q);
		x.password_set_s = sql_col_int(&q);
		look_up(&l, &x);
		fn(arg, &x);
	}
	sql_close(&q);
out:
	mem_free(l.v);
	return e;
}
