/* store_audit.h - the configuration log as a chain of hashes: a row that was
 * changed, taken out or put in shows.  Who can write config.db can also make
 * the whole chain anew: compare the newest hash with one that was kept
 * elsewhere. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct config_log_row;
struct store;

#define AUDIT_HASH_LEN 32 /* SHA-256 */

struct audit {
	bool is_whole;
	int64_t rows_n; /* of the chain that were looked at */
	int64_t before_n; /* older rows, from before there was a chain */
	int64_t bad_id; /* the row where it breaks; 0: none */
	char why[128]; /* "" where it is whole */
	char last[2 * AUDIT_HASH_LEN + 1]; /* hex, of the newest row */
};

enum err store_audit_verify(
    struct store *s, struct audit *out, struct errinfo *ei) ERR_CHECK;

/* Inside libstore: hash of r behind the hash `before`, of n bytes. */
void audit_hash(unsigned char out[AUDIT_HASH_LEN],
    const struct config_log_row *r, const void *before, size_t n);

#endif
