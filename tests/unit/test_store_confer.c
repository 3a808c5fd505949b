#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/confer.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/store_confer.h"
#include "common/store_confer_box.h"
#include "common/str.h"

static const unsigned char some_box[] = "not really sealed";

static void
set(struct confer *c, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(confer_set(c, key, value, &ei), ERR_OK);
}

static void
fill(struct confer *c, const char *name)
{
	struct errinfo ei = {ERR_OK, ""};

	confer_init(c, confer_type_find("tms"));
	set(c, "display_name", name);
	set(c, "account", "svc");
	set(c, "domain", "LAB");
	set(c, "host", "TMS.lab.example");
	assert_int_equal(
	    confer_give_box(c, "password", some_box, sizeof some_box, 7, &ei),
	    ERR_OK);
}

/* Each type has a name first, knows the fields it names and fits. */
static void
test_types(void **state)
{
	const struct confer_type *t;
	const struct setting *s;
	size_t i, n;

	(void)state;
	for (i = 0; (t = confer_type_at(i)) != NULL; i++) {
		s = setting_next(t->type, NULL);
		assert_non_null(s);
		assert_string_equal(s->key, "display_name");
		for (n = 0, s = NULL; (s = setting_next(t->type, s)) != NULL;)
			n++;
		assert_in_range(n, 1, CONFER_FIELDS_MAX);
		assert_true(confer_type_needs(t, "display_name"));
		assert_false(confer_type_needs(t, "display"));
		if (t->host_key[0] != '\0')
			assert_non_null(setting_find(t->type, t->host_key));
		if (t->account_key[0] != '\0')
			assert_non_null(setting_find(t->type, t->account_key));
		if (t->domain_key[0] != '\0')
			assert_non_null(setting_find(t->type, t->domain_key));
		assert_ptr_equal(confer_type_find(t->type), t);
	}
	assert_null(confer_type_find("fax"));
}

static bool
no_secret(void *arg, const char *key)
{
	(void)arg;
	(void)key;
	return false;
}

static void
count_problem(void *arg, const char *key, const char *text)
{
	(void)key;
	assert_true(text[0] != '\0');
	(*(size_t *)arg)++;
}

static void
test_checked(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct confer c;
	size_t n = 0;

	(void)state;
	confer_init(&c, confer_type_find("tms"));
	assert_int_equal(confer_check(&c, no_secret, count_problem, &n), 5);
	assert_int_equal(n, 5);
	confer_clear(&c);
	fill(&c, "TMS");
	assert_int_equal(confer_check(&c, no_secret, count_problem, &n), 0);
	set(&c, "account", "LAB\\svc");
	assert_int_equal(confer_check(&c, no_secret, count_problem, &n), 1);
	assert_int_equal(confer_set(&c, "password", "x", &ei), ERR_NOTFOUND);
	assert_int_equal(confer_set(&c, "color", "x", &ei), ERR_NOTFOUND);
	assert_int_equal(
	    confer_set(&c, "global_url", "http://x/", &ei), ERR_ARG);
	assert_int_equal(confer_set(&c, "rooms", "a@b.example", &ei), ERR_ARG);
	assert_int_equal(
	    confer_set(&c, "rooms", "a@b.example=0", &ei), ERR_ARG);
	set(&c, "rooms", "a@b.example = 12,, c@d.example=7");
	assert_int_equal(
	    confer_room(confer_get(&c, "rooms"), "A@b.example"), 12);
	assert_int_equal(
	    confer_room(confer_get(&c, "rooms"), "c@d.example"), 7);
	assert_int_equal(confer_room(confer_get(&c, "rooms"), "d.example"), 0);
	confer_clear(&c);
}

static void
test_bound(void **state)
{
	char text[SEAL_BINDING_MAX], account[128];
	struct errinfo ei = {ERR_OK, ""};
	static const char *const keys[] = {"host", "account", "domain"};
	struct confer c;
	size_t i;

	(void)state;
	fill(&c, "TMS");
	assert_int_equal(
	    confer_binding(&c, "password", text, sizeof text, &ei), ERR_OK);
	assert_non_null(strstr(text, "tms.lab.example"));
	assert_int_equal(
	    confer_account(&c, account, sizeof account, &ei), ERR_OK);
	assert_string_equal(account, "LAB\\svc");
	assert_true(confer_is_bound(&c, "password"));
	for (i = 0; i < 3; i++) {
		char *was = xstrdup(confer_get(&c, keys[i]));

		assert_true(confer_binds(&c, keys[i]));
		set(&c, keys[i], "other.example");
		assert_false(confer_is_bound(&c, "password"));
		set(&c, keys[i], was);
		assert_true(confer_is_bound(&c, "password"));
		mem_free(was);
	}
	assert_false(confer_binds(&c, "toll_number"));
	set(&c, "toll_number", "+1 555 0100");
	assert_true(confer_is_bound(&c, "password"));
	/* Another record with the same fields is another binding. */
	c.id[0] = c.id[0] == 'a' ? 'b' : 'a';
	assert_false(confer_is_bound(&c, "password"));
	confer_clear(&c);
}

