/* spool.h - a file of a form, kept from the page that shows what it would do
 * to the one that does it.
 * calconn-web.  Each account has one of each kind, in upload_dir; a newer one
 * takes its place.  The page names it by its SHA-256, so that what is done is
 * what was shown, whatever else was sent meanwhile.  Nothing here looks into
 * the file. */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdint.h>

#include "cgi/upload.h"
#include "common/err.h"

struct buf;
struct multipart;

#define SPOOL_WAITS_S 1800 /* as long as an idle session; then it is removed */
#define SPOOL_SWEEP_S 60
#define SPOOL_ID_MAX UPLOAD_HASH_MAX

enum spool_kind { SPOOL_USERS, SPOOL_BACKUP, SPOOL__MAX };

/* owner: the account's id.  ERR_BUSY, ERR_TOOBIG and ERR_STORE are for who
 * sent it, as those of upload.h. */
enum err spool_put(enum spool_kind k, const char *folder, int64_t owner,
    struct multipart *m, char id[SPOOL_ID_MAX], struct errinfo *ei) ERR_CHECK;
/* Adds it to an empty `out`, whose ceiling is spool_max().  ERR_NOTFOUND: it
 * is not kept any more, or another one is. */
enum err
spool_get(enum spool_kind k, const char *folder, int64_t owner, const char *id,
    int64_t now_s, struct buf *out, struct errinfo *ei) ERR_CHECK;
uint64_t spool_max(enum spool_kind k); /* bytes */
void spool_forget(enum spool_kind k, const char *folder, int64_t owner);
/* Removes what waits too long, and parts that nobody writes any more. */
void spool_sweep(const char *folder, int64_t now_s);

#endif
