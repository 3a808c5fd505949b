/* backup_file.h - the frame of a backup: "calconn-backup 1\n", then
 * "BYTES SHA256\n" of what follows, which is JSON.  The hash finds what a
 * disk or a transfer did; whoever wants to change a backup can make it anew.
 * Pure.  The file is hostile. */
#ifndef BACKUP_FILE_H
#define BACKUP_FILE_H

#include <stddef.h>

#include "common/err.h"

struct buf;

#define BACKUP_MAX 16777216 /* bytes of a backup, its frame included */
#define BACKUP_HEAD_MAX 128

/* out: empty. */
enum err backup_file_frame(
    struct buf *out, const struct buf *body, struct errinfo *ei) ERR_CHECK;
/* *body: borrowed from p.  ERR_PROTO: no backup, truncated, bytes behind it,
 * or bytes changed.  ERR_UNSUPPORTED: of a newer version.  ERR_TOOBIG. */
enum err backup_file_open(const char *p, size_t n, const char **body,
    size_t *body_n, struct errinfo *ei) ERR_CHECK;

#endif
