/* pack.h - the tar of a snapshot: one gzip'd ustar of plain files below one
 * folder.  Runs in calconn-collect.  Owns no descriptor; what does not fit
 * in the limit is left out and told, and the tar stays whole. */
#ifndef PACK_H
#define PACK_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct pack; /* opaque */

/* out: descriptor of an empty file.  max: bytes of content in all.
 * folder: in which everything stands, "calconn-snapshot"; borrowed. */
enum err pack_open(struct pack **out, int fd, uint64_t max, const char *folder,
    int64_t mtime_s, struct errinfo *ei) ERR_CHECK;
/* ERR_TOOBIG: it would be over the limit; nothing was written. */
enum err pack_put(struct pack *p, const char *name, const void *bytes, size_t n,
    struct errinfo *ei) ERR_CHECK;
uint64_t pack_left(const struct pack *p); /* bytes */
/* Ends the tar; only after this it is whole. */
enum err pack_finish(struct pack *p, struct errinfo *ei) ERR_CHECK;
void pack_free(struct pack *p);

#endif