static void
test_stored(void **state)
{
	struct fixture *f = *state;
	struct confer a, b, got;
	struct confer_list l;
	uint64_t rev = fixture_revision(f);

	fill(&a, "Second");
	fill(&b, "First");
	assert_ok(f, store_confer_put(f->admin, &tester, &a, &f->ei));
	assert_ok(f, store_confer_put(f->admin, &tester, &b, &f->ei));
	assert_int_equal(fixture_revision(f), rev + 2);
	assert_ok(f, store_confer_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(confer_name(&l.v[0]), "First");
	assert_string_equal(confer_host(&l.v[1]), "tms.lab.example");
	assert_true(confer_is_same(&l.v[1], &a));
	assert_true(confer_is_bound(&l.v[1], "password"));
	confer_list_clear(&l);
	assert_ok(f, store_confer_get(f->admin, "second", &got, &f->ei));
	assert_string_equal(got.id, a.id);
	assert_int_equal(got.rev, 1);
	assert_string_equal(got.changed_by, tester.who);
	/* What was read before somebody else's change is refused. */
	set(&a, "toll_number", "1");
	assert_int_equal(
	    store_confer_put(f->admin, &tester, &a, &f->ei), ERR_CONFLICT);
	set(&got, "display_name", "first");
	assert_int_equal(
	    store_confer_put(f->admin, &tester, &got, &f->ei), ERR_EXISTS);
	set(&got, "display_name", "Third");
	assert_int_equal(
	    store_confer_put(f->engine, &tester, &got, &f->ei), ERR_DENIED);
	assert_ok(f, store_confer_put(f->admin, &tester, &got, &f->ei));
	confer_clear(&got);
	assert_ok(f, store_confer_delete(f->admin, &tester, b.id, &f->ei));
	assert_int_equal(
	    store_confer_delete(f->admin, &tester, b.id, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_confer_get(f->engine, "First", &got, &f->ei), ERR_NOTFOUND);
	confer_clear(&a);
	confer_clear(&b);
}

static void
fill_webex(struct confer *c, const char *name, const char *is_default)
{
	struct errinfo ei = {ERR_OK, ""};

	confer_init(c, confer_type_find("webex"));
	set(c, "display_name", name);
	set(c, "site", "Example.Webex.COM");
	set(c, "client_id", "C1");
	set(c, "test_account", "a@lab.example");
	set(c, "is_default", is_default);
	assert_int_equal(confer_give_box(c, "client_secret", some_box,
			     sizeof some_box, 7, &ei),
	    ERR_OK);
	assert_int_equal(confer_give_box(c, "refresh_token", some_box,
			     sizeof some_box, 7, &ei),
	    ERR_OK);
}

/* "A" or "B" or "C"; "" : none, "?" : more than one. */
static const char *
default_of(struct fixture *f)
{
	static char name[2];
	struct confer_list l = {NULL, 0};
	size_t i;

	name[0] = '\0';
	assert_ok(f, store_confer_list(f->admin, &l, &f->ei));
	for (i = 0; i < l.n; i++)
		if (str_eq(confer_get(&l.v[i], "is_default"), "yes"))
			name[0] =
			    name[0] != '\0' ? '?' : confer_name(&l.v[i])[0];
	confer_list_clear(&l);
	return name;
}

static void
test_one_default(void **state)
{
	struct fixture *f = *state;
	struct confer a, b;

	fill_webex(&a, "B", "no");
	assert_string_equal(confer_get(&a, "site"), "example.webex.com");
	assert_string_equal(confer_host(&a), "webexapis.com");
	assert_ok(f, store_confer_put(f->admin, &tester, &a, &f->ei));
	assert_string_equal(default_of(f), "B");
	fill_webex(&b, "A", "yes");
	assert_ok(f, store_confer_put(f->admin, &tester, &b, &f->ei));
	assert_string_equal(default_of(f), "A");
	/* Nobody is left without one. */
	assert_ok(f, store_confer_delete(f->admin, &tester, b.id, &f->ei));
	assert_string_equal(default_of(f), "B");
	confer_clear(&a);
	confer_clear(&b);
}

static void
test_port_is_bound(void **state)
{
	struct confer c;
	char text[SEAL_BINDING_MAX];

	(void)state;
	confer_init(&c, confer_type_find("cms"));
	set(&c, "host", "cms.lab.example");
	set(&c, "account", "api");
	assert_int_equal(
	    confer_binding(&c, "password", text, sizeof text, NULL), ERR_OK);
	assert_non_null(strstr(text, "service:cms.lab.example;type=cms;"));
	set(&c, "port", "445");
	assert_true(confer_binds(&c, "port"));
	assert_int_equal(
	    confer_binding(&c, "password", text, sizeof text, NULL), ERR_OK);
	assert_non_null(
	    strstr(text, "service:cms.lab.example;port=445;type=cms;"));
	confer_clear(&c);
}

/* What a service has changed is used until another secret is entered. */
static void
test_changed_box(void **state)
{
	static unsigned char fresh[] = "sealed by the worker";
	struct bytes box = {fresh, sizeof fresh}, got;
	struct fixture *f = *state;
	struct confer_field *t;
	struct confer c;

	fill_webex(&c, "A", "no");
	t = confer_field(&c, "refresh_token");
	assert_ok(f, store_confer_box_get(f->engine, c.id, t, &got, &f->ei));
	assert_int_equal(got.n, sizeof some_box);
	mem_free(got.p);
	assert_ok(f, store_confer_box_put(f->engine, c.id, t, &box, &f->ei));
	assert_ok(f, store_confer_box_get(f->engine, c.id, t, &got, &f->ei));
	assert_int_equal(got.n, sizeof fresh);
	assert_memory_equal(got.p, fresh, got.n);
	mem_free(got.p);
	t->set_s++;
	assert_ok(f, store_confer_box_get(f->engine, c.id, t, &got, &f->ei));
	assert_int_equal(got.n, sizeof some_box);
	mem_free(got.p);
	confer_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_checked),
	    cmocka_unit_test(test_bound),
	    cmocka_unit_test_setup_teardown(
		test_stored, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_one_default, fixture_up_both, fixture_down),
	    cmocka_unit_test(test_port_is_bound),
	    cmocka_unit_test_setup_teardown(
		test_changed_box, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
