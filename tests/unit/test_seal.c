#include "tests/harness/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/seal.h"
#include "common/str.h"

static unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN];
static char dir[TEST_DIR_MAX];

static int
setup(void **state)
{
	(void)state;
	tmp_dir_make(dir);
	return seal_keypair(pk, sk) == ERR_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_dir_remove(dir);
	return 0;
}

static const struct seal_binding sample = {
    .record_id = "r1",
    .kind = "exchange",
    .account = "LAB\\svc",
    .target = "direct:mail.lab.example",
    .tls = "yes,yes",
    .auth = "ntlm,basic",
};

static void
test_binding_text(void **state)
{
	char out[SEAL_BINDING_MAX], other[SEAL_BINDING_MAX];
	static char big[SEAL_BINDING_MAX];
	struct seal_binding b = sample;
	struct errinfo ei;

	(void)state;
	assert_ok(seal_binding_text(&b, out, &ei));
	assert_string_equal(out, "record=r1\nkind=exchange\naccount=LAB\\svc\n"
				 "target=direct:mail.lab.example\ntls=yes,yes\n"
				 "auth=ntlm,basic\n");
	/* A value cannot forge the line of another. */
	b.account = "x\ntarget=evil";
	assert_err(seal_binding_text(&b, other, &ei), ERR_ARG);
	assert_contains(ei.text, "account");
	memset(big, 'a', sizeof(big) - 1);
	b.account = big;
	assert_err(seal_binding_text(&b, other, &ei), ERR_TOOBIG);
	b.account = "";
	assert_ok(seal_binding_text(&b, other, &ei));
	assert_string_not_equal(out, other);
}

static void
test_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 16, 1024, SECRET_MAX};
	static unsigned char raw[SECRET_MAX];
	unsigned char box[SEAL_BOX_MAX], again[SEAL_BOX_MAX];
	struct secret in = SECRET_INIT, out = SECRET_INIT;
	struct errinfo ei;
	size_t i, n, n2;

	(void)state;
	memset(raw, 0xa5, sizeof(raw));
	for (i = 0; i < N_OF(sizes); i++) {
		assert_ok(secret_set(&in, raw, sizes[i]));
		assert_ok(seal_box(pk, "a=b\n", &in, box, &n, &ei));
		assert_true(n <= SEAL_BOX_MAX);
		assert_ok(seal_open(pk, sk, "a=b\n", box, n, &out, &ei));
		assert_true(secret_equal(&in, &out));
	}
	/* The same twice gives two boxes: equal passwords do not show. */
	assert_ok(seal_box(pk, "a=b\n", &in, again, &n2, &ei));
	assert_int_equal(n, n2);
	assert_memory_not_equal(box, again, n);
	secret_clear(&in);
	secret_clear(&out);
}

static void
test_longest_binding(void **state)
{
	static char binding[SEAL_BINDING_MAX + 2];
	unsigned char box[SEAL_BOX_MAX];
	struct secret in = SECRET_INIT, out = SECRET_INIT;
	static char raw[SECRET_MAX];
	size_t n;

	(void)state;
	memset(binding, 'b', SEAL_BINDING_MAX);
	assert_ok(secret_set(&in, raw, sizeof(raw)));
	assert_ok(seal_box(pk, binding, &in, box, &n, NULL));
	assert_ok(seal_open(pk, sk, binding, box, n, &out, NULL));
	assert_true(secret_equal(&in, &out));
	binding[SEAL_BINDING_MAX] = 'b';
	assert_err(seal_box(pk, binding, &in, box, &n, NULL), ERR_TOOBIG);
	secret_clear(&in);
	secret_clear(&out);
}

