/* backup_reseal.h - the passwords of a backup that another appliance made:
 * the manager, who alone opens boxes, brings them over to this one's key.
 * Here is what it is asked and what becomes of its answer; web and ctl. */
#ifndef BACKUP_RESEAL_H
#define BACKUP_RESEAL_H

#include <stddef.h>

#include "common/err.h"
#include "common/seal.h"

struct backup;
struct msg_reseal;
struct msg_resealed;
struct secret;

/* For the manager's answer: Argon2id on a busy host. */
#define BACKUP_RESEAL_MS 30000

/* pk: of this appliance; the passphrase is sealed to its manager.  q is
 * zeroed, and freed by the caller whatever comes of it. */
enum err backup_reseal_ask(const struct backup *b,
    const unsigned char pk[SEAL_PK_LEN], const struct secret *passphrase,
    struct msg_reseal *q, struct errinfo *ei) ERR_CHECK;
/* *lost: added, boxes that could not be opened. */
enum err backup_reseal_take(struct backup *b, const struct msg_resealed *got,
    size_t *lost, struct errinfo *ei) ERR_CHECK;
/* All passwords have to be entered again. */
enum err backup_reseal_drop(
    struct backup *b, size_t *lost, struct errinfo *ei) ERR_CHECK;

#endif
