/* domains.c inside the whole engine: how often Autodiscover is asked for many
 * mailboxes, when it is asked again, and when not since the account was
 * refused. */
#include <string.h>

#include "backend/engine/config_watch.h"
#include "backend/engine/domains.h"
#include "backend/engine/record.h"
#include "backend/engine/users.h"
#include "common/clock.h"
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

/* It answers for one mailbox, and never for many. */
static void
gives_up_soap_that_fails_for_many(void **state)
{
	struct world *w = with_users("p", 30);

	(void)state;
	w->batch_fault = FAULT_ANSWER;
	w->failure = "http-500";
	w->failure_code = ERR_PROTO;
	world_start(w);
	world_until(w, thirty_subscribed, "all subscribed");
	assert_int_equal(w->batches, 2);
	world_free(w);
}

static bool
asks_many(struct world *w)
{
	return w->batches > 0;
}

/* What was found grows old while its server is asked: the answer first. */
static void
keeps_what_it_asks(void **state)
{
	struct world *w = with_users("p", 5);

	(void)state;
	w->batch_fault = FAULT_SILENT;
	world_start(w);
	world_until(w, asks_many, "many asked for");
	assert_int_equal(w->count[IPC_POX], 1);
	clock_fake(clock_mono_ms() + DOMAIN_FOUND_LIFE_MS + 1,
	    clock_wall_ms() + DOMAIN_FOUND_LIFE_MS + 1);
	world_user(w, "q", WORLD_LINK);
	world_changed(w);
	world_turn(w, 300);
	assert_int_equal(w->count[IPC_POX], 1);
	world_free(w);
	clock_fake(0, 0);
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

static struct world *
up_refused(bool use_scp, enum ipc_type t, const char *failure)
{
	struct world *w = world_new(1);

	w->use_scp = use_scp;
	world_record(w, "Lab", NULL);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	w->fault_type = t;
	w->fault = FAULT_ANSWER;
	w->failure = failure;
	w->failure_code = ERR_AUTH;
	w->auth_tried = "NTLM: refused; Basic: refused";
	w->fault_n = 1000;
	return w;
}

static bool
is_held(struct world *w)
{
	return record_is_held(config_record_at(w->en.config, 0), NULL);
}

static void
retry_alice(struct world *w)
{
	struct msg_mailbox_ref m = {(char *)(uintptr_t) "alice@" WORLD_MAIL};

	w->fault_n = 0;
	world_ask(w, IPC_USER_RETRY, &m);
	world_until(w, world_alice_subscribed, "subscribed");
	assert_false(is_held(w));
}

/* Two servers have refused it: no other way is gone. */
static void
shows_a_refused_password_to_two_addresses(void **state)
{
	struct world *w = up_refused(false, IPC_POX, "http-401");

	(void)state;
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	assert_int_equal(w->count[IPC_POX], 2);
	assert_int_equal(w->count[IPC_HTTP_HINT], 0);
	assert_true(is_held(w));
	retry_alice(w);
	world_free(w);
}

/* One server has refused it and the others are not there: the next mailbox
 * need not ask. */
static void
holds_after_the_only_refusal(void **state)
{
	struct world *w = up_refused(false, IPC_POX, "http-401");

	(void)state;
	w->fault_n = 1;
	w->pox_is_absent = true;
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	assert_int_equal(w->count[IPC_POX], 2);
	assert_true(is_held(w));
	w->pox_is_absent = false;
	retry_alice(w);
	world_free(w);
}

/* Where the server offers nothing that is ticked, no password was shown. */
static void
goes_on_where_no_password_was_shown(void **state)
{
	struct world *w = up_refused(false, IPC_POX, "http-401");

	(void)state;
	w->auth_tried = "NTLM: not offered; Basic: not offered";
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	assert_int_equal(w->count[IPC_POX], 2);
	assert_int_equal(w->count[IPC_HTTP_HINT], 1);
	assert_false(is_held(w));
	world_free(w);
}

static void
takes_the_word_of_the_directory(void **state)
{
	struct world *w = up_refused(true, IPC_SCP, "ldap-bind");

	(void)state;
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	assert_int_equal(w->count[IPC_SCP], 1);
	assert_int_equal(w->count[IPC_POX], 0);
	assert_true(is_held(w));
	retry_alice(w);
	assert_int_equal(w->count[IPC_SCP], 2);
	world_free(w);
}

/* That it is down says nothing of the account. */
static void
does_without_a_directory(void **state)
{
	struct world *w = up_refused(true, IPC_SCP, "ldap-unreachable");

	(void)state;
	w->failure_code = ERR_CONNECT;
	world_start(w);
	world_until(w, world_alice_subscribed, "subscribed");
	assert_int_equal(w->count[IPC_POX], 1);
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
	    cmocka_unit_test(gives_up_soap_that_fails_for_many),
	    cmocka_unit_test(keeps_what_it_asks),
	    cmocka_unit_test(asks_again_for_a_moved_mailbox),
	    cmocka_unit_test(shows_a_refused_password_to_two_addresses),
	    cmocka_unit_test(holds_after_the_only_refusal),
	    cmocka_unit_test(goes_on_where_no_password_was_shown),
	    cmocka_unit_test(takes_the_word_of_the_directory),
	    cmocka_unit_test(does_without_a_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
