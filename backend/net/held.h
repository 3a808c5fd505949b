/* held.h - what a conferencing service holds of a meeting, against what it
 * was asked to hold: a service may say yes and keep something else.
 * Runs in net.  Pure. */
#ifndef HELD_H
#define HELD_H

#include <stdint.h>

struct msg_evidence;

#define HELD_TITLE_MAX 4096 /* bytes; longer ones are compared up to here */

struct held {
	char title[HELD_TITLE_MAX + 1]; /* "": not said */
	int64_t start_s, end_s; /* 0: not said */
};

/* Fails ev with "confer-time" or "confer-title".  Only what both say is
 * compared; of a title its words, and as many as the service keeps. */
void held_judge(
    struct msg_evidence *ev, const struct held *want, const struct held *have);

#endif
