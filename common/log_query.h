/* log_query.h - which lines of the logs are wanted: the filter of the Event
 * Log, for pages and calconnctl alike.  Pure. */
#ifndef LOG_QUERY_H
#define LOG_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/log.h"

#define LOG_QUERY_TEXT_MAX 256 /* bytes of one field */
#define LOG_QUERY_KEYS 9

struct log_line;

struct log_query {
	/* Words with spaces between; "" : does not matter. */
	char all[LOG_QUERY_TEXT_MAX], any[LOG_QUERY_TEXT_MAX];
	char none[LOG_QUERY_TEXT_MAX];
	char module[LOG_QUERY_TEXT_MAX]; /* or a module below it */
	char user[LOG_QUERY_TEXT_MAX]; /* part of whom the line is about */
	char meeting[LOG_QUERY_TEXT_MAX]; /* part of what it is about */
	/* Names of programs, with spaces between; no key sets it. */
	const char *programs; /* NULL: all */
	enum log_level level; /* this or worse */
	int64_t from_ms, to_ms; /* to_ms 0: now */
};

/* Everything. */
void log_query_init(struct log_query *q);
/* all any none module level from to user meeting; NULL past the end. */
const char *log_query_key(unsigned i);
/* "" is "does not matter".  Times are local: "2026-11-22 08:01[:59]", with
 * a T in place of the space as well.  ERR_NOTFOUND: no such key. */
enum err log_query_set(struct log_query *q, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
bool log_query_matches(const struct log_query *q, const struct log_line *l);

#endif
