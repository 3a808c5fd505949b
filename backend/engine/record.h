/* record.h - an Exchange record while the engine works with it: the fields
 * as they are now, its credentials at the net workers, what was found out
 * with it and until when it is to be left in peace.
 * Counted: a call, a mailbox or a test that uses one holds a reference. */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "backend/engine/scp_known.h"
#include "common/err.h"
#include "common/store_exchange.h"

struct cred;
struct domains;
struct engine;
struct msg_access;
struct msg_evidence;
struct server;

struct record {
	TAILQ_ENTRY(record) next;
	struct engine *en;
	unsigned refs;
	struct exchange x;
	bool is_test; /* of a test: raises no alarm, keeps nothing */
	bool is_dead; /* replaced or removed: not to be used any more */
	bool is_former; /* another account's record took its place: what is
			 * said of it is no news of the record */
	TAILQ_HEAD(record_creds, cred) creds; /* creds.c */

	/* Refused credentials are not tried again for every mailbox: that
	 * would lock the account.  Until then its mailboxes fail with
	 * `hold_failure`; a server that cannot be reached is not asked by
	 * each of them either. */
	uint64_t hold_until_ms;
	char hold_failure[64];
	bool hold_is_refusal;
	struct backoff pause;
	unsigned faults; /* in a row */

	TAILQ_HEAD(record_servers, server) servers; /* servers.c */
	unsigned requests; /* under way at all of them */

	struct scp_known scp; /* what the directory published */
	struct domains *domains; /* what was found of mail domains */
};

struct record *record_new(struct engine *en, bool is_test);
struct record *record_ref(struct record *r);
void record_unref(struct record *r); /* NULL is fine */
/* Opens no credential any more.  What was asked with one that is open, such
 * as to end a subscription, still gets its answer; with the last reference
 * they are closed. */
void record_kill(struct record *r);
/* How net is to reach its servers; cred_id is filled in by cal_source. */
void record_access(
    const struct record *r, struct msg_access *out, uint32_t timeout_ms);

/* The account cannot sign in anywhere, or is about to be locked: what refused
 * it is the last word. */
bool failure_is_of_account(const char *failure);
/* Takes note of what a server answered: opens or closes the hold. */
void record_saw(struct record *r, const struct msg_evidence *ev);
/* Its server was typed in, so that it says nothing about who is there. */
bool record_is_direct(const struct record *r);
bool record_is_held(const struct record *r, uint64_t *left_ms);
void record_release(struct record *r); /* an administrator asks */

#endif
