/* unseal.c: boxes are opened for what they are bound to, and nothing else. */
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

#include "backend/manager/unseal.h"
#include "common/conf.h"
#include "common/seal.h"
#include "common/secret.h"

#define BINDING "record=1\naccount=svc@lab.example\nhost=mail.lab.example\n"
#define PASSWORD "correct horse"

struct keys {
	char dir[64], pk[96], sk[96], other_pk[96], other_sk[96];
	struct conf conf;
	struct unseal *u;
	unsigned char box[SEAL_BOX_MAX];
	size_t box_len;
};

static int
setup(void **state)
{
	struct keys *k = calloc(1, sizeof(*k));
	unsigned char pk[SEAL_PK_LEN];
	struct secret s = SECRET_INIT;

	snprintf(k->dir, sizeof(k->dir), "/tmp/test_unseal.XXXXXX");
	if (mkdtemp(k->dir) == NULL)
		return -1;
	snprintf(k->pk, sizeof(k->pk), "%s/pk", k->dir);
	snprintf(k->sk, sizeof(k->sk), "%s/sk", k->dir);
	snprintf(k->other_pk, sizeof(k->other_pk), "%s/pk2", k->dir);
	snprintf(k->other_sk, sizeof(k->other_sk), "%s/sk2", k->dir);
	k->conf.seal_pk = k->pk;
	k->conf.seal_sk = k->sk;
	if (seal_keys_write(k->pk, k->sk, NULL) != ERR_OK ||
	    seal_keys_write(k->other_pk, k->other_sk, NULL) != ERR_OK ||
	    unseal_new(&k->u, &k->conf, NULL) != ERR_OK ||
	    seal_pk_load(k->pk, pk, NULL) != ERR_OK ||
	    secret_set(&s, PASSWORD, strlen(PASSWORD)) != ERR_OK ||
	    seal_box(pk, BINDING, &s, k->box, &k->box_len, NULL) != ERR_OK)
		return -1;
	secret_clear(&s);
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
	unlink(k->other_pk);
	unlink(k->other_sk);
	rmdir(k->dir);
	free(k);
	return 0;
}

static void
opens_what_is_bound(void **state)
{
	struct keys *k = *state;
	struct secret s = SECRET_INIT;

	assert_int_equal(
	    unseal_open(k->u, BINDING, k->box, k->box_len, &s, NULL), ERR_OK);
	assert_string_equal(secret_peek(&s), PASSWORD);
	secret_clear(&s);
}

static const struct {
	const char *binding;
	enum err want;
} rows[] = {
    {"", ERR_BOUND},
    {NULL, ERR_BOUND},
    {"record=1\naccount=svc@lab.example\nhost=evil.example\n", ERR_BOUND},
    {BINDING "x", ERR_BOUND},
    {"record=1", ERR_BOUND},
};

static void
refuses_every_other_binding(void **state)
{
	struct keys *k = *state;
	struct secret s = SECRET_INIT;
	struct errinfo ei;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(unseal_open(k->u, rows[i].binding, k->box,
				     k->box_len, &s, &ei),
		    rows[i].want);
		assert_null(s.p);
		assert_null(strstr(ei.text, PASSWORD));
	}
}

static void
refuses_damage(void **state)
{
	struct keys *k = *state;
	struct secret s = SECRET_INIT;
	size_t i;

	for (i = 0; i < k->box_len; i += 7) {
		k->box[i] ^= 0x40;
		assert_int_equal(
		    unseal_open(k->u, BINDING, k->box, k->box_len, &s, NULL),
		    ERR_AUTH);
		k->box[i] ^= 0x40;
		assert_int_equal(
		    unseal_open(k->u, BINDING, k->box, i, &s, NULL), ERR_AUTH);
	}
	assert_null(s.p);
}

static void
needs_its_own_key(void **state)
{
	struct keys *k = *state;
	struct secret s = SECRET_INIT;
	struct conf c = k->conf;
	struct unseal *u = NULL;
	struct errinfo ei;

	c.seal_pk = k->other_pk;
	c.seal_sk = k->other_sk;
	assert_int_equal(unseal_new(&u, &c, NULL), ERR_OK);
	assert_int_equal(
	    unseal_open(u, BINDING, k->box, k->box_len, &s, NULL), ERR_AUTH);
	unseal_free(u);
	u = NULL;
	c.seal_sk = k->dir; /* no file */
	assert_int_not_equal(unseal_new(&u, &c, &ei), ERR_OK);
	assert_null(u);
	assert_true(*ei.text != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_what_is_bound),
	    cmocka_unit_test(refuses_every_other_binding),
	    cmocka_unit_test(refuses_damage),
	    cmocka_unit_test(needs_its_own_key),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
