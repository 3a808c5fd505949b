/* store_list.h - inside libstore: rows of a statement into a growing array
 * of structs. */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct sql;

#define STORE_ROWS_MAX 1000000u /* rows of one list */

/* Fills one zeroed struct from the current row; errors stick to q. */
typedef void (*store_row_fn)(struct sql *q, void *row);

/* Steps q to its end.  On an error what was read so far stays in *v and *n
 * for the caller to clear. */
enum err store_list_read(
    struct sql *q, void **v, size_t *n, size_t size, store_row_fn fn) ERR_CHECK;
/* For LIMIT and OFFSET. */
int64_t store_limit(size_t n);

/* Clears each element and the array. */
#define STORE_LIST_CLEAR(l, clear_one)          \
	do {                                    \
		size_t i_;                      \
		for (i_ = 0; i_ < (l)->n; i_++) \
			clear_one(&(l)->v[i_]); \
		mem_free((l)->v);               \
		memset((l), 0, sizeof *(l));    \
	} while (0)

#endif
