/* log_line.h - a line of a log file, taken apart.  Pure.  A line can be cut,
 * or be no line of ours at all: then it has only its text. */
#ifndef LOG_LINE_H
#define LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/log.h"

#define LOG_PAIRS_MAX 64 /* of one line; more are not taken apart */

struct log_text {
	const char *p; /* into the line, still escaped */
	size_t n;
};

struct log_pair {
	struct log_text name, value;
};

struct log_line {
	struct log_text all; /* without the end of the line */
	int64_t at_ms; /* 0: it does not begin with a time */
	struct log_text program; /* "calconn-engine[123]" */
	struct log_text event, module;
	enum log_level level; /* LOG_L_WARN where it has none */
	struct log_pair pairs[LOG_PAIRS_MAX]; /* event, module, level too */
	size_t pairs_n;
};

void log_line_parse(struct log_line *l, const char *p, size_t n);
/* LOG_L__MAX: no such word. */
enum log_level log_level_of(const char *name);
bool log_text_is(const struct log_text *t, const char *s);

#endif
