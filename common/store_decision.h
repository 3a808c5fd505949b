/* store_decision.h - what was decided about meetings, over all mailboxes; in
 * state.db.  The engine writes. */
#ifndef STORE_DECISION_H
#define STORE_DECISION_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define DECISION_WORD_MAX 64 /* bytes of a keyword with its modifier */
#define DECISION_WORDS_MAX 16

/* Keywords with a modifier that meetings have which could not be booked. */
struct decision_words {
	struct decision_word {
		char word[DECISION_WORD_MAX];
		uint32_t n; /* meetings */
	} v[DECISION_WORDS_MAX];
	size_t n;
};
/* By word, the first DECISION_WORDS_MAX.  None where the engine never ran. */
enum err store_decision_words(
    struct store *s, struct decision_words *out, struct errinfo *ei) ERR_CHECK;

/* A booking may work now: each meeting whose organizer was told that it could
 * not be booked is due at `now_s`. */
enum err store_decision_again(
    struct store *s, int64_t now_s, struct errinfo *ei) ERR_CHECK;

#endif
