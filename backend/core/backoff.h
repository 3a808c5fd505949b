/* backoff.h - when to try again: doubling with jitter, floor and ceiling. */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

struct backoff {
	uint32_t floor_ms, ceiling_ms;
	uint32_t tries; /* failures in a row */
};

#define BACKOFF_INIT(lo, hi)  \
	{                     \
		(lo), (hi), 0 \
	}

/* Delay before the next try, after one more failure. At least asked_ms,
 * what the peer asked for (0: nothing). Jitter of a quarter. */
uint32_t backoff_next_ms(struct backoff *b, uint32_t asked_ms);
void backoff_reset(struct backoff *b);

#endif
