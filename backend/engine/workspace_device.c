#include "backend/engine/workspace_device.h"

#include "common/alloc.h"
#include "common/bound.h"
#include "common/ipc.h"

void
device_ctx_fill(
    struct msg_device_ctx *c, const struct bound *w, uint64_t cred_id)
{
	c->via.cred_id = cred_id;
	c->via.auth_basic = true;
	c->via.tls_verify = true;
	c->via.timeout_ms = DEVICE_TIMEOUT_MS;
	c->host = xstrdup(bound_get(w, "host"));
	c->port = bound_port(w);
	c->pin = xstrdup(bound_is_pinned(w) ? bound_get(w, "pin") : "");
}
