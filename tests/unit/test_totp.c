/* totp.c: the codes of RFC 6238 appendix B (its SHA-1 rows, the last six of
 * the eight digits), a clock that is a step off, another account's box. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/manager/totp.h"
#include "backend/manager/unseal.h"
#include "common/conf.h"
#include "common/factor.h"
#include "common/seal.h"
#include "common/secret.h"

#define RFC_KEY "12345678901234567890"

struct keys {
	char dir[64], pk[96], sk[96];
	struct conf conf;
	struct unseal *u;
	unsigned char box[SEAL_BOX_MAX];
	size_t box_n;
};

static void
seal(struct keys *k, const char *account, const char *key)
{
	char binding[SEAL_BINDING_MAX];
	unsigned char pk[SEAL_PK_LEN];
	struct secret s = SECRET_INIT;

	assert_int_equal(seal_pk_load(k->pk, pk, NULL), ERR_OK);
	assert_int_equal(factor_binding(account, binding, NULL), ERR_OK);
	assert_int_equal(secret_set(&s, key, strlen(key)), ERR_OK);
	assert_int_equal(
	    seal_box(pk, binding, &s, k->box, &k->box_n, NULL), ERR_OK);
	secret_clear(&s);
}

static int
setup(void **state)
{
	struct keys *k = calloc(1, sizeof(*k));

	snprintf(k->dir, sizeof(k->dir), "/tmp/test_totp.XXXXXX");
	if (mkdtemp(k->dir) == NULL)
		return -1;
	snprintf(k->pk, sizeof(k->pk), "%s/pk", k->dir);
	snprintf(k->sk, sizeof(k->sk), "%s/sk", k->dir);
	k->conf.seal_pk = k->pk;
	k->conf.seal_sk = k->sk;
	if (seal_keys_write(k->pk, k->sk, NULL) != ERR_OK ||
	    unseal_new(&k->u, &k->conf, NULL) != ERR_OK)
		return -1;
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	struct keys *k = *state;

	unseal_free(k->u);
	unlink(k->pk);
	unlink(k->sk);
	rmdir(k->dir);
	free(k);
	return 0;
}

static enum err
check(struct keys *k, const char *account, const char *code, int64_t at,
    uint64_t *step)
{
	struct errinfo ei = {ERR_OK, ""};

	return totp_check(k->u, account, code, k->box, k->box_n, at, step, &ei);
}

static void
test_vectors(void **state)
{
	static const struct {
		int64_t at;
		const char *code;
	} rows[] = {
	    {59, "287082"},
	    {1111111109, "081804"},
	    {1111111111, "050471"},
	    {1234567890, "005924"},
	    {2000000000, "279037"},
	    {20000000000, "353130"},
	};
	struct keys *k = *state;
	uint64_t step;
	size_t i;

	seal(k, "boss", RFC_KEY);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    check(k, "boss", rows[i].code, rows[i].at, &step), ERR_OK);
		assert_int_equal(step, rows[i].at / FACTOR_STEP_S);
		/* A clock that is one step off, and not two. */
		assert_int_equal(check(k, "boss", rows[i].code,
				     rows[i].at + FACTOR_STEP_S, &step),
		    ERR_OK);
		assert_int_equal(step, rows[i].at / FACTOR_STEP_S);
		assert_int_equal(check(k, "boss", rows[i].code,
				     rows[i].at + 3 * FACTOR_STEP_S, &step),
		    ERR_AUTH);
	}
}

static void
test_refused(void **state)
{
	static const char *const codes[] = {
	    "", "28708", "2870822", "28708a", "287083", "-87082"};
	struct keys *k = *state;
	uint64_t step = 7;
	size_t i;

	seal(k, "boss", RFC_KEY);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(
		    check(k, "boss", codes[i], 59, &step), ERR_AUTH);
	/* Somebody else's key, put into this account's row. */
	assert_int_equal(check(k, "other", "287082", 59, &step), ERR_BOUND);
	k->box[10] ^= 1;
	assert_int_equal(check(k, "boss", "287082", 59, &step), ERR_AUTH);
	/* A box that holds a password is not a key. */
	seal(k, "boss", "short");
	assert_int_equal(check(k, "boss", "287082", 59, &step), ERR_BOUND);
	assert_int_equal(step, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_vectors, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
