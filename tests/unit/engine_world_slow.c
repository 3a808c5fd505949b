/* engine_world_slow.c - requests that a world carries out later: those of a
 * slow server, and those that a test holds. */
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/engine_world_int.h"

struct world_held {
	TAILQ_ENTRY(world_held) next;
	struct world_net *n;
	uint32_t net_id; /* the worker that had it */
	struct buf frame;
	uv_timer_t timer;
};

static void
on_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

static void
held_free(struct world_held *h)
{
	TAILQ_REMOVE(&h->n->w->held, h, next);
	buf_clear(&h->frame);
	uv_close((uv_handle_t *)&h->timer, on_closed);
}

/* Only the worker that has it can answer. */
static void
carry_out(struct world_held *h)
{
	struct ipc_frame f;
	bool got;
	void *msg;

	assert_int_equal(ipc_parse((const unsigned char *)h->frame.p,
			     h->frame.len, &f, &got),
	    ERR_OK);
	assert_true(got);
	if (h->n->c != NULL && h->n->id == h->net_id) {
		msg = xalloc(ipc_struct_size(f.type));
		assert_int_equal(
		    ipc_decode(f.type, msg, f.payload, f.payload_len), ERR_OK);
		world_carry_out(h->n, f.type, f.id, msg, false);
		ipc_free(f.type, msg);
		mem_free(msg);
	}
	held_free(h);
}

static void
on_due(uv_timer_t *t)
{
	carry_out(t->data);
}

bool
world_holds(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg)
{
	struct world *w = n->w;
	const struct msg_ews_ctx *ctx = msg; /* comes first */
	struct world_held *h;

	if (t < IPC_EWS_PROBE || t > IPC_EWS_UPDATE)
		return false;
	if (w->exhausted != NULL && t != IPC_EWS_STREAM &&
	    str_has_prefix(ctx->mailbox, w->exhausted)) {
		w->refused_n++;
		w->failure = "ews-busy";
		w->failure_code = ERR_THROTTLED;
		world_carry_out(n, t, id, (void *)(uintptr_t)msg, true);
		return true;
	}
	if (!(t == w->hold_type || (w->slow_host != NULL &&
				       strstr(ctx->url, w->slow_host) != NULL)))
		return false;
	h = xalloc(sizeof(*h));
	h->n = n;
	h->net_id = n->id;
	h->frame.max = ipc_max(t);
	assert_int_equal(ipc_build(&h->frame, t, id, msg), ERR_OK);
	TAILQ_INSERT_TAIL(&w->held, h, next);
	w->held_n++;
	assert_int_equal(uv_timer_init(&w->loop, &h->timer), 0);
	h->timer.data = h;
	if (t != w->hold_type)
		assert_int_equal(
		    uv_timer_start(&h->timer, on_due, w->slow_ms, 0), 0);
	return true;
}

void
world_release(struct world *w)
{
	struct world_held *h;

	w->hold_type = IPC_T_NONE;
	while ((h = TAILQ_FIRST(&w->held)) != NULL)
		carry_out(h);
}

void
world_held_drop(struct world *w)
{
	struct world_held *h;

	while ((h = TAILQ_FIRST(&w->held)) != NULL)
		held_free(h);
}
