/* bound_args.h - a kind of bound.h from the command line: key=value for its
 * fields, and its secret, which is sealed here.  calconnctl. */
#ifndef BOUND_ARGS_H
#define BOUND_ARGS_H

#include "common/err.h"

struct bound;
struct ctl;

/* Into b; what is wrong goes to ctl_problem().  The secret is sealed only
 * where nothing is.  prompt: for a person at a terminal. */
enum err bound_args_take(struct ctl *c, struct bound *b, const char *prompt,
    struct errinfo *ei) ERR_CHECK;

#endif
