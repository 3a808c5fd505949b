/* unsub.h - ends subscriptions that nobody listens to any more, those
 * included that were asked for and are not answered yet: an account may have
 * only so many, and Exchange keeps one that is forgotten for half an hour.
 * [MS-OXWSNTIF] 3.1.4.4, Unsubscribe.
 * Engine; on the loop.  Nobody waits for it and nothing follows from its
 * failure. */
#ifndef UNSUB_H
#define UNSUB_H

struct engine;
struct record;
struct src_call;
struct src_place;
struct unsubs; /* opaque */

struct unsubs *unsubs_new(struct engine *en);
/* What is under way is given up. */
void unsubs_free(struct unsubs *us);
/* All is copied; the record is kept until it is done. */
void unsub_end(struct record *r, const struct src_place *at, const char *id);
/* subscribe: a request of EWS_SUBSCRIBE, taken over (NULL is fine).  One that
 * was not sent yet is not sent any more; else what its answer brings is
 * ended. */
void unsub_adopt(
    struct record *r, const struct src_place *at, struct src_call *subscribe);

#endif
