/* engine_world_run.c - the company that a world has, and how its time
 * passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/api.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "tests/unit/engine_world.h"

#define BODY_OF_BLOCK "Do not delete or change"

/* Only what fails takes so long; where a machine is shared, much takes some
 * of it. */
#define DEADLINE_MS 60000
#define DEADLINE_WATCHED_MS 240000

void
world_kill_engine(struct world *w)
{
	struct ipc_conn *mgr = w->mgr;
	unsigned i;

	w->mgr = NULL;
	for (i = 0; i < WORLD_NETS_MAX; i++)
		if (w->nets[i].c != NULL)
			world_kill_net(w, i);
	if (mgr != NULL)
		ipc_conn_close(mgr);
	engine_stop(&w->en);
	api_close(&w->en);
	store_close(w->en.store);
	memset(&w->en, 0, sizeof(w->en));
	w->engine_runs = false;
}

void
world_ask(struct world *w, enum ipc_type t, const void *msg)
{
	assert_int_equal(ipc_conn_send(w->mgr, t, 77, msg, -1), ERR_OK);
}

void
world_record(struct world *w, const char *name, const char *host)
{
	struct exchange x;

	fixture_exchange(&x, name);
	fixture_set(&x, "account", "svc@" WORLD_MAIL);
	fixture_set(&x, "email", "alice@" WORLD_MAIL);
	fixture_set(&x, "scp_enabled", w->use_scp ? "yes" : "no");
	if (host != NULL) {
		fixture_set(&x, "discovery", "direct");
		fixture_set(&x, "address", host);
	}
	fixture_seal(&x, "box");
	assert_ok(
	    w->f, store_exchange_put(w->f->admin, &tester, &x, &w->f->ei));
	exchange_clear(&x);
}

void
world_user(struct world *w, const char *who, const char *link)
{
	struct user u, old;
	char address[64];

	snprintf(address, sizeof(address), "%s@" WORLD_MAIL, who);
	fixture_user(&u, address, who);
	if (store_user_find(w->f->admin, address, &old, &w->f->ei) == ERR_OK) {
		u.id = old.id;
		user_clear(&old);
	}
	assert_int_equal(user_set(&u, "enabled", "yes", NULL), ERR_OK);
	assert_int_equal(user_set(&u, "room_link", link, NULL), ERR_OK);
	assert_ok(w->f, store_user_put(w->f->admin, &tester, &u, &w->f->ei));
	user_clear(&u);
}

void
world_enable(struct world *w, bool enabled)
{
	assert_ok(w->f, store_connector_set(w->f->admin, &tester, "calendar",
			    enabled, &w->f->ei));
}

static bool
is_in_effect(struct world *w)
{
	return w->rev == fixture_revision(w->f);
}

void
world_changed(struct world *w)
{
	struct msg_revision m = {fixture_revision(w->f)};

	world_ask(w, IPC_CONFIG_CHANGED, &m);
	world_until(w, is_in_effect, "the configuration is in effect");
}

static void
on_timer(uv_timer_t *t)
{
	bool *over = t->data;

	*over = true;
}

void
world_turn(struct world *w, unsigned ms)
{
	uv_timer_t t;
	bool over = false;

	assert_int_equal(uv_timer_init(&w->loop, &t), 0);
	t.data = &over;
	assert_int_equal(uv_timer_start(&t, on_timer, ms, 0), 0);
	while (!over)
		(void)uv_run(&w->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&t, NULL);
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
}

void
world_until(struct world *w, world_fn fn, const char *what)
{
	uint64_t end =
	    clock_mono_ms() +
	    (getenv("VALGRIND") != NULL ? DEADLINE_WATCHED_MS : DEADLINE_MS);

	while (!fn(w)) {
		if (clock_mono_ms() > end)
			fail_msg("in vain: %s", what);
		world_turn(w, 5);
	}
}

bool
world_has_state(struct world *w, const char *who, const char *state)
{
	const struct mbox *m;
	char address[64];

	snprintf(address, sizeof(address), "%s@" WORLD_MAIL, who);
	m = users_find(w->en.users, address);
	return m != NULL && strcmp(m->row.state, state) == 0;
}

bool
world_decorated(const struct world *w, size_t item)
{
	return strstr(w->items[item].body, BODY_OF_BLOCK) != NULL;
}

bool
world_all_decorated(struct world *w)
{
	size_t i;

	for (i = 0; i < w->items_n; i++)
		if (!world_decorated(w, i))
			return false;
	return w->items_n > 0;
}

bool
world_alice_subscribed(struct world *w)
{
	return world_has_state(w, "alice", "subscribed");
}

bool
world_alice_failed(struct world *w)
{
	return world_has_state(w, "alice", "error");
}

void
world_forget_subs(struct world *w)
{
	size_t i;

	for (i = 0; i < w->subs_n; i++)
		w->subs[i].live = false;
}
