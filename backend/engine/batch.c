#include "backend/engine/batch.h"

#include <string.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/meeting.h"
#include "backend/engine/record.h"
#include "backend/engine/user_state.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

struct batch {
	struct record *asked; /* counted */
	struct src_call *call;
	struct work *works[BATCH_MAX]; /* NULL: has left */
	size_t n, left_n; /* in the request; not through yet */
};

static void
batch_free(struct batch *b)
{
	src_cancel(b->call);
	record_unref(b->asked);
	mem_free(b);
}

static struct work *
take(struct batch *b, size_t i)
{
	struct work *w = b->works[i];

	if (w == NULL)
		return NULL;
	b->works[i] = NULL;
	b->left_n--;
	w->batch = NULL;
	return w;
}

void
batch_leave(struct work *w)
{
	struct batch *b = w->batch;
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->n; i++)
		if (b->works[i] == w)
			(void)take(b, i);
	/* While it is handed out, whoever does so frees it. */
	if (b->left_n == 0 && b->call != NULL)
		batch_free(b);
}

/* The answer as a whole is of no use, because of what is in it or because it
 * is too large. */
static bool
is_of_content(const struct msg_evidence *ev)
{
	return ev->failure != NULL && str_has_prefix(ev->failure, "content-");
}

static void
on_items(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct batch *b = arg;
	struct msg_ews_items *r = t == IPC_EWS_ITEMS ? msg : NULL;
	bool fits = r != NULL && r->items_n == b->n;
	struct work *w;
	size_t i;

	b->call = NULL;
	meeting_saw(b->asked, ev);
	for (i = 0; i < b->n; i++) {
		if ((w = take(b, i)) == NULL)
			continue;
		if (w->m->phase != MBOX_LIVE)
			work_requeue(w);
		else if (ev->code != ERR_OK && !is_of_content(ev))
			meeting_read(w, ev, NULL);
		else if (ev->code != ERR_OK || !fits ||
			 is_of_content(&r->items[i].ev))
			meeting_look(w);
		else
			meeting_read(w, &r->items[i].ev, &r->items[i]);
	}
	batch_free(b);
}

void
batch_look(struct work *const *works, size_t n)
{
	struct mbox *m = works[0]->m;
	struct strlist ids = {NULL, 0};
	struct src_place at;
	struct batch *b;
	size_t i;

	if (n == 1) {
		meeting_look(works[0]);
		return;
	}
	b = xalloc(sizeof(*b));
	b->n = b->left_n = n;
	b->asked = record_ref(m->rec);
	for (i = 0; i < n; i++) {
		/* What came until now is part of what is read. */
		works[i]->again = false;
		works[i]->batch = b;
		b->works[i] = works[i];
		if (strlist_add(&ids, works[i]->item_id) != ERR_OK)
			fatal("batch: out of memory");
	}
	mbox_place(m, &at);
	b->call = src_gets(m->rec, &at, &ids, on_items, b);
	strlist_clear(&ids);
}
