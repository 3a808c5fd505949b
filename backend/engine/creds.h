/* creds.h - has the manager open a record's sealed box and give what is in
 * it to a net worker.  The engine never sees it: it knows a number.
 * Engine; on the loop. */
#ifndef CREDS_H
#define CREDS_H

#include <stdint.h>

#include "common/err.h"

struct cred_wait; /* opaque */
struct creds; /* opaque */
struct engine;
struct record;

/* failure: row of failure.def, "" when it worked. */
typedef void (*cred_fn)(
    void *arg, uint64_t cred_id, const char *failure, const char *text);

struct creds *creds_new(void);
uint64_t creds_new_id(struct creds *cs); /* never given out before */
void creds_free(struct creds *cs); /* after all records */

/* Its number when the worker has it already, else 0. */
uint64_t creds_peek(struct record *r, uint32_t net_id);
/* fn is called later, once, unless cancelled.  The binding that is asked
 * for is that of the record as it is now. */
struct cred_wait *
creds_want(struct record *r, uint32_t net_id, cred_fn fn, void *arg);
void creds_cancel(struct cred_wait *w);
/* Answers of the manager. */
void creds_opened(struct engine *en, uint64_t cred_id);
void creds_refused(
    struct engine *en, uint64_t cred_id, enum err e, const char *text);
/* The worker is gone, and what it held with it. */
void creds_net_gone(struct engine *en, uint32_t net_id);
void creds_drop_record(struct record *r);

#endif
