/* store_snapshot.h - what of the two databases goes into a system snapshot:
 * the rows of store_sql.def that begin with SNAP_, as JSON.  Each names its
 * columns one by one, and store_snapshot.def has a row for each table, so
 * that a new one stays out until somebody has decided what may leave the
 * host.  Run by calconn-collect. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct store;

/* "config/exchange.json"; NULL past the last. */
const char *store_snapshot_name(size_t i);
/* Appends a JSON array with one object a row.  ERR_TOOBIG: over the ceiling
 * of out, which then ends with the last row that fitted and is valid JSON.
 * ERR_NOTFOUND: the engine has made no database yet. */
enum err store_snapshot_part(
    struct store *s, size_t i, struct buf *out, struct errinfo *ei) ERR_CHECK;

#endif
