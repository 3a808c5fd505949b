/* directory_plan.h - what a search in the directory would change among the
 * users, and doing it: all of it or nothing.  Web and calconnctl.
 *
 * A user is found by the address.  What the directory does not say of a
 * person stays as it is.  Only users that a run brought, or found among those
 * that were here, are ever disabled, and only while the administrator wants
 * that; one whom a run disabled is enabled when it is found again, one whom
 * an administrator disabled is not. */
#ifndef DIRECTORY_PLAN_H
#define DIRECTORY_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/user_import.h"

struct dir_run;
struct dir_set;
struct store;
struct store_actor;

struct dir_plan {
	struct user_import m; /* IMPORT_DISABLE among its effects; a row
				* with a problem is left out of the plan */
	size_t gone_n; /* not found any more, disabled or kept */
	bool is_held; /* it may not be done: `why` */
	char why[ERRINFO_MAX];
};

/* The run has ended well. */
enum err
dir_plan_make(struct dir_plan *out, struct store *s, const struct dir_run *r,
    const struct dir_set *d, struct errinfo *ei) ERR_CHECK;
void dir_plan_clear(struct dir_plan *p);

/* Carries out the newest run that asks for it, unless that was done already,
 * a newer setting makes it void, or it is held: then the store says so, and
 * no user changes.  *did: there was something to say.  Web workers call it
 * when they have nothing else to do. */
enum err
dir_plan_settle(struct store *s, bool *did, struct errinfo *ei) ERR_CHECK;

#endif
