/* deaths.h - programs that end and nobody told them to: how often of late,
 * and why the last time.  manager only, pure: alarm 60064 follows from it,
 * which the engine raises (IPC_DEATHS).
 * Forgotten when the manager ends: then all begins anew. */
#ifndef DEATHS_H
#define DEATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct msg_deaths;

#define DEATHS_WITHIN_MS 600000u
#define DEATHS_PROGRAMS 3 /* engine, net workers, web workers */
#define DEATHS_KEPT 3 /* of each; as many in the time raise the alarm */
#define DEATHS_WHY_MAX 200 /* bytes, with the end */

struct deaths {
	struct deaths_row {
		const char *program; /* NULL: the row is free */
		uint64_t at_ms[DEATHS_KEPT]; /* monotonic, newest first */
		uint32_t n; /* of at_ms */
		char why[DEATHS_WHY_MAX];
		int64_t last_s;
	} rows[DEATHS_PROGRAMS];
	uint32_t told; /* a bit a row that was often at the last look */
};

/* program: a constant string.  why: "exit code 3", "no heartbeat for 30
 * s"; copied. */
void deaths_add(struct deaths *d, const char *program, const char *why,
    uint64_t now_ms, int64_t wall_s);
/* Whether the set of programs that die often is not what it was at the last
 * look: a death came, or one became old. */
bool deaths_changed(struct deaths *d, uint64_t now_ms);
/* Those that died within DEATHS_WITHIN_MS.  The caller frees it. */
enum err deaths_fill(
    const struct deaths *d, struct msg_deaths *out, uint64_t now_ms) ERR_CHECK;

#endif
