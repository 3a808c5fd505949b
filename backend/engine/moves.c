#include "backend/engine/moves.h"

#include <string.h>

#include "backend/engine/discover.h"
#include "backend/engine/domains.h"
#include "backend/engine/record.h"
#include "backend/engine/user_state.h"
#include "common/clock.h"
#include "common/str.h"

static void next_record(struct mbox *m);

static bool
is_known_place(const struct mbox *m, const struct discover_result *res)
{
	return strlist_has(&res->urls, m->row.ews_url) &&
	       (*res->grouping == '\0' ||
		   str_eq(res->grouping, m->row.grouping));
}

static void
on_looked(void *arg, struct discover_result *res)
{
	struct mbox *m = arg;
	struct record *r = m->look_rec;
	bool is_same = r == m->rec;

	m->look = NULL;
	m->look_rec = NULL;
	if (m->phase != MBOX_LIVE || r->is_dead)
		;
	else if (!res->found && failure_is_of_mailbox(res->failure))
		next_record(m); /* it knows that the mailbox is not there */
	else if (res->found && !(is_same && is_known_place(m, res)))
		mbox_moved(m, r, res->urls.v[0], res->grouping);
	record_unref(r);
}

/* The one that serves it comes first.  One whose address was typed in says
 * nothing of the mailbox: it keeps it until another's Autodiscover does. */
static void
next_record(struct mbox *m)
{
	struct record *r;

	while ((r = mbox_record_at(m, m->look_n++)) != NULL) {
		if (record_is_direct(r) || record_is_held(r, NULL))
			continue;
		m->look_rec = record_ref(r);
		m->look = domains_look_up(r, m->row.address, on_looked, m);
		return;
	}
}

void
moves_look(struct mbox *m)
{
	if (m->phase != MBOX_LIVE || m->is_queued || m->look != NULL)
		return;
	m->looked_ms = clock_mono_ms();
	m->look_n = 0;
	next_record(m);
}

void
moves_stop(struct mbox *m)
{
	domains_cancel(m->look);
	m->look = NULL;
	record_unref(m->look_rec);
	m->look_rec = NULL;
}

size_t
moves_budget(size_t live_n, unsigned tick_ms)
{
	return live_n * tick_ms / MOVES_SPREAD_MS + 1;
}

void
moves_tick(struct mbox *m, size_t *budget)
{
	if (*budget == 0 ||
	    (m->looked_ms != 0 &&
		clock_mono_ms() - m->looked_ms < MOVES_AFTER_MS))
		return;
	(*budget)--;
	moves_look(m);
}
