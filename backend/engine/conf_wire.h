/* conf_wire.h - how an op of confer_op.h becomes a message to a net worker,
 * by the type of the service, and its answer a struct msg_confer_result.
 * Engine.  A type is a row in conf_wire.c. */
#ifndef CONF_WIRE_H
#define CONF_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/confer_op.h"
#include "common/err.h"
#include "common/ipc.h"

struct confer;
struct conf_wire_ask;

struct conf_wire {
	const char *type; /* of confer_type.def */
	bool asks_version; /* before it books, where it is not known */
	bool finds; /* what is to be ended is looked for first, where its
		     * number is not known */
	bool is_kept_open; /* its secrets are webex_keep.c's */
	bool reads_back; /* what it holds after a change is asked for; of the
			  * others net sees to that */
	bool has_long_key; /* takes a meeting's UID; others take a hash */
	enum err (*ask)(const struct conf_wire_ask *q) ERR_CHECK;
};

/* One request; all borrowed.  send: as net_call_start() wants it. */
struct conf_wire_ask {
	const struct confer *svc;
	enum confer_op op;
	struct msg_access via; /* or, where it is kept open, webex */
	struct msg_webex_ctx webex;
	uint32_t api; /* to be announced; 0: not known */
	char *session; /* "" none */
	const struct msg_confer_meeting *meeting;
	enum err (*send)(void *arg, enum ipc_type t, const void *msg);
	void *arg;
};

/* NULL: no server of this type is known. */
const struct conf_wire *conf_wire_find(const char *type);
/* Takes what is in msg over; r: msg_confer_result_free(). */
void conf_wire_take(struct msg_confer_result *r, enum ipc_type t, void *msg,
    const struct confer *svc);

#endif
