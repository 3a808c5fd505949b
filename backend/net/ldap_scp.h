/* ldap_scp.h - find Autodiscover URLs published in the directory.
 * Runs in net.  Never blocks the loop: the work is done in a worker thread
 * that owns the one struct it was given, and answers once, from the loop.
 * What is done there: scp_walk.h. */
#ifndef LDAP_SCP_H
#define LDAP_SCP_H

#include <stdbool.h>

#include "common/err.h"

struct ca_store;
struct cred;
struct msg_scp_job;
struct msg_scp_result;
struct scp_instead;
struct scp_query; /* opaque */
struct uv_loop_s;

#define SCP_TIMEOUT_DEFAULT_MS 20000
#define SCP_TIMEOUT_MAX_MS 120000

/* r may be taken apart; it is freed after the call.  instead, or NULL, is
 * copied; its arg is the worker's until `over` was called with it, which is
 * after done or where that is not called any more. */
typedef void (*scp_done_fn)(void *arg, struct msg_scp_result *r);
enum err scp_query_new(struct scp_query **out, struct uv_loop_s *l,
    const struct msg_scp_job *job, const struct cred *cred, struct ca_store *ca,
    bool allow_loopback, const struct scp_instead *instead,
    void (*over)(void *arg), scp_done_fn done, void *arg) ERR_CHECK;
/* done is not called; the worker ends by itself, soon. */
void scp_query_cancel(struct scp_query *q);

#endif
