/* presence_text.h - what is sent to who shows presence: who is out of office,
 * as JSON.
 * Engine.  Pure.  Of a person's own words about it there is none here. */
#ifndef PRESENCE_TEXT_H
#define PRESENCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct oof_row;

#define PRESENCE_BATCH 1000 /* people of one message */
#define PRESENCE_TEXT_MAX 500000 /* bytes */

struct presence_text {
	const char *system; /* name of this host */
	const char *id; /* of the message */
	int64_t now_s;
	const struct oof_row *v; /* none: a test */
	size_t n;
	int64_t more; /* that follow in the next message */
};

/* {"system", "id", "sent", "test", "more", "people": [{"address",
 * "out_of_office", "state", "from", "until", "as_of"}]}; from and until are
 * null where nothing is scheduled.  ERR_TOOBIG: over PRESENCE_TEXT_MAX. */
enum err
presence_json(const struct presence_text *t, struct buf *out) ERR_CHECK;

#endif
