#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "common/str.h"

#define NOW_S 1700000000

static enum err
put(struct fixture *f, const char *name, enum role role, const char *pwhash,
    bool enabled)
{
	char n[200], h[64];
	struct admin a = {0};

	str_copy(n, sizeof n, name);
	str_copy(h, sizeof h, pwhash);
	a.name = n;
	a.pwhash = h;
	a.role = role;
	a.enabled = enabled;
	return store_admin_put(f->admin, &tester, &a, &f->ei);
}

static void
test_roles(void **state)
{
	int r;

	(void)state;
	for (r = ROLE_AUDITOR; r < ROLE__MAX; r++)
		assert_int_equal(role_parse(role_name((enum role)r)), r);
	assert_int_equal(role_parse("none"), ROLE_NONE);
	assert_int_equal(role_parse(""), ROLE_NONE);
	assert_int_equal(role_parse("Read-Write"), ROLE_NONE);
	assert_string_equal(role_name(ROLE_READ_WRITE), "read-write");
	assert_string_equal(role_name((enum role)99), "none");
}

static void
test_put_find_list(void **state)
{
	struct fixture *f = *state;
	struct admin_list l;
	struct admin a;
	int64_t n;

	clock_fake(1, NOW_S * UINT64_C(1000));
	assert_ok(f, store_admin_count(f->admin, &n, &f->ei));
	assert_int_equal(n, 0);
	assert_ok(f, put(f, "zeynep", ROLE_AUDITOR, "hash1", true));
	assert_ok(f, put(f, "admin", ROLE_READ_WRITE, "hash2", true));
	assert_ok(f, store_admin_find(f->admin, "ADMIN", &a, &f->ei));
	assert_string_equal(a.name, "admin");
	assert_string_equal(a.pwhash, "hash2");
	assert_int_equal(a.role, ROLE_READ_WRITE);
	assert_int_equal(a.created_s, NOW_S);
	assert_true(a.enabled);
	admin_clear(&a);
	/* without a hash the old one stays */
	assert_ok(f, put(f, "Zeynep", ROLE_READ_ONLY, "", false));
	assert_ok(f, store_admin_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].name, "admin");
	assert_string_equal(l.v[1].name, "zeynep");
	assert_string_equal(l.v[1].pwhash, "hash1");
	assert_int_equal(l.v[1].role, ROLE_READ_ONLY);
	assert_false(l.v[1].enabled);
	admin_list_clear(&l);
	assert_int_equal(
	    store_admin_find(f->admin, "x' OR '1", &a, &f->ei), ERR_NOTFOUND);
	/* the engine does not care who administers */
	assert_int_equal(fixture_revision(f), 1);
}

