/* keywords.h - which scheduling keyword stands in a meeting's location.
 * Engine, and the pages that show what would be found.  Pure.  The text is
 * hostile and up to a mebibyte long: one pass, no memory. */
#ifndef KEYWORDS_H
#define KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

enum keyword_mode {
	KEYWORD_DEFAULT, /* nothing chosen: as KEYWORD_MYROOM */
	KEYWORD_MYROOM, /* ":myroom" */
	KEYWORD_SPACE, /* ":space" */
	KEYWORD_ONETIME, /* ":onetime" */
	KEYWORD_TMS, /* ":tms" */
	KEYWORD_CMS, /* no modifier; a space on a Meeting Server */
	KEYWORD_MODE__MAX
};

#define KEYWORDS_MAX 16
#define KEYWORD_WORD_MAX 32 /* bytes, the @ included */

/* What people may type; plain data. */
struct keyword_row {
	char word[KEYWORD_WORD_MAX + 1];
	bool enabled;
	enum keyword_mode mode; /* what the word alone asks for */
};
struct keyword_set {
	struct keyword_row v[KEYWORDS_MAX];
	size_t n;
};
/* A word as it is kept: in lower case, with its @.  ERR_ARG: it is none. */
enum err keyword_word(char out[KEYWORD_WORD_MAX + 1], const char *typed,
    struct errinfo *ei) ERR_CHECK;

/* What a keyword can ask for: the word that is kept and typed on the command
 * line; false: none such. */
bool keyword_action_of(const char *id, enum keyword_mode *out);
const char *keyword_action_id(enum keyword_mode m); /* never NULL */
const char *keyword_action_label(enum keyword_mode m);
/* The type of conferencing service (confer_type.def) that must be there; ""
 * where none is needed. */
const char *keyword_action_service(enum keyword_mode m);

struct keyword {
	const char *at; /* in the text: where it begins */
	size_t len; /* modifier included */
	const char *word; /* "@webex", of the set */
	enum keyword_mode mode;
};

/* The mode is that of the modifier, else the word's own.
 * The left-most enabled keyword that stands as a word of its own, any case;
 * false when there is none.  text: UTF-8, len bytes. */
bool keyword_find(const struct keyword_set *set, const char *text, size_t len,
    struct keyword *out);

#endif
