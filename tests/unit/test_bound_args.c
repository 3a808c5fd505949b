/* bound_args.c: fields and the secret of a kind of bound.h, as calconnctl
 * takes them.  What is typed is played here. */
#include "tests/harness/test.h"

#include <sodium.h>

#include "backend/ctl/bound_args.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/password.h"
#include "common/bound.h"
#include "common/seal.h"
#include "common/secret.h"

#define URL "https://hook.lab.example/alarms"
#define OTHER "https://other.lab.example/alarms"
#define KEY "0123456789abcdef0123456789abcdef"

static const char *typed; /* NULL: no secret was given */
static char wrong[256]; /* "key " of each problem */

void
ctl_problem(void *ctl, const char *key, const char *text)
{
	struct ctl *c = ctl;

	assert_true(text[0] != '\0');
	c->problems_n++;
	(void)snprintf(
	    wrong + strlen(wrong), sizeof(wrong) - strlen(wrong), "%s ", key);
}

enum err
password_read(struct ctl *c, bool twice, const char *prompt, struct secret *out,
    bool *given, struct errinfo *ei)
{
	(void)c;
	(void)twice;
	(void)prompt;
	(void)ei;
	*given = typed != NULL;
	return *given ? secret_set(out, typed, strlen(typed)) : ERR_OK;
}

static char dir[TEST_DIR_MAX], pk_path[TEST_DIR_MAX + 8],
    sk_path[TEST_DIR_MAX + 8];

static int
up(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	tmp_dir_make(dir);
	(void)snprintf(pk_path, sizeof(pk_path), "%s/pk", dir);
	(void)snprintf(sk_path, sizeof(sk_path), "%s/sk", dir);
	return seal_keys_write(pk_path, sk_path, NULL) == ERR_OK ? 0 : -1;
}

static int
down(void **state)
{
	(void)state;
	tmp_dir_remove(dir);
	return 0;
}

/* The problems, as "key key ". */
static const char *
take(struct bound *b, const char *key, const char *value, const char *secret)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ctl c;

	memset(&c, 0, sizeof(c));
	c.conf.seal_pk = pk_path;
	wrong[0] = '\0';
	typed = secret;
	if (key != NULL) {
		assert_int_equal(strlist_add(&c.args.keys, key), ERR_OK);
		assert_int_equal(strlist_add(&c.args.values, value), ERR_OK);
	}
	assert_int_equal(bound_args_take(&c, b, "Key", &ei), ERR_OK);
	strlist_clear(&c.args.keys);
	strlist_clear(&c.args.values);
	return wrong;
}

static void
test_sealed_and_bound(void **state)
{
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN];
	struct secret opened = SECRET_INIT;
	char binding[SEAL_BINDING_MAX];
	struct bound b;

	(void)state;
	bound_init(&b, BOUND_WEBHOOK);
	assert_string_equal(take(&b, "url", URL, KEY), "");
	assert_true(b.box.n > 0 && b.secret_set_s > 0);
	assert_int_equal(
	    bound_binding(&b, binding, sizeof(binding), NULL), ERR_OK);
	assert_non_null(strstr(binding, "hook.lab.example"));
	assert_int_equal(seal_pk_load(pk_path, pk, NULL), ERR_OK);
	assert_int_equal(seal_sk_load(sk_path, sk, NULL), ERR_OK);
	assert_int_equal(
	    seal_open(pk, sk, binding, b.box.p, b.box.n, &opened, NULL),
	    ERR_OK);
	assert_string_equal(secret_peek(&opened), KEY);
	/* Another address with the old key is refused, with a new one not. */
	assert_string_equal(take(&b, "url", OTHER, NULL), "url ");
	assert_string_equal(take(&b, "url", OTHER, KEY), "");
	assert_string_equal(take(&b, "use_proxy", "yes", NULL), "");
	secret_clear(&opened);
	bound_clear(&b);
}

static void
test_refused(void **state)
{
	struct bound b;

	(void)state;
	bound_init(&b, BOUND_WEBHOOK);
	assert_string_equal(take(&b, "nonsense", "1", KEY), "nonsense ");
	assert_int_equal(b.box.n, 0); /* nothing is sealed beside a problem */
	assert_string_equal(take(&b, "url", URL, ""), "secret ");
	assert_int_equal(b.box.n, 0);
	bound_clear(&b);
	bound_init(&b, BOUND_SYSLOG);
	(void)take(&b, "host", "log.lab.example", "no secret");
	assert_non_null(strstr(wrong, "transport "));
	assert_int_equal(b.box.n, 0);
	bound_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sealed_and_bound),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, up, down);
}
