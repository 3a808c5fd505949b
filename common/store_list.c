/* store_list.c - rows into arrays. */
#include <string.h>

#include "common/alloc.h"
#include "common/store_list.h"
#include "common/store_sql.h"

int64_t
store_limit(size_t n)
{
	return n > STORE_ROWS_MAX ? (int64_t)STORE_ROWS_MAX : (int64_t)n;
}

enum err
store_list_read(
    struct sql *q, void **v, size_t *n, size_t size, store_row_fn fn)
{
	size_t cap = 0;
	bool row;
	void *p;

	while (sql_next(q, &row) == ERR_OK && row) {
		if (*n == STORE_ROWS_MAX)
			return err_set(q->ei, ERR_TOOBIG, "more than %u rows",
			    STORE_ROWS_MAX);
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			p = try_realloc(*v, cap * size);
			if (p == NULL)
				return err_set(q->ei, ERR_NOMEM, "%s",
				    err_default_text(ERR_NOMEM));
			*v = p;
		}
		p = (char *)*v + *n * size;
		memset(p, 0, size);
		(*n)++;
		fn(q, p);
		if (q->e != ERR_OK)
			return q->e;
	}
	return q->e;
}
