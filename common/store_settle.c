/* store_settle.c - drafts whose test passed become records, whoever looks on.
 * The administrator asked for it when the test was started: the draft says
 * so, and the engine says in state.db which revision of it passed. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_list.h"
#include "common/store_sql.h"

#define ORIGIN "connection test" /* in the configuration log */

struct passed {
	char draft_id[65], owner[129];
	uint64_t rev;
};

static void
read_row(struct sql *q, void *row)
{
	struct passed *x = row;

	sql_col_copy(q, x->draft_id, sizeof x->draft_id);
	x->rev = (uint64_t)sql_col_int(q);
	sql_col_copy(q, x->owner, sizeof x->owner);
}

enum err
store_draft_settle(struct store *s, size_t *stored, struct errinfo *ei)
{
	struct passed *v = NULL;
	size_t i, n = 0;
	struct sql q;
	enum err e;

	*stored = 0;
	if ((e = sql_open(&q, s, SQL_DRAFT_PASSED, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_int(&q, clock_wall_s() - STORE_DRAFT_LIFE_S);
	e = store_list_read(&q, (void **)&v, &n, sizeof *v, read_row);
	sql_close(&q);
	for (i = 0; e == ERR_OK && i < n; i++) {
		const struct store_actor who = {v[i].owner, ORIGIN};

		/* A conflict is for its owner to see, on the draft's page;
		 * one that is gone was stored by that page. */
		if (store_draft_commit(
			s, &who, v[i].draft_id, v[i].rev, true, NULL) == ERR_OK)
			++*stored;
	}
	mem_free(v);
	return e;
}
