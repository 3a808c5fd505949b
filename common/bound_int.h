/* bound_int.h - what bound.c and bound_box.c share: a row of the table of
 * kinds.  Pure. */
#ifndef BOUND_INT_H
#define BOUND_INT_H

#include "common/bound.h"

struct bound_row {
	const char *name, *secret_key;
	/* The kind of secret, and what its target begins with. */
	const char *use;
	const char *target_key; /* host, with the port behind it, or url */
	const char *account_key; /* NULL: it has none, "-" is bound */
	const char *tls_key, *tls; /* one of them */
	const char *auth;
	const char *bound[7]; /* fields that the secret is bound to */
	const char *more[3]; /* those of them behind host and port */
};

const struct bound_row *bound_row(enum bound_kind k);

#endif
