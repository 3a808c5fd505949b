/* user_import.h - what a CSV file would change among the users, and doing
 * it: all of it or nothing.  Web and calconnctl.
 *
 * A row is one user, found by the address.  A column that the file does not
 * have leaves its field as it is; users that the file does not name are left
 * alone. */
#ifndef USER_IMPORT_H
#define USER_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/store_user.h"
#include "common/str.h"

struct store;
struct store_actor;
struct user_csv;

enum import_effect {
	IMPORT_ADD,
	IMPORT_CHANGE,
	IMPORT_SAME,
	IMPORT_DISABLE, /* the directory's alone; no file disables who is not
			 * in it */
	IMPORT__MAX
};

struct import_row {
	size_t line; /* of the file */
	enum import_effect effect;
	bool is_bad; /* has a problem */
	struct user user; /* as it would be */
	char changes[128]; /* labels of the fields that change */
};

struct import_problem {
	size_t line;
	char *address; /* as the file has it */
	char *text; /* names the column; a sentence */
};

struct user_import {
	struct import_row *v;
	size_t n;
	struct import_problem *problems; /* in order of the lines */
	size_t problems_n; /* kept; at most IMPORT_PROBLEMS_MAX */
	size_t problems_total;
	size_t count[IMPORT__MAX];
	struct strlist ignored; /* titles of columns */
	bool skips_bad; /* rows with a problem are left out, not all */
};

#define IMPORT_PROBLEMS_MAX 1000

/* Looks at every row; what is wrong with one is a problem of the plan, and
 * what is wrong with the file is an error. */
enum err user_import_plan(struct user_import *out, struct store *s,
    const char *text, size_t len, struct errinfo *ei) ERR_CHECK;
/* The same of rows that were read already, or come from elsewhere: their
 * number stands for the line. */
enum err user_import_rows(struct user_import *out, struct store *s,
    const struct user_csv *c, struct errinfo *ei) ERR_CHECK;
/* ERR_ARG where there are problems.  One transaction, one revision. */
enum err user_import_apply(struct user_import *m, struct store *s,
    const struct store_actor *who, struct errinfo *ei) ERR_CHECK;
void user_import_clear(struct user_import *m);

#endif
