/* args.h - the command line of calconnctl: options, arguments, key=value.
 * What is given here is what a person or a script typed; values are judged
 * by the verbs. */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/str.h"

struct verb;

enum args_option {
	O_FIELDS = 1 << 0, /* key=value, --from */
	O_PASSWORD = 1 << 1, /* --password-stdin, --password-fd */
	O_KEEP = 1 << 2,
	O_TIMEOUT = 1 << 3,
	O_ADDRESS = 1 << 4,
	O_STATE = 1 << 5,
	O_LIMIT = 1 << 6,
	O_OFFSET = 1 << 7,
	O_WAIT = 1 << 8
};

#define ARGS_FROM_MAX 1048576 /* bytes of a --from file */

struct args {
	const char *conf_path; /* borrowed from argv */
	bool json, help, version;
	struct strlist words; /* noun, verb, arguments */
	struct strlist keys, values; /* of key=value and --from, in order */
	bool password_stdin, keep_disabled;
	int password_fd; /* -1: none */
	struct strlist addresses; /* of --address, in order */
	const char *from, *state; /* borrowed; NULL: not given */
	uint64_t limit, offset, wait_s, timeout_s;
	unsigned given; /* O_* of the options that were used */
};

void args_init(struct args *a);
void args_clear(struct args *a);
/* Options wherever they stand; "--" ends them.  ERR_ARG: usage. */
enum err
args_parse(struct args *a, int argc, char **argv, struct errinfo *ei) ERR_CHECK;
/* Once the verb is known: checks the options it has, moves key=value out of
 * the words, reads --from. first: index of the first argument. */
enum err args_finish(struct args *a, const struct verb *v, size_t first,
    struct errinfo *ei) ERR_CHECK;

#endif
