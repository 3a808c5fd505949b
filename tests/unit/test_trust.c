/* trust.c: what may be typed, and which rule holds for a host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/trust.h"

static const struct {
	const char *typed, *pattern; /* NULL: refused */
} patterns[] = {
    {"mail.example.org", "mail.example.org"},
    {"  Mail.Example.ORG. ", "mail.example.org"},
    {"https://mail.example.org/autodiscover/autodiscover.xml",
	"mail.example.org"},
    {"HTTPS://MAIL.example.org:443", "mail.example.org"},
    {"https://mail.example.org:8443/", NULL},
    {"https://mail.example.org:4430/", NULL},
    {"http://mail.example.org/", NULL},
    {"ftp://mail.example.org/", NULL},
    {"https://a@mail.example.org/", NULL},
    {"a@mail.example.org", NULL},
    {"mail.example.org/path", NULL},
    {"mail.example.org:443", NULL},
    {"10.1.2.3", "10.1.2.3"},
    {"2001:db8::1", "[2001:db8::1]"},
    {"https://[2001:db8::1]/x", "[2001:db8::1]"},
    {"https://[2001:db8::1]:443/x", "[2001:db8::1]"},
    {"https://[2001:db8::1]:444/x", NULL},
    {"*.example.org", "*.example.org"},
    {"https://*.example.org/x", "*.example.org"},
    {"*.org", NULL},
    {"*", NULL},
    {"*.*.example.org", NULL},
    {"mail.*.org", NULL},
    {"m*.example.org", NULL},
    {"*example.org", NULL},
    {"*.0.0.1", NULL},
    {"", NULL},
    {"mail example.org", NULL},
    {"mail\nexample.org", NULL},
};

static void
takes_patterns(void **state)
{
	char out[TRUST_PATTERN_MAX];
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		enum err e =
		    trust_pattern(patterns[i].typed, out, sizeof(out), &ei);

		if ((e == ERR_OK) != (patterns[i].pattern != NULL))
			fail_msg("\"%s\": %d", patterns[i].typed, (int)e);
		if (e == ERR_OK)
			assert_string_equal(out, patterns[i].pattern);
		else
			assert_true(ei.text[0] != '\0');
	}
}

#define P(s) .pattern = (char *)(uintptr_t)(s)
static struct trust_rule rules[] = {
    {P("*.example.org"), .state = TRUST_BLOCKED},
    {P("mail.example.org"), .state = TRUST_ALLOWED},
    {P("other.example"), .state = TRUST_ALLOWED},
    {P("[2001:db8::1]"), .state = TRUST_ALLOWED},
};
static const struct trust_list list = {rules, 4};

static const struct {
	const char *host;
	enum trust want;
} hosts[] = {
    {"mail.example.org", TRUST_ALLOWED},
    {"MAIL.example.org", TRUST_ALLOWED},
    {"mail.example.org.", TRUST_ALLOWED},
    {"www.example.org", TRUST_BLOCKED},
    {"www.example.org.", TRUST_BLOCKED},
    {"a.www.example.org", TRUST_PENDING},
    {"example.org", TRUST_PENDING},
    {".example.org", TRUST_PENDING},
    {"www.example.org.evil.example", TRUST_PENDING},
    {"evilexample.org", TRUST_PENDING},
    {"other.example", TRUST_ALLOWED},
    {"x.other.example", TRUST_PENDING},
    {"another.example", TRUST_PENDING},
    {"[2001:db8::1]", TRUST_ALLOWED},
    {"", TRUST_PENDING},
    {".", TRUST_PENDING},
    {"*.example.org", TRUST_BLOCKED},
};

static void
judges_hosts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (trust_judge(&list, hosts[i].host) != hosts[i].want)
			fail_msg("%s: %s", hosts[i].host,
			    trust_name(trust_judge(&list, hosts[i].host)));
}

static void
compares_lists(void **state)
{
	struct trust_rule r = rules[0];
	struct trust_list a = {&r, 1}, b = {rules, 1}, none = {NULL, 0};

	(void)state;
	assert_true(trust_is_same(&a, &b));
	assert_false(trust_is_same(&a, &none));
	r.state = TRUST_ALLOWED;
	assert_false(trust_is_same(&a, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_patterns),
	    cmocka_unit_test(judges_hosts),
	    cmocka_unit_test(compares_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
