/* store_exchange_field.h - inside libstore: the fields of an Exchange record
 * as a table, for all that goes over them one by one. */
#ifndef STORE_EXCHANGE_FIELD_H
#define STORE_EXCHANGE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct exchange;
struct sql;

struct exchange_field {
	const char *key; /* of settings.def, and the column's name */
	bool is_flag;
	size_t offset; /* of the char * or bool in struct exchange */
};

/* NULL past the end; in the order of the columns. */
const struct exchange_field *exchange_field_at(size_t i);
/* These fields, box, bound_to, created_s and changed_s. */
void exchange_field_bind(struct sql *q, const struct exchange *x);
void exchange_field_read(struct sql *q, struct exchange *x);
/* Does a field differ that settings.def marks "retest"? */
bool exchange_field_retest(const struct exchange *a, const struct exchange *b);

#endif
