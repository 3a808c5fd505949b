/* confer_kind.h - what the engine knows of each type of conferencing service:
 * how it is tested.  A type is a row in confer_kind.c.
 * Engine.  Pure. */
#ifndef CONFER_KIND_H
#define CONFER_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "common/confer_op.h"
#include "common/report.h"

struct msg_confer_result;

#define CONFER_SAYS_MAX 400 /* bytes */

struct confer_step {
	enum confer_op op;
	const char *title;
	/* The answer without a fault: which state, and the words for it;
	 * says: CONFER_SAYS_MAX. */
	enum step_state (*judge)(const struct msg_confer_result *r, char *says);
};

struct confer_kind {
	const char *type; /* of confer_type.def */
	const struct confer_step *steps;
	size_t n;
};

const struct confer_kind *confer_kind_find(const char *type); /* or NULL */

#endif
