/* connector.h - the state of the Calendar Connector in one word, with a
 * reason for a person and since when.  What the engine says of itself, and
 * what the manager knows when there is no engine to ask. */
#ifndef CONNECTOR_H
#define CONNECTOR_H

#include <stdint.h>

#include "common/err.h"

struct msg_engine_state;

struct connector {
	char state[24];
	char reason[512];
	int64_t since_s; /* of the word; a new reason does not change it */
	uint64_t rev_running;
};

void connector_init(struct connector *c);
/* By the manager; state is one of the words of ipc_msg.def. */
void connector_set(struct connector *c, const char *state, const char *reason);
/* By the engine; ERR_PROTO: not one of the words. */
enum err connector_report(
    struct connector *c, const struct msg_engine_state *m) ERR_CHECK;

#endif
