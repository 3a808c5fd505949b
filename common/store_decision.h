/* store_decision.h - what was decided about meetings, over all mailboxes; in
 * state.db.  The engine writes. */
#ifndef STORE_DECISION_H
#define STORE_DECISION_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define DECISIONS_KEEP 20 /* of a meeting; the oldest go first */

/* What was decided about a meeting at one time; texts owned.  Columns as in
 * schema/state/0019_decision.sql. */
struct decision {
	int64_t at_ms, took_ms, start_s, next_try_s;
	char *uid, *verdict, *why, *keyword, *rule;
	char *confer_id, *external_id, *booking, *answer; /* "" none */
};
struct decision_list {
	struct decision *v;
	size_t n;
};
void decision_list_clear(struct decision_list *l);

struct meeting;
/* The engine's, with what is decided; nothing where that is what was decided
 * last.  Takes what is known of its booking at that time.  rule: name of
 * meeting_rules.h, or "". */
enum err store_decision_add(struct store *s, const struct meeting *m,
    const char *rule, int64_t took_ms, struct errinfo *ei) ERR_CHECK;
/* Newest first, at most DECISIONS_KEEP.  Empty where the engine never ran. */
enum err store_decision_list(struct store *s, const char *mailbox,
    const char *uid, struct decision_list *out, struct errinfo *ei) ERR_CHECK;

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
