#include "backend/engine/unsub.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "common/alloc.h"
#include "common/ipc.h"

struct unsub {
	TAILQ_ENTRY(unsub) next;
	struct unsubs *all;
	struct record *r; /* counted */
	char *url, *mailbox, *anchor, *cookie;
	struct src_call *call;
};

struct unsubs {
	TAILQ_HEAD(, unsub) list;
};

struct unsubs *
unsubs_new(struct engine *en)
{
	struct unsubs *us = xalloc(sizeof(*us));

	(void)en;
	TAILQ_INIT(&us->list);
	return us;
}

static void
unsub_free(struct unsub *u)
{
	TAILQ_REMOVE(&u->all->list, u, next);
	src_cancel(u->call);
	record_unref(u->r);
	mem_free(u->url);
	mem_free(u->mailbox);
	mem_free(u->anchor);
	mem_free(u->cookie);
	mem_free(u);
}

void
unsubs_free(struct unsubs *us)
{
	struct unsub *u;

	if (us == NULL)
		return;
	while ((u = TAILQ_FIRST(&us->list)) != NULL)
		unsub_free(u);
	mem_free(us);
}

static struct unsub *
unsub_new(struct record *r, const struct src_place *at)
{
	struct unsub *u = xalloc(sizeof(*u));

	u->all = r->en->unsubs;
	u->r = record_ref(r);
	u->url = xstrdup(at->url);
	u->mailbox = xstrdup(at->mailbox);
	u->anchor = xstrdup(at->anchor != NULL ? at->anchor : "");
	u->cookie = xstrdup(at->cookie != NULL ? at->cookie : "");
	TAILQ_INSERT_TAIL(&u->all->list, u, next);
	return u;
}

static void
on_ended(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct unsub *u = arg;

	(void)ev;
	(void)t;
	(void)msg;
	u->call = NULL;
	unsub_free(u);
}

static void
end(struct unsub *u, const char *id)
{
	const struct src_place at = {u->url, u->mailbox, u->anchor, u->cookie};

	u->call = src_mailbox(u->r, IPC_EWS_UNSUBSCRIBE, &at, id, on_ended, u);
}

/* Only the server that made it knows it: its cookie leads there. */
static void
on_subscribed(
    void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct unsub *u = arg;
	const struct msg_ews_result *r = t == IPC_EWS_SUBSCRIBED ? msg : NULL;

	u->call = NULL;
	if (ev->code != ERR_OK || r == NULL || *r->id == '\0' ||
	    u->r->is_dead) {
		unsub_free(u);
		return;
	}
	if (r->cookie != NULL && *r->cookie != '\0') {
		mem_free(u->cookie);
		u->cookie = xstrdup(r->cookie);
	}
	end(u, r->id);
}

void
unsub_end(struct record *r, const struct src_place *at, const char *id)
{
	end(unsub_new(r, at), id);
}

void
unsub_adopt(
    struct record *r, const struct src_place *at, struct src_call *subscribe)
{
	struct unsub *u;

	if (subscribe == NULL)
		return;
	if (!src_is_sent(subscribe)) {
		src_cancel(subscribe);
		return;
	}
	u = unsub_new(r, at);
	u->call = subscribe;
	src_adopt(subscribe, on_subscribed, u);
}