static void
test_put_refuses(void **state)
{
	struct fixture *f = *state;
	char big[140];

	memset(big, 'a', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_int_equal(put(f, "", ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a b", ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a/b", ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a\nb", ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, "\xff", ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, big, ROLE_AUDITOR, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a", ROLE_NONE, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a", ROLE__MAX, "h", true), ERR_ARG);
	assert_int_equal(put(f, "a", ROLE_AUDITOR, "", true), ERR_ARG);
}

static void
test_last_read_write(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, put(f, "one", ROLE_READ_WRITE, "h", true));
	assert_int_equal(put(f, "one", ROLE_READ_WRITE, "", false), ERR_DENIED);
	assert_int_equal(put(f, "one", ROLE_AUDITOR, "", true), ERR_DENIED);
	assert_ok(f, put(f, "two", ROLE_READ_WRITE, "h", false));
	assert_int_equal(put(f, "one", ROLE_READ_WRITE, "", false), ERR_DENIED);
	assert_ok(f, put(f, "two", ROLE_READ_WRITE, "", true));
	assert_ok(f, put(f, "one", ROLE_READ_WRITE, "", false));
	assert_int_equal(put(f, "two", ROLE_READ_ONLY, "", true), ERR_DENIED);
}

static void
make_session(struct fixture *f, const char *who, unsigned char mark,
    struct session_row *r)
{
	struct admin a;

	memset(r, 0, sizeof *r);
	assert_ok(f, store_admin_find(f->admin, who, &a, &f->ei));
	memset(r->id_hash, mark, sizeof r->id_hash);
	r->admin_id = a.id;
	r->created_s = NOW_S;
	r->last_s = NOW_S;
	str_copy(r->csrf, sizeof r->csrf, "00112233445566778899aabbccddeeff");
	str_copy(r->address, sizeof r->address, "2001:db8::1");
	assert_ok(f, store_session_new(f->admin, r, &f->ei));
	admin_clear(&a);
}

static void
test_password(void **state)
{
	struct fixture *f = *state;
	struct session_row mine, other, elses, got;
	struct config_log_list l;
	struct admin a;

	assert_ok(f, put(f, "admin", ROLE_READ_WRITE, "old", true));
	assert_ok(f, put(f, "guest", ROLE_READ_ONLY, "old", true));
	make_session(f, "admin", 1, &mine);
	make_session(f, "admin", 2, &other);
	make_session(f, "guest", 3, &elses);
	assert_ok(f, store_admin_set_password(f->admin, &tester, mine.admin_id,
			 "new", true, mine.id_hash, &f->ei));
	assert_ok(f, store_admin_find(f->admin, "admin", &a, &f->ei));
	assert_string_equal(a.pwhash, "new");
	assert_true(a.must_change);
	admin_clear(&a);
	assert_ok(f, store_session_get(f->admin, mine.id_hash, &got, &f->ei));
	assert_true(got.must_change);
	assert_int_equal(
	    store_session_get(f->admin, other.id_hash, &got, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_session_get(f->admin, elses.id_hash, &got, &f->ei));
	assert_ok(f, store_admin_set_password(f->admin, &tester, mine.admin_id,
			 "newer", false, NULL, &f->ei));
	assert_int_equal(
	    store_session_get(f->admin, mine.id_hash, &got, &f->ei),
	    ERR_NOTFOUND);
	assert_int_equal(store_admin_set_password(
			     f->admin, &tester, 999, "x", false, NULL, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_config_log(f->admin, 0, 1, &l, &f->ei));
	assert_string_equal(l.v[0].item, "admin/admin/password");
	assert_string_equal(l.v[0].new_value, "set again");
	config_log_list_clear(&l);
}

static void
test_session(void **state)
{
	struct fixture *f = *state;
	struct session_row r, got;
	struct admin a;
	unsigned char none[SESSION_HASH_LEN] = {0};

	assert_ok(f, put(f, "admin", ROLE_READ_WRITE, "h", true));
	assert_ok(f, put(f, "guest", ROLE_AUDITOR, "h", true));
	make_session(f, "guest", 7, &r);
	assert_ok(f, store_session_get(f->admin, r.id_hash, &got, &f->ei));
	assert_string_equal(got.admin_name, "guest");
	assert_int_equal(got.role, ROLE_AUDITOR);
	assert_string_equal(got.csrf, r.csrf);
	assert_string_equal(got.address, "2001:db8::1");
	assert_int_equal(got.last_s, NOW_S);
	assert_int_equal(
	    store_session_get(f->admin, none, &got, &f->ei), ERR_NOTFOUND);
	assert_ok(f, store_admin_find(f->admin, "guest", &a, &f->ei));
	assert_int_equal(a.last_signin_s, NOW_S);
	admin_clear(&a);
	/* noted once a minute */
	assert_ok(
	    f, store_session_touch(f->admin, r.id_hash, NOW_S + 59, &f->ei));
	assert_ok(f, store_session_get(f->admin, r.id_hash, &got, &f->ei));
	assert_int_equal(got.last_s, NOW_S);
	assert_ok(
	    f, store_session_touch(f->admin, r.id_hash, NOW_S + 60, &f->ei));
	assert_ok(f, store_session_get(f->admin, r.id_hash, &got, &f->ei));
	assert_int_equal(got.last_s, NOW_S + 60);
	/* ends with the account */
	assert_ok(f, put(f, "guest", ROLE_AUDITOR, "", false));
	assert_ok(f, put(f, "guest", ROLE_AUDITOR, "", true));
	assert_int_equal(
	    store_session_get(f->admin, r.id_hash, &got, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_session_touch(f->admin, r.id_hash, NOW_S, &f->ei),
	    ERR_NOTFOUND);
	assert_int_equal(fixture_revision(f), 1);
}

static void
test_session_ends(void **state)
{
	struct fixture *f = *state;
	struct session_row a, b, got;

	assert_ok(f, put(f, "admin", ROLE_READ_WRITE, "h", true));
	make_session(f, "admin", 1, &a);
	make_session(f, "admin", 2, &b);
	assert_ok(f, store_session_delete(f->admin, a.id_hash, &f->ei));
	assert_int_equal(
	    store_session_get(f->admin, a.id_hash, &got, &f->ei), ERR_NOTFOUND);
	assert_ok(f, store_session_expire(f->admin, NOW_S, NOW_S, &f->ei));
	assert_ok(f, store_session_get(f->admin, b.id_hash, &got, &f->ei));
	assert_ok(f, store_session_expire(f->admin, 0, NOW_S + 1, &f->ei));
	assert_int_equal(
	    store_session_get(f->admin, b.id_hash, &got, &f->ei), ERR_NOTFOUND);
	make_session(f, "admin", 3, &a);
	assert_ok(f, store_session_expire(f->admin, NOW_S + 1, 0, &f->ei));
	assert_int_equal(
	    store_session_get(f->admin, a.id_hash, &got, &f->ei), ERR_NOTFOUND);
}

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	static const int64_t waits[] = {
	    0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900};
	int64_t until;
	char *n;
	size_t i;

	assert_ok(f, store_limit_get(f->admin, "pair:x", &until, &f->ei));
	assert_int_equal(until, 0);
	for (i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		assert_ok(f, store_limit_fail(
				 f->admin, "pair:x", NOW_S, &until, &f->ei));
		assert_int_equal(until, waits[i] == 0 ? 0 : NOW_S + waits[i]);
	}
	assert_ok(f, store_limit_get(f->admin, "pair:x", &until, &f->ei));
	assert_int_equal(until, NOW_S + 900);
	assert_ok(f, store_limit_get(f->admin, "pair:X", &until, &f->ei));
	assert_int_equal(until, 0);
	/* behind an address there may be many */
	for (i = 0; i < 19; i++)
		assert_ok(f, store_limit_fail(f->admin, "address:192.0.2.1",
				 NOW_S, &until, &f->ei));
	assert_int_equal(until, 0);
	assert_ok(f, store_limit_fail(
			 f->admin, "address:192.0.2.1", NOW_S, &until, &f->ei));
	assert_int_equal(until, NOW_S + 30);
	/* who tries an account from everywhere slows its owner down, no
	 * more */
	for (i = 0; i < 49; i++)
		assert_ok(f, store_limit_fail(
				 f->admin, "account:y", NOW_S, &until, &f->ei));
	assert_int_equal(until, 0);
	for (i = 0; i < 9; i++)
		assert_ok(f, store_limit_fail(
				 f->admin, "account:y", NOW_S, &until, &f->ei));
	assert_int_equal(until, NOW_S + 60);
	/* a success forgets it; a quiet quarter of an hour too */
	assert_ok(f, store_limit_clear(f->admin, "address:192.0.2.1", &f->ei));
	assert_ok(
	    f, store_limit_get(f->admin, "address:192.0.2.1", &until, &f->ei));
	assert_int_equal(until, 0);
	assert_ok(f,
	    store_limit_fail(f->admin, "pair:x", NOW_S + 1801, &until, &f->ei));
	assert_int_equal(until, 0);
	/* names that were made up do not stay */
	for (i = 0; i < 50; i++) {
		char name[32] = "account:a";

		name[8] = (char)('a' + i % 26);
		name[9] = (char)('a' + i / 26);
		assert_ok(f, store_limit_fail(
				 f->admin, name, NOW_S + 2000, &until, &f->ei));
	}
	assert_ok(f, store_limit_fail(
			 f->admin, "account:z", NOW_S + 9000, &until, &f->ei));
	n = fixture_ask(f->config, "SELECT count(*) FROM signin_limit");
	assert_string_equal(n, "1");
	mem_free(n);
	/* what is to be remembered outlives that, until its time */
	assert_ok(
	    f, store_limit_know(f->admin, "known:z", NOW_S + 50000, &f->ei));
	assert_ok(f, store_limit_fail(
			 f->admin, "pair:z", NOW_S + 40000, &until, &f->ei));
	assert_ok(f, store_limit_get(f->admin, "known:z", &until, &f->ei));
	assert_int_equal(until, NOW_S + 50000);
	assert_ok(f, store_limit_fail(
			 f->admin, "pair:z", NOW_S + 60000, &until, &f->ei));
	assert_ok(f, store_limit_get(f->admin, "known:z", &until, &f->ei));
	assert_int_equal(until, 0);
	assert_int_equal(fixture_revision(f), 1);
}

int
main(void)
{
#define T(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_admin, fixture_down)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_roles),
	    T(test_put_find_list),
	    T(test_put_refuses),
	    T(test_last_read_write),
	    T(test_password),
	    T(test_session),
	    T(test_session_ends),
	    T(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
