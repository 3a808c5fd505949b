/* failure.h - the table of named faults, failure.def.
 * Runs anywhere; read only. */
#ifndef FAILURE_H
#define FAILURE_H

#include "common/err.h"

struct failure {
	const char *name; /* "http-401" */
	enum err code;
	const char *title; /* what is wrong, one short sentence */
	const char *todo; /* what to do, one or two sentences */
	const char *command; /* Exchange Management Shell line, or "".
				 * %ACCOUNT% and %MAILBOX% are replaced */
	unsigned alarm; /* number, or 0 */
};

const struct failure *failure_find(const char *name); /* or NULL */
const struct failure *failure_at(unsigned i); /* NULL past the end */

#endif
