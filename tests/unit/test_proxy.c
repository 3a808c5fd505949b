#include "tests/harness/test.h"

#include "backend/net/cred_bound.h"
#include "backend/net/creds.h"
#include "backend/net/proxy.h"
#include "common/failure.h"
#include "common/ipc.h"

/* Of a proxy that was found and reached, unless said otherwise. */
static const struct {
	struct proxy_answer a;
	const char *want; /* NULL: not the proxy's fault */
} rows[] = {
    {{.status = 200, .was_resolved = true, .was_connected = true}, NULL},
    {{.status = 204, .was_resolved = true, .was_connected = true}, NULL},
    {{.was_resolved = false}, "proxy-name"},
    {{.was_resolved = true}, "proxy-connect"},
    {{.was_resolved = true, .is_timeout = true}, "proxy-connect"},
    {{.was_resolved = true, .was_connected = true}, "proxy-closed"},
    {{.was_resolved = true, .was_connected = true, .is_timeout = true},
	"proxy-timeout"},
    {{.was_resolved = true, .was_connected = true, .is_reused = true}, NULL},
    {{.status = 407, .wants_basic = true}, "proxy-auth"},
    {{.status = 407, .wants_basic = true, .had_user = true}, "proxy-password"},
    {{.status = 407}, "proxy-scheme"},
    {{.status = 407, .had_user = true}, "proxy-scheme"},
    {{.status = 403}, "proxy-denied"},
    {{.status = 405}, "proxy-no-connect"},
    {{.status = 302}, "proxy-denied"},
    {{.status = 500}, "proxy-upstream"},
    {{.status = 502}, "proxy-upstream"},
    {{.status = 503}, "proxy-upstream"},
    {{.status = 504}, "proxy-gateway-timeout"},
    {{.status = 999}, "proxy-denied"},
};

static void
test_names(void **state)
{
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		got = proxy_failure(&rows[i].a);
		if (rows[i].want == NULL) {
			assert_null(got);
			continue;
		}
		assert_string_equal(got, rows[i].want);
		assert_non_null(failure_find(got));
	}
}

#define PROXY_TEXT                                              \
	"record=proxy\nkind=proxy\naccount=me\ntarget=" TARGET_ \
	"\ntls=-\nauth=basic\n"
#define TARGET_ "proxy:proxy.lab.example;port=3128"

static void
test_bound(void **state)
{
	static const char *const bad[] = {
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=proxy:p.example\ntls=-\nauth=basic\n",
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=proxy:p.example;port=0\ntls=-\nauth=basic\n",
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=proxy:p.example;port=70000\ntls=-\nauth=basic\n",
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=proxy:;port=80\ntls=-\nauth=basic\n",
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=direct:p.example;port=80\ntls=-\nauth=basic\n",
	    "record=proxy\nkind=proxy\naccount=me\n"
	    "target=proxy:p.example;port=80\ntls=-\nauth=ntlm,basic\n",
	};
	struct msg_access via = {.auth_basic = true, .tls_verify = true};
	struct msg_scp_job scp = {.domain = (char *)(uintptr_t) "lab.example"};
	struct cred_bound b;
	size_t i;

	(void)state;
	assert_int_equal(cred_bound_parse(&b, PROXY_TEXT), ERR_OK);
	assert_null(cred_bound_proxy(&b, "Proxy.lab.example", 3128));
	assert_non_null(cred_bound_proxy(&b, "proxy.lab.example", 3129));
	assert_non_null(cred_bound_proxy(&b, "other.lab.example", 3128));
	/* Never to a server or a directory. */
	assert_non_null(
	    cred_bound_http(&b, &via, "proxy.lab.example", 443, ""));
	assert_non_null(cred_bound_ldap(&b, &scp, false));
	for (i = 0; i < N_OF(bad); i++)
		assert_int_equal(cred_bound_parse(&b, bad[i]), ERR_BOUND);
	assert_int_equal(
	    cred_bound_parse(&b,
		"record=1\nkind=exchange\naccount=a\n"
		"target=direct:proxy.lab.example;type=2019;proxy=no\n"
		"tls=https=yes;ldap=-\nauth=basic\n"),
	    ERR_OK);
	assert_non_null(cred_bound_proxy(&b, "proxy.lab.example", 3128));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
