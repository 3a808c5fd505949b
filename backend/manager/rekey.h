/* rekey.h - the opening key leaves under a passphrase only, and boxes of a
 * backup come over to this appliance's key.  manager only.  Argon2id takes
 * its time, so it runs in a worker thread, one job at a time. */
#ifndef REKEY_H
#define REKEY_H

#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct rekey; /* opaque */
struct unseal;
struct uv_loop_s;

/* token: the caller's.  msg: of this type, borrowed; NULL: e and why say
 * what went wrong. */
typedef void (*rekey_done_fn)(void *arg, uint64_t token, enum ipc_type t,
    const void *msg, enum err e, const char *why);

struct rekey *rekey_new(struct uv_loop_s *loop, const struct unseal *u,
    rekey_done_fn done, void *arg);
/* NULL is fine.  No job may run: the loop has ended. */
void rekey_free(struct rekey *r);
/* Both take over what they need of the message, which is left without it.
 * ERR_BUSY: a job runs. */
enum err rekey_wrap(struct rekey *r, uint64_t token, struct msg_key_wrap *m,
    struct errinfo *ei) ERR_CHECK;
enum err rekey_reseal(struct rekey *r, uint64_t token, struct msg_reseal *m,
    struct errinfo *ei) ERR_CHECK;

#endif
