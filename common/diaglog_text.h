/* diaglog_text.h - what all programs logged between two moments, oldest line
 * first: the file of a diagnostic logging.  Runs in web and ctl.  Blocks on
 * files only. */
#ifndef DIAGLOG_TEXT_H
#define DIAGLOG_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct buf;

#define DIAGLOG_FILE_MAX 8388608 /* bytes; the oldest lines are left out */
#define DIAGLOG_READ_MAX (UINT64_C(256) << 20) /* bytes that are looked at */

/* *cut: older lines were left out, which the first line then says. */
enum err diaglog_text(const char *log_dir, int64_t from_ms, int64_t to_ms,
    struct buf *out, bool *cut, struct errinfo *ei) ERR_CHECK;

#endif
