#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "common/store_report.h"
#include "common/str.h"

#define NOW_S 1700000000

static void
at(int64_t s)
{
	clock_fake(1000, (uint64_t)s * 1000);
}

static void
make(struct exchange_draft *d, const char *name)
{
	memset(d, 0, sizeof *d);
	fixture_exchange(&d->x, name);
	fixture_seal(&d->x, "box");
	d->owner = xstrdup("root");
	d->job_id = xstrdup("");
	d->is_new = true;
	d->store_when_passed = true;
}

static void
test_put_get(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d, g;

	at(NOW_S);
	make(&d, "Lab");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_int_equal(strlen(d.draft_id), 32);
	assert_int_equal(d.draft_rev, 1);
	assert_ok(f, store_draft_set_job(f->admin, d.draft_id, "job7", &f->ei));
	assert_ok(f, store_draft_get(f->engine, d.draft_id, &g, &f->ei));
	assert_string_equal(g.x.id, d.x.id);
	assert_string_equal(g.x.display_name, "Lab");
	assert_string_equal(g.owner, "root");
	assert_string_equal(g.job_id, "job7");
	assert_string_equal(g.x.bound_to, d.x.bound_to);
	assert_memory_equal(g.x.box.p, "box", 3);
	assert_true(g.is_new);
	assert_true(g.store_when_passed);
	assert_int_equal(g.draft_rev, 1);
	fixture_set(&g.x, "account", "LAB\\svc");
	assert_ok(f, store_draft_put(f->admin, &g, &f->ei));
	assert_int_equal(g.draft_rev, 2);
	/* the other window has an old one */
	assert_int_equal(store_draft_put(f->admin, &d, &f->ei), ERR_CONFLICT);
	assert_int_equal(d.draft_rev, 1);
	/* who has no revision writes over it, and it counts on */
	d.draft_rev = 0;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_int_equal(d.draft_rev, 3);
	/* a draft is not configuration */
	assert_int_equal(fixture_revision(f), 1);
	assert_ok(f, store_draft_delete(f->admin, d.draft_id, &f->ei));
	assert_int_equal(
	    store_draft_get(f->admin, d.draft_id, &g, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_draft_delete(f->admin, d.draft_id, &f->ei), ERR_NOTFOUND);
	assert_int_equal(store_draft_set_job(f->admin, d.draft_id, "x", &f->ei),
	    ERR_NOTFOUND);
	exchange_draft_clear(&d);
	exchange_draft_clear(&g);
}

static void
test_commit_new(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d, g;
	struct exchange x;

	at(NOW_S);
	make(&d, "Lab");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	/* the test saw the first revision */
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, d.draft_id, 1, true, &f->ei),
	    ERR_CONFLICT);
	assert_int_equal(
	    store_exchange_get(f->admin, d.x.id, &x, &f->ei), ERR_NOTFOUND);
	assert_ok(f,
	    store_draft_commit(f->admin, &tester, d.draft_id, 2, true, &f->ei));
	assert_int_equal(
	    store_draft_get(f->admin, d.draft_id, &g, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, d.draft_id, 2, true, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_exchange_get(f->engine, d.x.id, &x, &f->ei));
	assert_int_equal(x.rev, 1);
	assert_int_equal(x.tested_s, NOW_S);
	assert_int_equal(fixture_revision(f), 2);
	exchange_clear(&x);
	exchange_draft_clear(&d);
}

static void
test_commit_edit(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d;
	struct exchange x;

	make(&d, "Lab");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_ok(f, store_draft_commit(
			 f->admin, &tester, d.draft_id, 1, false, &f->ei));
	assert_ok(f, store_exchange_get(f->admin, d.x.id, &x, &f->ei));
	assert_int_equal(x.tested_s, 0);
	/* two drafts of revision 1; the second to come is too late */
	mem_free(d.draft_id);
	d.draft_id = NULL;
	d.is_new = false;
	d.base_rev = 1;
	fixture_set(&d.x, "display_name", "Lab 2");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	fixture_set(&x, "enabled", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, d.draft_id, 1, true, &f->ei),
	    ERR_CONFLICT);
	/* what was typed is still there */
	d.base_rev = 2;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_ok(f,
	    store_draft_commit(f->admin, &tester, d.draft_id, 2, true, &f->ei));
	exchange_clear(&x);
	assert_ok(f, store_exchange_get(f->admin, d.x.id, &x, &f->ei));
	assert_string_equal(x.display_name, "Lab 2");
	assert_int_equal(x.rev, 3);
	exchange_clear(&x);
	exchange_draft_clear(&d);
}

static void
test_commit_refuses(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d, e;
	struct exchange_list l;

	make(&d, "Lab");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_ok(f,
	    store_draft_commit(f->admin, &tester, d.draft_id, 1, true, &f->ei));
	/* the name was taken while this one was tested */
	make(&e, "LAB");
	assert_ok(f, store_draft_put(f->admin, &e, &f->ei));
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, e.draft_id, 1, true, &f->ei),
	    ERR_EXISTS);
	fixture_set(&e.x, "display_name", "Two");
	fixture_set(&e.x, "account", "other@lab.example");
	assert_ok(f, store_draft_put(f->admin, &e, &f->ei));
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, e.draft_id, 2, true, &f->ei),
	    ERR_BOUND);
	assert_ok(f, store_exchange_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	exchange_list_clear(&l);
	assert_int_equal(fixture_revision(f), 2);
	exchange_draft_clear(&d);
	exchange_draft_clear(&e);
}

