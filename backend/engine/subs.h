/* subs.h - streams of notifications: one connection for many mailboxes of
 * the same record and EWS address, at most 200 each (the protocol's limit).
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

#define SUBS_STREAM_MAX 200
/* Streams of one server that are not full; more are drawn together. */
#define SUBS_STREAMS_SMALL_MAX 3

struct subs *subs_new(struct engine *en);
void subs_free(struct subs *s);
/* Anchor and cookie of the group keep its requests on one server. */
void subs_place(struct subs *s, const struct record *r, const char *url,
    const char *mailbox, struct src_place *out);
void subs_cookie(struct subs *s, const struct record *r, const char *url,
    const char *cookie);
/* The mailbox has a subscription (sub_id): listens to it. */
void subs_add(struct mbox *m);
void subs_remove(struct mbox *m);
/* An administrator asks: what waits to be opened again is opened now. */
void subs_kick(struct mbox *m);

#endif
