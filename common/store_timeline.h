/* store_timeline.h - what happened to a mailbox and to its meetings, newest
 * first: changes of its state, which the engine writes one by one, and the
 * last decision about each meeting.  state.db. */
#ifndef STORE_TIMELINE_H
#define STORE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct mailbox;
struct store;

#define USER_EVENTS_KEEP 30 /* of a mailbox; the oldest go first */

struct timeline_row {
	int64_t at_s;
	bool is_meeting; /* else of the mailbox */
	char *word; /* state of the mailbox, or verdict on the meeting */
	char *failure; /* row of failure.def; of a meeting "" */
	char *detail; /* reason */
	char *keyword, *uid; /* of a meeting */
	int64_t start_s; /* of a meeting, 0: not known */
	int64_t next_try_s; /* 0: none */
};
struct timeline {
	struct timeline_row *v;
	size_t n;
};
void timeline_clear(struct timeline *t);

enum err store_timeline(struct store *s, const char *address, size_t limit,
    struct timeline *out, struct errinfo *ei) ERR_CHECK;
/* The engine's: what the mailbox is like from at_s on. */
enum err store_timeline_add(struct store *s, const struct mailbox *m,
    int64_t at_s, struct errinfo *ei) ERR_CHECK;

#endif
