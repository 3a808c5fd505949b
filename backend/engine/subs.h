/* subs.h - streams of notifications: one connection for many mailboxes.
 * Mailboxes of the same record, EWS address and grouping information share
 * groups of at most 200, the limit of one stream; a group has an anchor, whose
 * name leads each of its requests to one server, and the cookie by which that
 * server is found again ([office-developer-exchange-docs] "How to: Maintain
 * affinity between a group of subscriptions and the Mailbox server").
 * Engine; on the loop.
 *
 * Nothing is lost: while a stream is closed in order, events wait at the
 * server; when it broke, or was closed by us, what it may have carried is
 * looked for by a catch-up. */
#ifndef SUBS_H
#define SUBS_H

struct engine;
struct mbox;
struct record;
struct src_place;
struct subs; /* opaque */

#define SUBS_GROUP_MAX 200

struct subs *subs_new(struct engine *en);
void subs_free(struct subs *s);
/* Before it is subscribed: gives it a place in a group, for subs_place().  One
 * that it had is left. */
void subs_join(struct mbox *m, const char *url, const char *grouping);
/* Where a request for the mailbox goes; anchor and cookie are its group's,
 * where it has one at this address.  url is borrowed. */
void subs_place(const struct mbox *m, const char *url, struct src_place *out);
/* As the server gave it; the newest counts. */
void subs_cookie(struct mbox *m, const char *cookie);
/* The mailbox has a subscription (sub_id): listens to it. */
void subs_add(struct mbox *m);
/* Gives up its place. */
void subs_remove(struct mbox *m);
/* An administrator asks: what waits to be opened again is opened now. */
void subs_kick(struct mbox *m);

#endif
