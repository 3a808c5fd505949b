/* states.h - the words, icons and colours of states, in one place. */
#ifndef STATES_H
#define STATES_H

#include "cgi/view.h"
#include "common/log.h"

struct oof;

struct state_word {
	const char *name; /* in the store or a message */
	const char *cls; /* "ok warn err run" or "" */
	const char *icon; /* "ok": symbol i-ok */
	const char *word;
};

/* Never NULL: an unknown name is "Unknown". */
const struct state_word *state_of_connector(const char *name);
const struct state_word *state_of_user(const char *name);
const struct state_word *state_of_step(unsigned state);
/* cls, icon, word */
void state_view(struct view v, const struct state_word *w);
void
state_show(struct view v, const char *cls, const char *icon, const char *word);

/* Of a meeting, as in state.db. */
void verdict_view(struct view v, const char *verdict);
/* away ("yes", "no", ""), away_from, away_until, away_as_of */
void away_view(struct view v, const struct oof *o, int64_t now_s);

void level_view(struct view v, enum log_level l); /* of a log line */

#endif
