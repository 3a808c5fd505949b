#include "backend/engine/agenda.h"

#include <string.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

#define DAY_S 86400

struct agenda {
	char address[255]; /* "": free */
	uint64_t asked_ms; /* for, by a person */
	struct src_call *call;
	struct msg_agenda m;
};

struct agendas {
	struct engine *en;
	struct agenda v[AGENDA_KEPT];
};

struct agendas *
agendas_new(struct engine *en)
{
	struct agendas *all = xalloc(sizeof(*all));

	all->en = en;
	return all;
}

static void
drop(struct agenda *a)
{
	src_cancel(a->call);
	msg_agenda_free(&a->m);
	memset(a, 0, sizeof(*a));
}

void
agendas_free(struct agendas *all)
{
	size_t i;

	if (all == NULL)
		return;
	for (i = 0; i < AGENDA_KEPT; i++)
		drop(&all->v[i]);
	mem_free(all);
}

/* That of the mailbox, else the one that was asked for longest ago. */
static struct agenda *
place_of(struct agendas *all, const char *address)
{
	struct agenda *oldest = &all->v[0];
	size_t i;

	for (i = 0; i < AGENDA_KEPT; i++) {
		if (str_caseeq(all->v[i].address, address))
			return &all->v[i];
		if (all->v[i].asked_ms < oldest->asked_ms)
			oldest = &all->v[i];
	}
	drop(oldest);
	(void)str_copy(oldest->address, sizeof(oldest->address), address);
	return oldest;
}

/* Nobody asks for one of them. */
static void
drop_ids(struct msg_agenda *m)
{
	size_t i;

	for (i = 0; i < m->items_n; i++) {
		mem_free(m->items[i].item_id);
		mem_free(m->items[i].change_key);
		m->items[i].item_id = m->items[i].change_key = NULL;
	}
}

static void
on_answer(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct msg_ews_view *r = msg;
	struct agenda *a = arg;

	a->call = NULL;
	msg_agenda_free(&a->m);
	memset(&a->m, 0, sizeof(a->m));
	a->m.as_of_s = clock_wall_s();
	if (ev->code == (uint32_t)ERR_OK && t == IPC_EWS_VIEW_IS) {
		a->m.is_cut = r->is_cut;
		a->m.items = r->items;
		a->m.items_n = r->items_n;
		r->items = NULL;
		r->items_n = 0;
		drop_ids(&a->m);
		return;
	}
	a->m.failure = xstrdup(ev->failure != NULL ? ev->failure : "");
	a->m.detail = xstrdup(ev->detail != NULL ? ev->detail : "");
}

static void
ask(struct agenda *a, struct mbox *m)
{
	const int64_t now_s = clock_wall_s();
	struct src_place at;

	a->m.is_running = true;
	mbox_place(m, &at);
	a->call = src_view(m->rec, &at, now_s, now_s + AGENDA_DAYS * DAY_S,
	    AGENDA_MAX, on_answer, a);
}

enum err
agenda_get(struct agendas *all, const char *address,
    const struct msg_agenda **out, struct errinfo *ei)
{
	struct mbox *m = users_find(all->en->users, address);
	struct agenda *a;

	if (m == NULL || !m->is_listed)
		return err_set(ei, ERR_NOTFOUND, "There is no such user.");
	if (m->phase != MBOX_LIVE || m->rec == NULL)
		return err_set(ei, ERR_DENIED,
		    "The connector does not listen to this mailbox, so it "
		    "cannot read its meetings.");
	a = place_of(all, m->row.address);
	a->asked_ms = clock_mono_ms();
	if (a->call == NULL && clock_wall_s() - a->m.as_of_s >= AGENDA_FRESH_S)
		ask(a, m);
	*out = &a->m;
	return ERR_OK;
}
