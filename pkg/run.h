/* run.h - runs programs of an installed version, each with a limit of time
 * and nothing of a shell. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "common/err.h"

struct refusal;

#define RUN_ARGS_MAX 12

/* argv[0] is the path.  Waits; ERR_OK when it exits with 0. show: its
 * standard output is ours; otherwise nobody's. */
enum err run_program(const char *const *argv, unsigned limit_s, bool show,
    struct refusal *why) ERR_CHECK;

/* A program that does something as long as its input is open. */
struct run_held {
	int pid, in; /* in: -1 when not running */
	char said; /* its first byte */
};

/* Returns when it has written its first byte. */
enum err run_hold(struct run_held *h, const char *const *argv, unsigned limit_s,
    struct refusal *why) ERR_CHECK;
void run_release(struct run_held *h); /* closes the input, and waits */

#endif
