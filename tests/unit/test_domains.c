/* domains.c inside the whole engine: how often Autodiscover is asked for many
 * mailboxes, and when it is asked again. */
#include <string.h>

#include "backend/engine/users.h"
#include "common/store_state.h"
#include "tests/unit/engine_world.h"

#define MANY 250

static struct world *
with_users(const char *prefix, unsigned n)
{
	struct world *w = world_new(2);
	char who[16];
	unsigned i;

	world_record(w, "Lab", NULL); /* by Autodiscover */
	for (i = 0; i < n; i++) {
		snprintf(who, sizeof(who), "%s%03u", prefix, i);
		world_user(w, who, WORLD_LINK);
	}
	world_enable(w, true);
	return w;
}

static size_t
count_state(struct world *w, const char *state, const char *failure)
{
	struct mailbox_list l = {NULL, 0};
	size_t i, n = 0;

	assert_ok(w->f, store_mailbox_all(w->en.store, &l, &w->f->ei));
	for (i = 0; i < l.n; i++)
		n += strcmp(l.v[i].state, state) == 0 &&
		     strcmp(l.v[i].failure, failure) == 0;
	mailbox_list_clear(&l);
	return n;
}

static bool
all_subscribed(struct world *w)
{
	return count_state(w, "subscribed", "") == MANY;
}

static bool
p007_subscribed(struct world *w)
{
	return world_has_state(w, "p007", "subscribed");
}

static bool
five_subscribed(struct world *w)
{
	return count_state(w, "subscribed", "") == 5;
}

static bool
thirty_subscribed(struct world *w)
{
	return count_state(w, "subscribed", "") == 30;
}

static bool
five_streamed(struct world *w)
{
	size_t i, n = 0;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		n += w->streams[i].open ? w->streams[i].subs.n : 0;
	return n == 5 && five_subscribed(w);
}

/* Each has a new subscription and a stream for it. */
static bool
five_streamed_again(struct world *w)
{
	return w->count[IPC_EWS_SUBSCRIBE] == 10 && five_streamed(w);
}

static bool
five_streamed_thrice(struct world *w)
{
	return w->count[IPC_EWS_SUBSCRIBE] == 15 && five_streamed(w);
}

static void
asks_for_a_hundred_at_a_time(void **state)
{
	struct world *w = with_users("p", MANY);
	struct mailbox_list l = {NULL, 0};
	size_t i;

	(void)state;
	world_start(w);
	world_until(w, all_subscribed, "all subscribed");
	/* One goes all ways, the others come by the hundred. */
	assert_int_equal(w->count[IPC_POX], 1);
	assert_in_range(w->count[IPC_SETTINGS], 3, 5);
	assert_in_range(w->asked_n, MANY, MANY + 1);
	assert_ok(w->f, store_mailbox_all(w->en.store, &l, &w->f->ei));
	for (i = 0; i < l.n; i++) {
		assert_string_equal(l.v[i].grouping, "Site1");
		assert_string_equal(
		    l.v[i].ews_url, "https://mail." WORLD_MAIL "/EWS");
	}
	mailbox_list_clear(&l);
	/* What was found is remembered in state.db. */
	world_kill_engine(w);
	world_start(w);
	world_turn(w, 300);
	assert_int_equal(w->count[IPC_POX], 1);
	world_free(w);
}

static bool
all_unknown(struct world *w)
{
	return count_state(w, "error", "autodiscover-error") == MANY;
}

/* Those that are not there cost no look-up each. */
static void
does_not_look_for_each_absent_one(void **state)
{
	struct world *w = with_users("no", MANY);

	(void)state;
	w->fault_type = IPC_POX;
	w->fault = FAULT_ANSWER;
	w->failure = "autodiscover-error";
	w->failure_code = ERR_NOTFOUND;
	w->fault_n = 1000;
	world_start(w);
	world_until(w, all_unknown, "all unknown");
	/* Two addresses of the domain, once. */
	assert_int_equal(w->count[IPC_POX], 2);
	assert_in_range(w->asked_n, MANY - 1, MANY + 1);
	world_free(w);
}

static bool
all_failed(struct world *w)
{
	return count_state(w, "error", "http-404") +
		   count_state(w, "error", "autodiscover-none") ==
	       MANY;
}

/* A domain without Autodiscover is looked for once for all of them. */
static void
remembers_a_domain_that_has_none(void **state)
{
	struct world *w = with_users("p", MANY);
	struct msg_mailbox_ref m = {(char *)(uintptr_t) "p007@" WORLD_MAIL};

	(void)state;
	w->fault_type = IPC_POX;
	w->fault = FAULT_ANSWER;
	w->failure = "http-404";
	w->failure_code = ERR_NOTFOUND;
	w->fault_n = 1000;
	world_start(w);
	world_until(w, all_failed, "all failed");
	assert_int_equal(w->count[IPC_POX], 2);
	assert_int_equal(w->count[IPC_HTTP_HINT], 1);
	assert_int_equal(w->count[IPC_SRV_HINT], 1);
	/* An administrator asks: it is looked for anew. */
	w->fault_n = 0;
	world_ask(w, IPC_USER_RETRY, &m);
	world_until(w, p007_subscribed, "subscribed");
	assert_int_equal(w->count[IPC_POX], 3);
	world_free(w);
}

/* A server whose SOAP form fails serves its mailboxes all the same. */
static void
does_without_soap(void **state)
{
	struct world *w = with_users("p", 30);

	(void)state;
	w->fault_type = IPC_SETTINGS;
	w->fault = FAULT_ANSWER;
	w->failure = "http-404";
	w->failure_code = ERR_NOTFOUND;
	w->fault_n = 1000;
	world_start(w);
	world_until(w, thirty_subscribed, "all subscribed");
	assert_in_range(w->count[IPC_POX], 30, 31);
	world_free(w);
}

/* A moved mailbox is asked for again, and nobody else. */
static void
asks_again_for_a_moved_mailbox(void **state)
{
	struct world *w = with_users("p", 5);
	unsigned before;

	(void)state;
	world_start(w);
	world_until(w, five_streamed, "all streamed");
	before = w->count[IPC_SETTINGS];
	w->stream_code = "ErrorReadEventsFailed";
	w->asked_n = 0;
	world_end_streams(w, "ews-subscription", ERR_NOTFOUND);
	world_until(w, five_streamed_again, "streamed again");
	assert_int_equal(w->count[IPC_SETTINGS], before + 1);
	assert_int_equal(w->asked_n, 5);
	assert_int_equal(w->count[IPC_POX], 1);
	/* A subscription that was only lost needs no look-up. */
	w->stream_code = NULL;
	world_end_streams(w, "ews-subscription", ERR_NOTFOUND);
	world_until(w, five_streamed_thrice, "streamed once more");
	assert_int_equal(w->count[IPC_SETTINGS], before + 1);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_for_a_hundred_at_a_time),
	    cmocka_unit_test(does_not_look_for_each_absent_one),
	    cmocka_unit_test(remembers_a_domain_that_has_none),
	    cmocka_unit_test(does_without_soap),
	    cmocka_unit_test(asks_again_for_a_moved_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
