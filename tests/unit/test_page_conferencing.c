#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/confer.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/str.h"

#define GOOD                                                          \
	"type=tms&rev=0&display_name=Lab+TMS&account=svc&domain=LAB&" \
	"host=TMS.lab.example&use_proxy=no&toll_number=%2B1+555+0100"

static void
get(struct web_fixture *w, struct confer *c)
{
	assert_ok(w->store,
	    store_confer_get(w->store->admin, "lab tms", c, &w->store->ei));
}

static void
test_new(void **state)
{
	struct web_fixture *w = *state;
	char binding[SEAL_BINDING_MAX];
	struct secret plain = SECRET_INIT;
	const struct confer_field *f;
	struct errinfo ei;
	struct confer c;

	web_get(w, "/conferencing");
	assert_int_equal(w->status, 200);
	assert_has(w, "Cisco TMS");
	assert_has(w, "as soon as you add one");
	web_get(w, "/conferencing/edit?type=fax");
	assert_int_equal(w->status, 404);
	web_get(w, "/conferencing/edit?type=tms");
	assert_int_equal(w->status, 200);
	assert_has(w, "TMS Fully Qualified Domain Name");
	web_post(w, "/conferencing/edit",
	    "type=tms&rev=0&use_proxy=no&display_name=x&host=n%40t");
	assert_int_equal(w->status, 422);
	assert_has(w, "4 fields need a change");
	assert_string_equal(web_value(w, "host"), "n@t");
	web_post(w, "/conferencing/edit", GOOD "&password=wonder+land");
	assert_int_equal(w->status, 303);
	web_get(w, "/conferencing");
	assert_has(w, "tms.lab.example");
	get(w, &c);
	f = confer_field(&c, "password");
	assert_true(confer_is_bound(&c, "password"));
	assert_int_equal(
	    confer_binding(&c, "password", binding, sizeof binding, &ei),
	    ERR_OK);
	assert_int_equal(seal_open(w->web.seal_pk, w->sk, binding, f->box.p,
			     f->box.n, &plain, &ei),
	    ERR_OK);
	assert_string_equal(secret_peek(&plain), "wonder land");
	secret_clear(&plain);
	confer_clear(&c);
	/* Its name is taken now. */
	web_post(w, "/conferencing/edit", GOOD "&password=x");
	assert_int_equal(w->status, 422);
	assert_has(w, "Another service has this name");
}

static void
test_changed(void **state)
{
	struct web_fixture *w = *state;
	char fields[600], uri[100];
	struct confer c;

	web_post(w, "/conferencing/edit", GOOD "&password=one");
	get(w, &c);
	snprintf(uri, sizeof uri, "/conferencing/edit?id=%s", c.id);
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_string_equal(web_value(w, "toll_number"), "+1 555 0100");
	assert_has(w, "leave this empty to keep it");
	/* Another host wants the password again, another number does not. */
	snprintf(fields, sizeof fields,
	    "id=%s&rev=1&display_name=Lab+TMS&account=svc&domain=LAB&"
	    "host=evil.lab.example&use_proxy=no",
	    c.id);
	web_post(w, "/conferencing/edit", fields);
	assert_int_equal(w->status, 422);
	assert_has(w, "Enter this again");
	snprintf(fields, sizeof fields,
	    "id=%s&rev=1&display_name=Lab+TMS&account=svc&domain=LAB&"
	    "host=tms.lab.example&use_proxy=yes",
	    c.id);
	web_post(w, "/conferencing/edit", fields);
	assert_int_equal(w->status, 303);
	/* Somebody else had the page open meanwhile. */
	web_post(w, "/conferencing/edit", fields);
	assert_int_equal(w->status, 409);
	confer_clear(&c);
	get(w, &c);
	assert_string_equal(confer_get(&c, "use_proxy"), "yes");
	assert_string_equal(confer_get(&c, "toll_number"), "");
	assert_true(confer_is_bound(&c, "password"));
	confer_clear(&c);
}

static void
test_deleted(void **state)
{
	struct web_fixture *w = *state;
	struct booking b;
	char text[100];
	struct confer c;

	web_post(w, "/conferencing/edit", GOOD "&password=one");
	get(w, &c);
	memset(&b, 0, sizeof b);
	b.mailbox = xstrdup("alice@lab.example");
	b.uid = xstrdup("u");
	b.confer_id = xstrdup(c.id);
	b.state = xstrdup("booked");
	b.subject = xstrdup("<b>Plan");
	b.start_s = b.end_s = 4102444800;
	assert_ok(
	    w->store, store_booking_put(w->store->engine, &b, &w->store->ei));
	booking_clear(&b);
	snprintf(text, sizeof text, "/conferencing/delete?id=%s", c.id);
	web_get(w, text);
	assert_int_equal(w->status, 200);
	assert_has(w, "&lt;b&gt;Plan");
	assert_has(w, "stay booked there");
	snprintf(text, sizeof text, "id=%s", c.id);
	web_post(w, "/conferencing/delete", text);
	assert_int_equal(w->status, 303);
	web_post(w, "/conferencing/delete", text);
	assert_int_equal(w->status, 404);
	confer_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_new, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_changed, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_deleted, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
