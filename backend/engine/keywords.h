/* keywords.h - which scheduling keyword stands in a meeting's location.
 * Engine.  Pure.  The text is hostile and up to a mebibyte long: one pass,
 * no memory. */
#ifndef KEYWORDS_H
#define KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

enum keyword_mode {
	KEYWORD_DEFAULT, /* no modifier, or one that nobody knows */
	KEYWORD_MYROOM, /* ":myroom" */
	KEYWORD_SPACE, /* ":space" */
	KEYWORD_ONETIME, /* ":onetime" */
	KEYWORD_MODE__MAX
};

struct keyword {
	const char *at; /* in the text: where it begins */
	size_t len; /* modifier included */
	const char *word; /* "@webex", constant */
	enum keyword_mode mode;
};

/* The left-most keyword that stands as a word of its own, any case; false
 * when there is none.  text: UTF-8, len bytes. */
bool keyword_find(const char *text, size_t len, struct keyword *out);

#endif
