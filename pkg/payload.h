/* payload.h - what is in a bundle: a tar of plain files, compressed with
 * zstd; first "manifest", then each file of its list under "files/", in that
 * order.  Nothing that a tar could hold beside that is let in.
 * Reading begins only after the signature was verified. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdint.h>

#include "common/err.h"

struct bundle;
struct manifest;
struct payload; /* opaque; b is borrowed and outlives it */
struct refusal;

/* Opens and reads the manifest into m, which the caller clears. */
enum err payload_open(struct payload **out, const struct bundle *b,
    struct manifest *m, struct refusal *why) ERR_CHECK;
/* Writes the next file of the list to a descriptor; -1: only judges it.
 * ERR_NOTFOUND: that was the last. */
enum err payload_next(struct payload *p, int to, struct refusal *why) ERR_CHECK;
/* The rest: that all files are as the list says, and nothing is behind. */
enum err payload_judge(struct payload *p, struct refusal *why) ERR_CHECK;
void payload_close(struct payload *p);

/* Makes one from a tree whose files are m's; out: a descriptor. */
enum err payload_write(int out, const struct manifest *m, int tree,
    int64_t mtime, struct refusal *why) ERR_CHECK;

#endif
