#include "tests/harness/test.h"

#include "common/ldap_filter.h"
#include "common/settings.h"

static const char *const good[] = {
    "(cn=*)",
    ("(&(objectCategory=person)(objectClass=user)(mail=*)"
     "(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"),
    "(|(sn=A*)(sn>=M)(sn<=Z)(sn~=x))",
    "(cn:dn:2.4.6.8.10:=Dino)",
    "(:caseExactMatch:=Wilma)",
    "(cn:=x)",
    "(sn;lang-tr=\xc5\x9e*)",
    "(o=\\28x\\29 \\2a \\5c)",
    "(seeAlso=)",
    "(2.5.4.0=x)",
    "(&)",
    "(|)",
    "(!(!(a=b)))",
};

static const struct {
	const char *text, *says;
} bad[] = {
    {"", "character 1"},
    {"cn=*", "character 1"},
    {"(cn=*", "character 6"},
    {"(cn=*)(mail=*)", "character 7"},
    {"(cn=*)x", "character 7"},
    {"(cn=a(b)", "\\28"},
    {"(cn=\\zz)", "hexadecimal"},
    {"(cn=\\2)", "hexadecimal"},
    {"(cn=\\", "hexadecimal"},
    {"(=x)", "attribute"},
    {"(c n=x)", "expected"},
    {"(cn)", "expected"},
    {"(cn<x)", "expected"},
    {"(cn;=x)", "attribute"},
    {"(:=x)", "expected"},
    {"(:dn:=x)", "expected"},
    {"(!)", "opening bracket"},
    {"(&(cn=x)y)", "closing bracket"},
    {"(\xc5\x9e"
     "n=x)",
	"character 2"},
    {"(cn=\xff)", "UTF-8"},
    {"(cn=a\nb)", "one line"},
};

static void
test_filters(void **state)
{
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_err(ldap_filter_check(good[i], &ei), ERR_OK);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_err(ldap_filter_check(bad[i].text, &ei), ERR_ARG);
		assert_contains(ei.text, bad[i].says);
	}
}

/* Appends at *n. */
static void
add(char *to, size_t size, size_t *n, const char *text)
{
	*n += (size_t)snprintf(to + *n, size - *n, "%s", text);
}

/* Neither deep nor long ones cost more than they are. */
static void
test_limits(void **state)
{
	char deep[LDAP_FILTER_MAX + 2];
	struct errinfo ei;
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < LDAP_FILTER_DEPTH; i++)
		add(deep, sizeof deep, &n, "(!");
	add(deep, sizeof deep, &n, "(a=b)");
	assert_err(ldap_filter_check(deep, &ei), ERR_ARG);
	assert_contains(ei.text, "16 deep");

	n = 0;
	add(deep, sizeof deep, &n, "(|");
	for (i = 0; i <= LDAP_FILTER_ITEMS; i++)
		add(deep, sizeof deep, &n, "(a=b)");
	add(deep, sizeof deep, &n, ")");
	assert_err(ldap_filter_check(deep, &ei), ERR_ARG);
	assert_contains(ei.text, "128");

	memset(deep, 'x', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	assert_err(ldap_filter_check(deep, &ei), ERR_TOOBIG);
}

static void
test_bases_and_attributes(void **state)
{
	static const char *const bases[] = {"DC=lab,DC=example",
	    "OU=\xc3\x87\xc4\xb1rak, OU=Staff,DC=example,DC=com",
	    "CN=a\\,b+UID=1,O=x", "2.5.4.3=x", "OU=\\C3\\87"};
	static const char *const not_bases[] = {"x", "=x", "OU=a,,O=b",
	    "OU=a;b", "OU=a\\", "OU=a\\x", "OU=a,", "OU\n=a"};
	static const char *const attrs[] = {
	    "mail", "sn;lang-tr", "1.2.840.113556.1.4.48", "x-y2"};
	static const char *const not_attrs[] = {
	    "", "2x", "a b", "a=b", "a;", "1..2", ".1", "\xc5\x9e", "-a"};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bases / sizeof bases[0]; i++)
		assert_err(ldap_base_check(bases[i], &ei), ERR_OK);
	for (i = 0; i < sizeof not_bases / sizeof not_bases[0]; i++)
		assert_err(ldap_base_check(not_bases[i], &ei), ERR_ARG);
	for (i = 0; i < sizeof attrs / sizeof attrs[0]; i++)
		assert_err(ldap_attr_check(attrs[i], &ei), ERR_OK);
	for (i = 0; i < sizeof not_attrs / sizeof not_attrs[0]; i++)
		assert_err(ldap_attr_check(not_attrs[i], &ei), ERR_ARG);
}

static void
test_times(void **state)
{
	static const char *const times[] = {"00:00", "23:59", "09:30"};
	static const char *const not_times[] = {"24:00", "3:00", "12:60",
	    "12-00", "1200", "12:0x", "::::1", "99:99"};
	const struct setting *s = setting_find("system", "dir_at");
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof times / sizeof times[0]; i++)
		assert_err(setting_check(s, times[i], &ei), ERR_OK);
	for (i = 0; i < sizeof not_times / sizeof not_times[0]; i++)
		assert_err(setting_check(s, not_times[i], &ei), ERR_ARG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_bases_and_attributes),
	    cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
