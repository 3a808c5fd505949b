/* scp_trail.h - what a search in the directory went through, as steps of a
 * report.  Pure; runs in net, in a worker.  Each call does nothing when the
 * trail is full. */
#ifndef SCP_TRAIL_H
#define SCP_TRAIL_H

#include <stdint.h>

#include "common/err.h"

struct msg_evidence;
struct msg_scp_result;
struct msg_step;

#define SCP_TRAIL_MAX 64 /* as in ipc_msg.def */

/* Room for all steps at once, so that they stay where they are. */
enum err scp_trail_init(struct msg_scp_result *r) ERR_CHECK;
/* parent: 0 is the top.  Returns the step's number, or 0. */
unsigned scp_step_begin(struct msg_scp_result *r, unsigned parent,
    const char *title, const char *what);
/* The failure is that of ev, where it has one; what may be NULL. */
void scp_step_end(struct msg_scp_result *r, unsigned id,
    const struct msg_evidence *ev, const char *what);
void scp_step_warn(struct msg_scp_result *r, unsigned id, const char *what);
/* Address, TLS and the server's certificate. */
void scp_step_seen(
    struct msg_scp_result *r, unsigned id, const struct msg_evidence *ev);
void scp_step_kv(
    struct msg_scp_result *r, unsigned id, const char *key, const char *value);
struct msg_step *scp_step(struct msg_scp_result *r, unsigned id);

#endif
