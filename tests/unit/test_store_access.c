#include "tests/unit/store_fixture.h"

#include <sodium.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store_access.h"

static void
test_password(void **state)
{
	struct fixture *f = *state;
	char hash[ACCESS_HASH_MAX], *row;

	assert_true(sodium_init() >= 0);
	assert_ok(f, store_access_hash(f->admin, hash, &f->ei));
	/* That which the appliance's documents print, and no other. */
	assert_int_equal(crypto_pwhash_str_verify(hash, "qwertsys", 8), 0);
	assert_int_not_equal(crypto_pwhash_str_verify(hash, "qwertsyz", 8), 0);
	assert_ok(f, store_access_set(f->admin, &tester, "$new$", &f->ei));
	assert_ok(f, store_access_hash(f->admin, hash, &f->ei));
	assert_string_equal(hash, "$new$");
	row = fixture_ask(f->config,
	    "SELECT item || ' ' || old_value || ' ' || new_value"
	    " FROM config_log ORDER BY id DESC LIMIT 1");
	assert_string_equal(row, "experimental/access_password usual set anew");
	mem_free(row);
}

/* Only in the session that it was shown to, and no longer than it. */
static void
test_sessions(void **state)
{
	struct fixture *f = *state;
	struct session_row r = {.admin_id = 1, .created_s = 1, .last_s = 1};
	struct admin a = {.name = (char *)"ann",
			 .pwhash = (char *)"x",
			 .role = ROLE_READ_WRITE,
			 .enabled = true},
		     put;
	unsigned char other[SESSION_HASH_LEN];
	bool shown = true;

	assert_ok(f, store_admin_put(f->admin, &tester, &a, &f->ei));
	assert_ok(f, store_admin_find(f->admin, "ann", &put, &f->ei));
	memset(other, 2, sizeof other);
	memset(r.id_hash, 1, sizeof r.id_hash);
	r.admin_id = put.id;
	admin_clear(&put);
	assert_ok(f, store_session_new(f->admin, &r, &f->ei));
	assert_ok(f, store_access_shown(f->admin, r.id_hash, &shown, &f->ei));
	assert_false(shown);
	assert_ok(f, store_access_show(f->admin, r.id_hash, true, &f->ei));
	assert_ok(f, store_access_show(f->admin, r.id_hash, true, &f->ei));
	assert_ok(f, store_access_shown(f->admin, r.id_hash, &shown, &f->ei));
	assert_true(shown);
	assert_ok(f, store_access_shown(f->admin, other, &shown, &f->ei));
	assert_false(shown);
	/* A session that there is not cannot be shown anything. */
	assert_int_not_equal(
	    store_access_show(f->admin, other, true, &f->ei), ERR_OK);
	assert_ok(f, store_session_delete(f->admin, r.id_hash, &f->ei));
	assert_ok(f, store_session_new(f->admin, &r, &f->ei));
	assert_ok(f, store_access_shown(f->admin, r.id_hash, &shown, &f->ei));
	assert_false(shown);
}

#define T(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_admin, fixture_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_password),
	    T(test_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
