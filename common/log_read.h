/* log_read.h - reads the log files of all programs, newest line first, back
 * through those that were rotated (PROGRAM.log, PROGRAM.log.1, ...).
 * Runs in web and ctl.  Blocks on files only; reads at most so many bytes,
 * and a line is at most LOG_LINE_MAX: a longer one is left out. */
#ifndef LOG_READ_H
#define LOG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define LOG_FILES_KEEP_MAX 99 /* PROGRAM.log.99 */

struct log_line;
struct log_query;

struct log_read_end {
	bool has_more; /* older lines were not looked at */
	int64_t reached_ms; /* the oldest that was */
	uint64_t bytes; /* that were read */
};

/* Borrowed, and valid only during the call.  false: no more. */
typedef bool (*log_line_fn)(void *arg, const struct log_line *l);

/* Lines that match, newest first, until fn says enough or bytes_max were
 * read.  A folder without logs has none; one that may not be read is
 * ERR_DENIED. */
enum err log_read(const char *dir, const struct log_query *q,
    uint64_t bytes_max, log_line_fn fn, void *arg, struct log_read_end *end,
    struct errinfo *ei) ERR_CHECK;

#endif
