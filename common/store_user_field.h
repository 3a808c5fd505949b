/* store_user_field.h - inside libstore: the fields of a user as a table. */
#ifndef STORE_USER_FIELD_H
#define STORE_USER_FIELD_H

#include <stddef.h>

#include "common/err.h"

struct sql;
struct user;
struct user_list;

const char *user_field_key(size_t i); /* NULL past the end */
void user_field_bind(struct sql *q, const struct user *u);
void user_field_read(struct sql *q, struct user *u);
/* All rows of a statement with USER_COLS; what was read stays in l. */
enum err store_user_rows(struct sql *q, struct user_list *l) ERR_CHECK;

#endif
