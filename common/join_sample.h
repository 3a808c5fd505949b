/* join_sample.h - five meetings that a template of join details is shown
 * with: the usual one, one with little, one with all, one with long values,
 * and one whose people typed what ought not to work.  Pure. */
#ifndef JOIN_SAMPLE_H
#define JOIN_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/meeting_rules.h"

#define JOIN_SAMPLES_N 5

struct buf;
struct join_style;

/* What it is, for a heading; i: 0 to JOIN_SAMPLES_N - 1. */
const char *join_sample_name(size_t i);
/* Appends the block that this meeting would get. */
enum err join_sample_put(struct buf *out, size_t i,
    const struct join_style *style, bool is_html) ERR_CHECK;

#endif