static void
test_refused(void **state)
{
	unsigned char box[SEAL_BOX_MAX], pk2[SEAL_PK_LEN], sk2[SEAL_SK_LEN];
	struct secret in = SECRET_INIT, out = SECRET_INIT;
	struct errinfo ei;
	size_t n, i;

	(void)state;
	assert_ok(secret_set(&in, "hunter2", 7));
	assert_ok(seal_keypair(pk2, sk2));
	assert_ok(seal_box(pk, "record=1\n", &in, box, &n, &ei));
	assert_err(
	    seal_open(pk, sk, "record=2\n", box, n, &out, &ei), ERR_BOUND);
	assert_null(out.p);
	assert_lacks(ei.text, "hunter2");
	assert_err(
	    seal_open(pk, sk, "record=1\nx", box, n, &out, &ei), ERR_BOUND);
	assert_err(seal_open(pk, sk, "", box, n, &out, &ei), ERR_BOUND);
	/* Part of the secret cannot be passed off as part of a binding. */
	assert_err(
	    seal_open(pk, sk, "record=1\nhun", box, n, &out, &ei), ERR_BOUND);
	assert_err(
	    seal_open(pk2, sk2, "record=1\n", box, n, &out, &ei), ERR_AUTH);
	assert_err(
	    seal_open(pk, sk2, "record=1\n", box, n, &out, &ei), ERR_AUTH);
	for (i = 0; i < n; i++)
		assert_err(seal_open(pk, sk, "record=1\n", box, i, &out, &ei),
		    ERR_AUTH);
	for (i = 0; i < n; i++) {
		box[i] ^= 1;
		assert_err(seal_open(pk, sk, "record=1\n", box, n, &out, &ei),
		    ERR_AUTH);
		box[i] ^= 1;
	}
	assert_err(
	    seal_open(pk, sk, "record=1\n", box, SEAL_BOX_MAX + 1, &out, &ei),
	    ERR_AUTH);
	assert_null(out.p);
	secret_clear(&in);
}

static void
test_keys(void **state)
{
	unsigned char a[SEAL_PK_LEN], b[SEAL_SK_LEN], box[SEAL_BOX_MAX];
	char pk_path[TEST_DIR_MAX + 16], sk_path[TEST_DIR_MAX + 16];
	struct secret in = SECRET_INIT, out = SECRET_INIT;
	struct errinfo ei;
	struct stat st;
	size_t n;

	(void)state;
	(void)snprintf(pk_path, sizeof(pk_path), "%s/pk", dir);
	(void)snprintf(sk_path, sizeof(sk_path), "%s/sk", dir);
	assert_ok(seal_keys_write(pk_path, sk_path, &ei));
	assert_int_equal(stat(sk_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(pk_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_ok(seal_pk_load(pk_path, a, &ei));
	assert_ok(seal_sk_load(sk_path, b, &ei));
	assert_ok(secret_set(&in, "x", 1));
	assert_ok(seal_box(a, "b", &in, box, &n, &ei));
	assert_ok(seal_open(a, b, "b", box, n, &out, &ei));
	/* One in the place of the other. */
	assert_err(seal_pk_load(sk_path, a, &ei), ERR_ARG);
	assert_err(seal_sk_load(pk_path, b, &ei), ERR_ARG);
	/* A key that is there is never replaced. */
	assert_err(seal_keys_write(pk_path, sk_path, &ei), ERR_EXISTS);
	assert_int_equal(unlink(sk_path), 0);
	assert_err(seal_keys_write(pk_path, sk_path, &ei), ERR_EXISTS);
	assert_int_equal(access(sk_path, F_OK), -1);
	assert_err(seal_sk_load(sk_path, b, &ei), ERR_NOTFOUND);
	secret_clear(&in);
	secret_clear(&out);
}

static void
test_bad_key_files(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
	    {"", 0},
	    {"calconn-seal-pk 1 ", 18},
	    {"calconn-seal-pk 2 "
	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		63},
	    {"calconn-seal-pk 1 "
	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n",
		63},
	    {"calconn-seal-pk 1 "
	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		63},
	    {"calconn-seal-pk 1 "
	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nx",
		64},
	    {"calconn-seal-pk 1 "
	     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\0x",
		64},
	    {"calconn-seal-pk 1 ????\n", 23},
	};
	char path[TEST_DIR_MAX + 16];
	unsigned char key[SEAL_PK_LEN];
	size_t i;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/bad", dir);
	for (i = 0; i < N_OF(rows); i++) {
		tmp_file(path, rows[i].text, rows[i].n);
		assert_err(seal_pk_load(path, key, NULL), ERR_ARG);
	}
	tmp_file(path,
	    "calconn-seal-pk 1 "
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    62);
	assert_ok(seal_pk_load(path, key, NULL));
}

static enum err
seal_and_open(void *arg)
{
	unsigned char box[SEAL_BOX_MAX];
	struct secret in = SECRET_INIT, out = SECRET_INIT;
	size_t n;
	enum err e;

	(void)arg;
	if ((e = secret_set(&in, "hunter2", 7)) != ERR_OK)
		goto out;
	if ((e = seal_box(pk, "b", &in, box, &n, NULL)) != ERR_OK)
		goto out;
	e = seal_open(pk, sk, "b", box, n, &out, NULL);
out:
	secret_clear(&in);
	secret_clear(&out);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(seal_and_open, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_binding_text),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_longest_binding),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_bad_key_files),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
