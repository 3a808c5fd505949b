/* Webex sites in the engine: tokens asked for, changed ones kept, failures told
 * by an alarm. */
#include <string.h>

#include "backend/engine/webex_keep.h"
#include "common/alloc.h"
#include "common/confer.h"
#include "common/settings.h"
#include "common/store_alarm.h"
#include "common/store_confer.h"
#include "common/store_confer_box.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

#define NAME "Site"
#define REFUSED 60162
#define ENDS 60163
#define UNREACHABLE 60160
#define LONG_S (80 * 86400)

static struct confer site;

static void
set(const char *key, const char *value)
{
	assert_int_equal(confer_set(&site, key, value, NULL), ERR_OK);
}

static struct world *
up(unsigned nets)
{
	static const unsigned char typed[] = "typed box";
	struct world *w = world_new(nets);

	confer_init(&site, confer_type_find("webex"));
	set("display_name", NAME);
	set("site", "lab.webex.com");
	set("client_id", "C1");
	set("test_account", "a@lab.example");
	assert_int_equal(confer_give_box(&site, "client_secret", typed,
			     sizeof typed, 7, NULL),
	    ERR_OK);
	assert_int_equal(confer_give_box(&site, "refresh_token", typed,
			     sizeof typed, 7, NULL),
	    ERR_OK);
	assert_ok(
	    w->f, store_confer_put(w->f->admin, &tester, &site, &w->f->ei));
	w->webex_left_s = LONG_S;
	return w;
}

static void
down(struct world *w)
{
	confer_clear(&site);
	world_free(w);
}

static bool
is_raised(struct world *w, int64_t number)
{
	struct alarm a;
	enum err e = store_alarm_get(w->f->admin, number, NAME, &a, &w->f->ei);

	if (e == ERR_OK)
		alarm_clear(&a);
	return e == ERR_OK;
}

static bool
one_token(struct world *w)
{
	struct msg_webex_ctx c = {0};
	uint32_t net_id;

	return w->count[IPC_WEBEX_TOKEN] == 1 &&
	       webex_keep_access(w->en.webex, site.id, &net_id, &c) == ERR_OK;
}

static bool
two_tokens(struct world *w)
{
	return w->count[IPC_WEBEX_TOKEN] == 2;
}

static bool
refused(struct world *w)
{
	return is_raised(w, REFUSED);
}

static bool
not_refused(struct world *w)
{
	return !is_raised(w, REFUSED);
}

static bool
ends(struct world *w)
{
	return is_raised(w, ENDS);
}

static bool
unreachable(struct world *w)
{
	return is_raised(w, UNREACHABLE);
}

static bool
is_kept(struct world *w)
{
	struct bytes b = {NULL, 0};
	bool kept;

	assert_ok(
	    w->f, store_confer_box_get(w->en.store, site.id,
		      confer_field(&site, "refresh_token"), &b, &w->f->ei));
	kept = b.n == sizeof "fresh box" && memcmp(b.p, "fresh", 5) == 0;
	mem_free(b.p);
	return kept;
}

static void
keeps_what_webex_changes(void **state)
{
	struct world *w = up(1);
	unsigned opened;

	(void)state;
	world_start(w);
	world_until(w, one_token, "a token is asked for");
	world_until(w, is_kept, "the new refresh token is stored");
	assert_false(is_raised(w, REFUSED));
	assert_false(is_raised(w, ENDS));
	/* Both are opened anew where the worker dies, and nobody is told. */
	opened = w->creds_opened;
	w->respawn = true;
	world_kill_net(w, 0);
	world_until(w, two_tokens, "another worker is given the secrets");
	assert_int_equal(w->creds_opened, opened + 2);
	assert_false(is_raised(w, REFUSED));
	down(w);
}

static void
tells_of_a_refusal(void **state)
{
	struct world *w = up(1);

	(void)state;
	w->fault_type = IPC_WEBEX_TOKEN;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = "webex-token";
	w->failure_code = ERR_AUTH;
	world_start(w);
	world_until(w, refused, "the alarm is raised");
	/* Entered anew: asked at once. */
	confer_clear(&site);
	assert_ok(w->f, store_confer_get(w->f->admin, NAME, &site, &w->f->ei));
	set("client_id", "C2");
	assert_ok(
	    w->f, store_confer_put(w->f->admin, &tester, &site, &w->f->ei));
	world_changed(w);
	world_until(w, not_refused, "the alarm is lowered");
	down(w);
}

static void
tells_of_a_secret_that_is_not_opened(void **state)
{
	struct world *w = up(1);

	(void)state;
	w->cred_answer = ERR_BOUND;
	world_start(w);
	world_until(w, refused, "the alarm is raised");
	assert_int_equal(w->count[IPC_WEBEX_TOKEN], 0);
	/* With the site goes its alarm. */
	assert_ok(w->f,
	    store_confer_delete(w->f->admin, &tester, site.id, &w->f->ei));
	world_changed(w);
	world_until(w, not_refused, "the alarm is lowered");
	down(w);
}

static void
tells_of_an_end_that_is_near(void **state)
{
	struct world *w = up(1);

	(void)state;
	w->webex_left_s = 86400;
	world_start(w);
	world_until(w, ends, "the alarm is raised");
	assert_false(is_raised(w, REFUSED));
	down(w);
}

static void
tells_of_no_way_and_of_scopes(void **state)
{
	struct world *w = up(1);

	(void)state;
	w->fault_type = IPC_WEBEX_TOKEN;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = "connect-refused";
	w->failure_code = ERR_CONNECT;
	world_start(w);
	world_until(w, unreachable, "the alarm is raised");
	assert_false(is_raised(w, REFUSED));
	down(w);
	w = up(1);
	w->webex_scopes = "spark:all meeting:admin_schedule_read "
			  "meeting:admin_schedule_write";
	world_start(w);
	world_until(w, unreachable, "a scope is missing");
	down(w);
	w = up(1);
	w->webex_scopes = "meeting:admin_preferences_read spark:all "
			  "meeting:admin_schedule_read "
			  "meeting:admin_schedule_write";
	world_start(w);
	world_until(w, one_token, "a token is asked for");
	world_until(w, is_kept, "its answer is read");
	assert_false(is_raised(w, UNREACHABLE));
	down(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_what_webex_changes),
	    cmocka_unit_test(tells_of_a_refusal),
	    cmocka_unit_test(tells_of_a_secret_that_is_not_opened),
	    cmocka_unit_test(tells_of_an_end_that_is_near),
	    cmocka_unit_test(tells_of_no_way_and_of_scopes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
