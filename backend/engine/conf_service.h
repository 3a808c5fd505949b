/* conf_service.h - the conferencing services, as the rest of the engine
 * speaks with them: by an op of confer_op.h, whatever the type.
 * Engine; on the loop.  A call ends once.  What a service gave for the next
 * request (a session) is kept in state.db, so that a restart goes on with
 * it. */
#ifndef CONF_SERVICE_H
#define CONF_SERVICE_H

#include <stdint.h>

#include "common/confer_op.h"
#include "common/err.h"

struct conf_call; /* opaque */
struct conf_services; /* opaque */
struct confer;
struct confer_list;
struct engine;
struct msg_confer_meeting;
struct msg_confer_result;

#define CONF_TIMEOUT_MS 30000 /* of one request */

/* r is borrowed; r->ev says what went wrong, if anything. */
typedef void (*conf_fn)(void *arg, struct msg_confer_result *r);

struct conf_services *conf_services_new(struct engine *en);
void conf_services_free(struct conf_services *cs);
/* What the configuration says now; takes the list.  Credentials of what was
 * changed or removed are closed. */
void conf_services_config(struct conf_services *cs, struct confer_list *l);
/* Borrowed until the configuration changes; NULL: none.  by_type: the one
 * that is the default, else the first by name. */
const struct confer *
conf_service_find(struct conf_services *cs, const char *id);
const struct confer *
conf_service_by_type(struct conf_services *cs, const char *type);

/* m may be NULL where the op needs none; copied.  What is to be ended and has
 * no number is looked for by its key first.  A session that has ended
 * is taken anew and the request repeated, once.  fn is never called from
 * within; NULL comes back where memory is out. */
struct conf_call *
conf_call_start(struct conf_services *cs, const char *id, enum confer_op op,
    const struct msg_confer_meeting *m, conf_fn fn, void *arg);
void conf_call_cancel(struct conf_call *c); /* NULL is fine */

/* The manager's answer to a credential; nothing where it is another's. */
void conf_services_refused(
    struct conf_services *cs, uint64_t cred_id, enum err e, const char *text);
void conf_services_net_gone(struct conf_services *cs, uint32_t net_id);

#endif
