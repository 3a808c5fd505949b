/* hook_sign.c: a signature that another program made as well:
 * printf '1760000000.{"a":1}' | openssl dgst -sha256 -hmac key */
#include "tests/harness/test.h"

#include <string.h>

#include "backend/net/hook_sign.h"
#include "common/secret.h"

static void
test_known(void **state)
{
	static const char body[] = "{\"a\":1}";
	struct secret key = SECRET_INIT;
	char out[HOOK_SIGN_MAX], other[HOOK_SIGN_MAX];

	(void)state;
	assert_int_equal(secret_set(&key, "key", 3), ERR_OK);
	assert_int_equal(
	    hook_sign(out, &key, 1760000000, body, strlen(body)), ERR_OK);
	assert_string_equal(out,
	    "t=1760000000,v1="
	    "ea2dd8b79cfdfdd125316a2c1461695044ab2ddf62592b0eee2b53cd466ca512");
	/* Another time is another signature. */
	assert_int_equal(
	    hook_sign(other, &key, 1760000001, body, strlen(body)), ERR_OK);
	assert_string_not_equal(strstr(out, "v1="), strstr(other, "v1="));
	secret_clear(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_known)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
