/* oof.h - who is out of office: each mailbox that is listened to is asked
 * every OOF_EVERY_S, and once more when what is scheduled begins or ends.
 * What Exchange says goes to state.db, and each change to who shows presence
 * (delivery.h).
 * Engine; on the loop.  It is the least of what is asked of a server: in the
 * record's turn (servers.h) it comes last, few at a time, and one at a time
 * while mailboxes are being brought up. */
#ifndef OOF_H
#define OOF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/store_oof.h"

struct engine;
struct mbox;
struct oofs; /* opaque */
struct src_call;

#define OOF_EVERY_S 900 /* so that nothing is older than OOF_AGE_MAX_S */
#define OOF_RETRY_S 240 /* after a failure */
#define OOF_TICK_MS 2000
#define OOF_RUNNING_MAX 12 /* requests under way */
#define OOF_RUNNING_HOST_MAX 6 /* of these at one address */

/* Of one mailbox. */
struct mbox_oof {
	TAILQ_ENTRY(mbox) next; /* of those whose turn comes */
	bool is_waiting, is_dirty;
	uint64_t due_ms; /* 0: never asked */
	struct src_call *call;
	struct oof o;
};

struct oofs *oofs_new(struct engine *en);
void oofs_free(struct oofs *all); /* after the users */
/* After users_load(): what was known before a restart. */
enum err oofs_load(struct oofs *all, struct errinfo *ei) ERR_CHECK;
/* The mailbox is not listened to any more, or is freed. */
void oof_stop(struct mbox *m);

#endif
