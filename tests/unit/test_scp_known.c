#include "tests/harness/test.h"

#include "backend/engine/scp_known.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

static void
put(struct scp_known *k, const char *domain, const char *url, uint64_t life_ms)
{
	struct msg_scp_url u = {0};
	struct msg_scp_result r = {.urls = &u, .urls_n = 1};
	char *copy = xstrdup(url);

	u.url = copy;
	scp_known_put(k, domain, &r, life_ms);
	mem_free(copy);
}

static void
test_by_domain(void **state)
{
	struct scp_known k = {0};
	const struct strlist *l;

	(void)state;
	assert_null(scp_known_get(&k, "lab.example"));
	put(&k, "lab.example", "https://a/", 60000);
	put(&k, "other.example", "https://b/", 60000);
	l = scp_known_get(&k, "LAB.example");
	assert_non_null(l);
	assert_int_equal(l->n, 1);
	assert_string_equal(l->v[0], "https://a/");
	/* The same domain again takes the place of what was there. */
	put(&k, "Lab.Example", "https://c/", 60000);
	l = scp_known_get(&k, "lab.example");
	assert_int_equal(l->n, 1);
	assert_string_equal(l->v[0], "https://c/");
	assert_int_equal(k.n, 2);
	/* A fault is remembered as nothing. */
	scp_known_put(&k, "other.example", NULL, 60000);
	assert_int_equal(scp_known_get(&k, "other.example")->n, 0);
	assert_null(scp_known_get(&k, "third.example"));
	scp_known_clear(&k);
	assert_null(scp_known_get(&k, "lab.example"));
}

static void
test_lives(void **state)
{
	struct scp_known k = {0};

	(void)state;
	put(&k, "lab.example", "https://a/", 0);
	assert_null(scp_known_get(&k, "lab.example"));
	assert_int_equal(k.n, 1);
	scp_known_clear(&k);
}

static void
test_full(void **state)
{
	struct scp_known k = {0};
	char domain[32];
	unsigned i;

	(void)state;
	for (i = 0; i < SCP_KNOWN_MAX; i++) {
		(void)snprintf(domain, sizeof(domain), "d%u.example", i);
		put(&k, domain, "https://a/", i == 7 ? 30000 : 60000 + i);
	}
	put(&k, "new.example", "https://n/", 60000);
	assert_int_equal(k.n, SCP_KNOWN_MAX);
	assert_null(scp_known_get(&k, "d7.example"));
	assert_non_null(scp_known_get(&k, "d8.example"));
	assert_string_equal(
	    scp_known_get(&k, "new.example")->v[0], "https://n/");
	scp_known_clear(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_by_domain),
	    cmocka_unit_test(test_lives),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
