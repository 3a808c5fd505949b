/* users.h - all mailboxes: who is listened to, whose turn it is.
 * Engine; on the loop. */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct engine;
struct mbox;
struct record;
struct strlist;
struct user_list;
struct users; /* opaque */

#define ACTIVATIONS_MAX 20 /* mailboxes that are brought up at a time */

struct users *users_new(struct engine *en);
void users_free(struct users *u);
/* Reads state.db once; the addresses found there hold when nothing was
 * configured anew since. */
enum err
users_load(struct users *u, bool urls_hold, struct errinfo *ei) ERR_CHECK;
/* The people as they are now; applies the differences.  Who has no Personal
 * Room gets the one that the patterns make (room_rule.h; "": none). */
void users_apply(struct users *u, const struct user_list *l,
    const char *rule_link, const char *rule_video);
/* Mailboxes of rooms, which are listened to as those of people are; before
 * users_apply(). */
void users_rooms(struct users *u, const struct strlist *addresses);
/* Whether calendar work is done at all, and why not. */
void users_run(struct users *u, bool run, const char *why_not);
/* A record is new (gone is NULL), changed or gone: its mailboxes begin anew,
 * and those without a server try again. */
void users_record_changed(struct users *u, const struct record *gone);
/* The account of a record was changed, and was is no more in the list: each
 * mailbox that it serves is subscribed anew, in its turn, and is listened to
 * with the old account until then. */
void users_record_rotated(struct users *u, const struct record *was);
/* Decisions of the Trust List changed: who failed for one tries again. */
void users_trust_changed(struct users *u);
/* ERR_NOTFOUND: no such user; ERR_DENIED: not enabled. */
enum err users_retry(struct users *u, const char *address) ERR_CHECK;
/* What is known of the mailbox has changed and may be stored with that of
 * others, a moment later. */
void users_save_soon(struct mbox *m);
size_t users_live_count(const struct users *u);
/* Some are being brought up, or wait for it. */
bool users_are_coming(const struct users *u);
struct mbox *users_find(struct users *u, const char *address);
void
users_each(struct users *u, void (*fn)(void *arg, struct mbox *m), void *arg);

/* user_state.c: brings the mailbox up as soon as there is a free place. */
void users_enqueue(struct mbox *m);
/* The same for one that is listened to: it is so until its turn comes. */
void users_renew(struct mbox *m);
void users_dequeue(struct mbox *m);
void users_slot_free(struct mbox *m);

/* domains.c asks a server for many: adds addresses of mailboxes of the domain
 * that wait for their turn and have none yet, until there are max. */
void users_without_address(
    struct record *r, const char *domain, struct strlist *emails, size_t max);
/* What it told of such a one: where it is (nothing: it has to be looked for),
 * or that it is not there. */
void users_told(struct record *r, const char *email, const struct strlist *urls,
    const char *grouping, bool is_absent);
/* Mailboxes wait whose domain nobody has looked for yet? */
void users_scout(struct users *u);

#endif
