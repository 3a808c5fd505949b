/* Workspaces, through the whole engine: what the device is told, and when. */
#include <stdio.h>
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/workspaces.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/store_workspace.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

#define ROOM "room@" WORLD_MAIL
#define ITEMS 3

static struct {
	unsigned puts, fails_n;
	const char *failure;
	struct msg_device_put last;
} device;

static struct workspace_state st;

static char *
lend(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void
on_view(struct world_net *n, uint64_t id)
{
	struct msg_ews_view_item v[ITEMS];
	char ids[ITEMS][32], keys[ITEMS][32];
	struct msg_ews_view m = {.items = v};
	size_t i;

	memset(v, 0, sizeof(v));
	for (i = 0; i < n->w->items_n && i < ITEMS; i++) {
		const struct world_item *it = &n->w->items[i];

		snprintf(ids[i], sizeof(ids[i]), "item%zu", i);
		snprintf(keys[i], sizeof(keys[i]), "key%u", it->version);
		v[i].item_id = ids[i];
		v[i].change_key = keys[i];
		v[i].uid = ids[i];
		v[i].subject = lend(it->is_private ? "" : "Plan");
		v[i].organizer = lend("Ann");
		v[i].start_s = it->end_s - 1800;
		v[i].end_s = it->end_s;
		v[i].is_private = it->is_private;
		v[i].is_cancelled = it->is_cancelled;
		m.items_n++;
	}
	assert_int_equal(
	    ipc_conn_send(n->c, IPC_EWS_VIEW_IS, id, &m, -1), ERR_OK);
}

static void
on_put(struct world_net *n, uint64_t id, const struct msg_device_put *m)
{
	struct msg_outcome r;

	memset(&r, 0, sizeof(r));
	device.puts++;
	msg_device_put_free(&device.last);
	assert_int_equal(msg_device_put_copy(&device.last, m), ERR_OK);
	if (device.fails_n > 0) {
		device.fails_n--;
		r.ev.code = strcmp(device.failure, "http-401") == 0
				? (uint32_t)ERR_AUTH
				: (uint32_t)ERR_CONNECT;
		r.ev.failure = lend(device.failure);
	}
	assert_int_equal(
	    ipc_conn_send(n->c, IPC_DEVICE_TOOK, id, &r, -1), ERR_OK);
}

static void
answer(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg,
    bool fail)
{
	(void)fail;
	if (t == IPC_EWS_VIEW)
		on_view(n, id);
	else if (t == IPC_DEVICE_PUT)
		on_put(n, id, msg);
}

static void
set(struct bound *b, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(bound_set(b, key, value, &ei), ERR_OK);
}

static void
put(struct world *w, struct bound *b)
{
	char binding[SEAL_BINDING_MAX];

	assert_ok(w->f, bound_binding(b, binding, sizeof(binding), &w->f->ei));
	assert_ok(w->f, bound_give_box(b, (const unsigned char *)"box", 3,
			    binding, &w->f->ei));
	assert_ok(
	    w->f, store_workspace_put(w->f->admin, &tester, b, &w->f->ei));
	b->rev++;
}

static struct world *
up(struct bound *b)
{
	struct world *w = world_new(1);

	msg_device_put_free(&device.last);
	memset(&device, 0, sizeof(device));
	w->other = answer;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	workspace_init(b);
	set(b, "display_name", "Orion");
	set(b, "mailbox", ROOM);
	set(b, "host", "device.lab.example");
	set(b, "account", "admin");
	put(w, b);
	world_make(w, "room", "4711@meet.example", "x");
	world_make(w, "room", "4712@meet.example", "x");
	world_make(w, "room", "Upstairs", "no address");
	w->items[1].is_private = true;
	w->items[1].subject = "Hush";
	world_enable(w, true);
	world_start(w);
	return w;
}

static bool
was_told(struct world *w)
{
	(void)w;
	return device.puts > 0;
}

static bool
has_state(struct world *w)
{
	struct workspace_list l;
	bool hit;

	assert_ok(w->f, store_workspace_list(w->f->admin, &l, &w->f->ei));
	assert_int_equal(l.n, 1);
	assert_ok(w->f,
	    store_workspace_state(w->f->admin, l.v[0].id, &st, &w->f->ei));
	workspace_list_clear(&l);
	hit = st.is_there && (st.sent_s > 0 || st.failure[0] != '\0');
	return hit;
}

static bool
one_is_told(struct world *w)
{
	(void)w;
	return device.puts > 1 && device.last.bookings_n == 1;
}

static void
a_device_is_told(void **state)
{
	struct workspace_bookings rows;
	struct bound b;
	struct world *w = up(&b);
	struct mbox *m;

	(void)state;
	world_until(w, was_told, "told");
	assert_string_equal(device.last.ctx.host, "device.lab.example");
	assert_true(device.last.ctx.via.tls_verify);
	assert_string_equal(device.last.ctx.pin, "");
	assert_int_equal(device.last.window_s, 300);
	assert_int_equal(device.last.bookings_n, 2);
	assert_string_equal(device.last.bookings[0].dial, "4711@meet.example");
	assert_string_equal(device.last.bookings[0].title, "Plan");
	assert_string_equal(device.last.bookings[1].title, "");
	assert_true(device.last.bookings[1].is_private);
	world_until(w, has_state, "kept");
	assert_string_equal(st.failure, "");
	assert_ok(w->f,
	    store_workspace_bookings(w->f->admin, b.id, &rows, &w->f->ei));
	assert_int_equal(rows.n, 3);
	assert_string_equal(rows.v[2].number, "");
	workspace_bookings_clear(&rows);
	/* A room is no user, and nothing is written into what it holds. */
	m = users_find(w->en.users, ROOM);
	assert_true(m->is_room && !m->is_listed);
	assert_int_equal(w->items[0].updates, 0);
	/* One is cancelled: an event of the room is enough. */
	w->items[1].is_cancelled = true;
	world_touch(w, 1);
	world_until(w, one_is_told, "told anew");
	bound_clear(&b);
	world_free(w);
}

static bool
is_refused(struct world *w)
{
	return has_state(w) && strcmp(st.failure, "http-401") == 0;
}

static bool
works(struct world *w)
{
	return has_state(w) && st.failure[0] == '\0' && st.sent_s > 0;
}

/* Not shown again until somebody changes it. */
static void
a_refused_password_waits(void **state)
{
	struct bound b;
	struct world *w = up(&b);

	(void)state;
	device.failure = "http-401";
	device.fails_n = 100;
	world_until(w, is_refused, "refused");
	world_touch(w, 0);
	world_turn(w, 1500);
	assert_int_equal(device.puts, 1);
	assert_true(st.next_s - clock_wall_s() > 800);
	device.fails_n = 0;
	set(&b, "account", "other");
	put(w, &b);
	world_changed(w);
	world_until(w, works, "works");
	/* Gone: nothing is kept of it, and the room is left in peace. */
	assert_ok(w->f,
	    store_workspace_delete(w->f->admin, &tester, b.id, &w->f->ei));
	world_changed(w);
	assert_null(users_find(w->en.users, ROOM));
	assert_ok(
	    w->f, store_workspace_state(w->f->admin, b.id, &st, &w->f->ei));
	assert_false(st.is_there);
	bound_clear(&b);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_device_is_told),
	    cmocka_unit_test(a_refused_password_waits),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	msg_device_put_free(&device.last);
	return rc;
}
