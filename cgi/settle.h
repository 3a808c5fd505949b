/* settle.h - what happens without a page: a draft whose test has passed is
 * stored, also when nobody looks at the test any more, and what a scheduled
 * search in the directory found becomes users.  calconn-web, which may write
 * config.db; the engine may not. */
#ifndef SETTLE_H
#define SETTLE_H

struct web;

#define SETTLE_MS 1000 /* looked at so often while no request comes */

/* Cheap while nothing was written since the last time. */
void settle_drafts(struct web *w);

#endif
