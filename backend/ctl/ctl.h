/* ctl.h - one run of calconnctl: what a verb gets, and what it ends with.
 * A verb prints through out.h, says what is wrong through ctl_fail() and
 * ctl_problem(), and returns an exit code. */
#ifndef CTL_H
#define CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/ctl/args.h"
#include "backend/ctl/out.h"
#include "common/conf.h"
#include "common/err.h"
#include "common/store.h"

struct ipc_client;

/* Exit codes; calconnctl(1) promises them. */
#define EXIT_DONE 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_NO_MANAGER 3

struct ctl {
	struct args args;
	struct out out;
	struct conf conf;
	struct store *store; /* NULL: the verb does not need it */
	struct ipc_client *client; /* NULL: not connected */
	struct store_actor actor;
	char who[64];
	const char *const *words; /* arguments of the verb, first to last */
	size_t words_n;
	size_t problems_n;
};

enum verb_needs { NEED_CONF = 1, NEED_STORE = 2 };

typedef int (*verb_fn)(struct ctl *c);

struct verb {
	const char *noun, *verb;
	verb_fn fn;
	int needs;
	size_t least, most;
	unsigned options;
	const char *arguments, *help;
};

#define VERB(noun, verb, fn, needs, least, most, options, arguments, help) \
	int fn(struct ctl *c);
#include "backend/ctl/verbs.def"
#undef VERB

/* Prints the error (and, with --json, an object with it) and returns the
 * exit code that fits. */
int ctl_fail(struct ctl *c, enum err e, const struct errinfo *ei);
/* The same where there is no errinfo. */
int ctl_refuse(struct ctl *c, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* One field that is wrong, with its key; all of them are said before
 * ctl_problems_end() makes the exit code of them. */
void ctl_problem(void *ctl, const char *key, const char *text);
int ctl_problems_end(struct ctl *c);
/* For a person, on standard error. */
void ctl_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
