/* conf_lend.h - the secrets of conferencing services, as they are lent to net
 * workers: one a service and worker, opened by the manager when it is first
 * needed.
 * Engine; on the loop.  No secret is here: a sealed box goes to the manager,
 * and a number comes back for what it opened. */
#ifndef CONF_LEND_H
#define CONF_LEND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

#define CONF_LEND_FAILURE_MAX 64

struct conf_lends; /* opaque */
struct confer;
struct engine;

/* Why one cannot be lent; a row of failure.def. */
struct conf_refusal {
	char failure[CONF_LEND_FAILURE_MAX];
	char text[ERRINFO_MAX];
};

struct conf_lends *conf_lends_new(struct engine *en);
void conf_lends_free(struct conf_lends *ls); /* closes all */
/* *cred_id: 0 where the type has no secret.  False: *why says why not; the
 * next who wants it asks anew. */
bool conf_lend(struct conf_lends *ls, const struct confer *c, uint32_t net_id,
    uint64_t *cred_id, struct conf_refusal *why);
/* The manager's answer; false: the credential is another's. */
bool conf_lend_refused(struct conf_lends *ls, uint64_t cred_id, enum err e,
    const char *text, struct conf_refusal *why);
/* The service was changed or removed; the worker is gone. */
void conf_lend_drop(struct conf_lends *ls, const char *confer_id);
void conf_lend_net_gone(struct conf_lends *ls, uint32_t net_id);

#endif
