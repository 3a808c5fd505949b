/* keywrap.c: the opening key under a passphrase, and boxes that change
 * their key. */
#include "tests/harness/test.h"

#include <sodium.h>

#include "common/keywrap.h"
#include "common/secret.h"

#define BINDING "record=1\nkind=exchange\n"

static struct secret
secret(const char *text)
{
	struct secret s = SECRET_INIT;

	assert_ok(secret_set(&s, text, strlen(text)));
	return s;
}

static void
wrapped_and_opened(void **state)
{
	struct secret good = secret("correct horse battery"),
		      bad = secret("correct horse batterz"),
		      brief = secret("too short");
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN], pk2[SEAL_PK_LEN];
	unsigned char sk2[SEAL_SK_LEN], w[KEYWRAP_LEN];
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	(void)state;
	assert_ok(seal_keypair(pk, sk));
	assert_err(keywrap_make(sk, &brief, w, &ei), ERR_ARG);
	assert_ok(keywrap_make(sk, &good, w, &ei));
	assert_ok(keywrap_open(w, sizeof(w), &good, pk2, sk2, &ei));
	assert_memory_equal(pk, pk2, sizeof(pk));
	assert_memory_equal(sk, sk2, sizeof(sk));
	assert_err(keywrap_open(w, sizeof(w), &bad, pk2, sk2, &ei), ERR_AUTH);
	assert_err(keywrap_open(w, sizeof(w) - 1, &good, pk2, sk2, &ei),
	    ERR_UNSUPPORTED);
	/* What it asks for is limited before it is tried. */
	for (i = 17; i < 25; i++) {
		unsigned char was = w[i];

		w[i] = 0xff;
		assert_err(keywrap_open(w, sizeof(w), &good, pk2, sk2, &ei),
		    ERR_UNSUPPORTED);
		w[i] = was;
	}
	w[sizeof(w) - 1] ^= 1;
	assert_err(keywrap_open(w, sizeof(w), &good, pk2, sk2, &ei), ERR_AUTH);
	secret_clear(&good);
	secret_clear(&bad);
	secret_clear(&brief);
}

static void
a_box_keeps_its_binding(void **state)
{
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN], pk2[SEAL_PK_LEN];
	unsigned char sk2[SEAL_SK_LEN], box[SEAL_BOX_MAX], moved[SEAL_BOX_MAX];
	struct secret password = secret("Canary"), out = SECRET_INIT;
	struct errinfo ei = {ERR_OK, ""};
	size_t n = 0, n2 = 0;

	(void)state;
	assert_ok(seal_keypair(pk, sk));
	assert_ok(seal_keypair(pk2, sk2));
	assert_ok(seal_box(pk, BINDING, &password, box, &n, &ei));
	assert_ok(keywrap_reseal(pk, sk, box, n, pk2, moved, &n2));
	assert_ok(seal_open(pk2, sk2, BINDING, moved, n2, &out, &ei));
	assert_string_equal(secret_peek(&out), "Canary");
	assert_err(
	    seal_open(pk2, sk2, "record=2\n", moved, n2, &out, &ei), ERR_BOUND);
	assert_err(seal_open(pk, sk, BINDING, moved, n2, &out, &ei), ERR_AUTH);
	box[n - 1] ^= 1;
	assert_err(keywrap_reseal(pk, sk, box, n, pk2, moved, &n2), ERR_AUTH);
	assert_err(keywrap_reseal(pk, sk, box, 10, pk2, moved, &n2), ERR_AUTH);
	secret_clear(&password);
	secret_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrapped_and_opened),
	    cmocka_unit_test(a_box_keeps_its_binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