static void
test_expiry(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d, g;
	char *n;

	at(NOW_S);
	make(&d, "Lab");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	at(NOW_S + STORE_DRAFT_LIFE_S);
	assert_ok(f, store_draft_get(f->admin, d.draft_id, &g, &f->ei));
	exchange_draft_clear(&g);
	at(NOW_S + STORE_DRAFT_LIFE_S + 1);
	assert_int_equal(
	    store_draft_get(f->admin, d.draft_id, &g, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_draft_commit(f->admin, &tester, d.draft_id, 1, true, &f->ei),
	    ERR_NOTFOUND);
	/* and the next one that is saved takes it off the disk */
	mem_free(d.draft_id);
	d.draft_id = NULL;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	n = fixture_ask(f->config, "SELECT count(*) FROM exchange_draft");
	assert_string_equal(n, "1");
	mem_free(n);
	exchange_draft_clear(&d);
}

struct listed {
	char names[4][32];
	struct draft_brief v[4];
	size_t n;
};

static void
keep(void *arg, const struct draft_brief *d)
{
	struct listed *l = arg;

	assert_true(l->n < 4);
	l->v[l->n] = *d;
	str_copy(l->names[l->n++], sizeof l->names[0], d->display_name);
}

static void
test_each(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft a, b;
	struct listed l = {0};

	at(NOW_S);
	make(&a, "first");
	assert_ok(f, store_draft_put(f->admin, &a, &f->ei));
	at(NOW_S + 5);
	make(&b, "second");
	b.is_new = false;
	assert_ok(f, store_draft_put(f->admin, &b, &f->ei));
	assert_ok(f, store_draft_each(f->admin, keep, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.names[0], "second");
	assert_false(l.v[0].is_new);
	assert_int_equal(l.v[0].changed_s, NOW_S + 5);
	assert_string_equal(l.names[1], "first");
	assert_true(l.v[1].is_new);
	at(NOW_S + 1 + STORE_DRAFT_LIFE_S);
	l.n = 0;
	assert_ok(f, store_draft_each(f->admin, keep, &l, &f->ei));
	assert_int_equal(l.n, 1);
	exchange_draft_clear(&a);
	exchange_draft_clear(&b);
}

static void
test_cap(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d, g;
	char first[40] = "", *n;
	int i;

	make(&d, "Lab");
	for (i = 0; i < STORE_DRAFTS_MAX + 3; i++) {
		/* the clock may jump back: the newest stays all the same */
		at(i == STORE_DRAFTS_MAX + 2 ? NOW_S - 100 : NOW_S + i);
		mem_free(d.draft_id);
		d.draft_id = NULL;
		assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
		if (i == 2)
			str_copy(first, sizeof first, d.draft_id);
	}
	n = fixture_ask(f->config, "SELECT count(*) FROM exchange_draft");
	assert_string_equal(n, "200");
	mem_free(n);
	assert_ok(f, store_draft_get(f->admin, d.draft_id, &g, &f->ei));
	exchange_draft_clear(&g);
	assert_int_equal(
	    store_draft_get(f->admin, first, &g, &f->ei), ERR_NOTFOUND);
	exchange_draft_clear(&d);
}

static void
put_result(struct fixture *f, const struct exchange_draft *d, uint64_t rev,
    bool passed)
{
	struct test_result r = {.rev = rev, .passed = passed};

	(void)str_copy(r.record_id, sizeof r.record_id, d->x.id);
	(void)str_copy(r.job_id, sizeof r.job_id, "job");
	assert_ok(f, store_result_put(f->engine, d->draft_id, &r, &f->ei));
}

static size_t
settle(struct fixture *f)
{
	size_t n = 77;

	assert_ok(f, store_draft_settle(f->admin, &n, &f->ei));
	return n;
}

static void
put_admin(struct fixture *f, const char *name, enum role role, bool enabled)
{
	static const struct store_actor by = {"root", "unit"};
	struct admin a = {0};

	a.name = (char *)(uintptr_t)name;
	a.pwhash = (char *)(uintptr_t) "x";
	a.role = role;
	a.enabled = enabled;
	assert_ok(f, store_admin_put(f->admin, &by, &a, &f->ei));
}

/* What passed is stored without anybody's page, in the name of who asked for
 * it: only this revision, only where it was asked for, only while that
 * person may. */
static void
test_settle(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d;
	struct exchange x;

	at(NOW_S);
	make(&d, "Lab");
	mem_free(d.owner);
	d.owner = xstrdup("alice");
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	put_result(f, &d, 1, true);
	assert_int_equal(settle(f), 0); /* nobody of that name */
	put_admin(f, "root", ROLE_READ_WRITE, true);
	put_admin(f, "alice", ROLE_READ_ONLY, true);
	assert_int_equal(settle(f), 0);
	put_admin(f, "alice", ROLE_READ_WRITE, false);
	assert_int_equal(settle(f), 0);
	put_admin(f, "alice", ROLE_READ_WRITE, true);
	put_result(f, &d, 2, true);
	assert_int_equal(settle(f), 0); /* another revision passed */
	put_result(f, &d, 1, false);
	assert_int_equal(settle(f), 0);
	put_result(f, &d, 1, true);
	d.store_when_passed = false;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	put_result(f, &d, 2, true);
	assert_int_equal(settle(f), 0); /* it was only to be tested */
	d.store_when_passed = true;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	put_result(f, &d, 3, true);
	assert_int_equal(settle(f), 1);
	assert_int_equal(settle(f), 0);
	assert_ok(f, store_exchange_find(f->admin, "Lab", &x, &f->ei));
	assert_string_equal(x.changed_by, "alice");
	assert_int_equal(x.tested_s, NOW_S);
	exchange_clear(&x);
	exchange_draft_clear(&d);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(test_put_get),
	    T(test_commit_new),
	    T(test_commit_edit),
	    T(test_commit_refuses),
	    T(test_expiry),
	    T(test_each),
	    T(test_cap),
	    T(test_settle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
