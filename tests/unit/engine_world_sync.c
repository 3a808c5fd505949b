/* engine_world_sync.c - what a world's calendars tell of their changes. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/engine_world_int.h"

#define PAGE_MAX 5 /* so that a test sees more than one */

static void
add_change(struct msg_ews_sync_result *r, const struct world *w, size_t item)
{
	const struct world_item *it = &w->items[item];
	struct msg_ews_change *c = &r->changes[r->changes_n++];
	char text[32];

	snprintf(text, sizeof(text), "item%zu", item);
	c->item_id = xstrdup(text);
	snprintf(text, sizeof(text), "key%u", it->version);
	c->change_key = xstrdup(text);
	c->kind = xstrdup(it->version == 0 ? "Delete" : "Update");
	c->end_s = it->end_s;
	c->is_series = it->kind != NULL && strcmp(it->kind, "Single") != 0;
}

/* The sync state is a place in the log of changes. */
void
world_sync(struct world *w, const struct msg_ews_sync_job *m,
    struct msg_ews_sync_result *r)
{
	size_t at = 0, max = m->max < PAGE_MAX ? m->max : PAGE_MAX;
	char text[32];

	(void)sscanf(m->sync_state, "at%zu", &at);
	r->changes = xcalloc(max, sizeof(*r->changes));
	for (; at < w->log_n && r->changes_n < max; at++)
		if (strcmp(w->items[w->log[at]].mailbox, m->ctx.mailbox) == 0)
			add_change(r, w, w->log[at]);
	snprintf(text, sizeof(text), "at%zu", at);
	r->sync_state = xstrdup(text);
	r->last = at == w->log_n;
}

static bool
is_told(const struct msg_ews_sync_result *r, size_t item)
{
	char text[32];
	size_t i;

	snprintf(text, sizeof(text), "item%zu", item);
	for (i = 0; i < r->changes_n; i++)
		if (strcmp(r->changes[i].item_id, text) == 0)
			return true;
	return false;
}

/* The world's meetings last an hour. */
void
world_newest(struct world *w, const struct msg_ews_newest_job *m,
    struct msg_ews_sync_result *r)
{
	size_t i, max = m->max < PAGE_MAX ? m->max : PAGE_MAX;
	const struct world_item *it;

	assert_true(m->from_s > 0 && m->to_s > m->from_s);
	r->changes = xcalloc(max, sizeof(*r->changes));
	for (i = w->log_n; i-- > 0 && r->changes_n < max;) {
		it = &w->items[w->log[i]];
		if (strcmp(it->mailbox, m->ctx.mailbox) == 0 &&
		    it->version != 0 && it->end_s > m->from_s &&
		    it->end_s - 3600 < m->to_s && !is_told(r, w->log[i]))
			add_change(r, w, w->log[i]);
	}
}
