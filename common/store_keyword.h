/* store_keyword.h - the keywords that people may type.  config.db. */
#ifndef STORE_KEYWORD_H
#define STORE_KEYWORD_H

#include <stdbool.h>

#include "common/err.h"
#include "common/keywords.h"

struct store;
struct store_actor;

/* In the order of the alphabet. */
enum err store_keyword_list(
    struct store *s, struct keyword_set *out, struct errinfo *ei) ERR_CHECK;
/* Adds the word, or turns it on or off; what it asks for stays, and is the
 * Personal Room of a new one.  word: as keyword_word() made it.
 * ERR_TOOBIG: there are KEYWORDS_MAX already. */
enum err store_keyword_put(struct store *s, const struct store_actor *who,
    const char *word, bool enabled, struct errinfo *ei) ERR_CHECK;
/* The same with all that a row says; one revision. */
enum err store_keyword_set(struct store *s, const struct store_actor *who,
    const struct keyword_row *row, struct errinfo *ei) ERR_CHECK;
enum err store_keyword_delete(struct store *s, const struct store_actor *who,
    const char *word, struct errinfo *ei) ERR_CHECK;

#endif
