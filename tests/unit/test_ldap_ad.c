#include "tests/harness/test.h"

#include "backend/net/ldap_ad.h"
#include "backend/net/ldap_gss.h"
#include "common/failure.h"
#include "common/query_mode.h"

/* As domain controllers of Microsoft and of Samba say it. */
#define AD(code)                                                           \
	"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext" \
	" error, data " code ", v3839"

static const struct {
	const char *text, *failure;
} rows[] = {
    {AD("525"), "ldap-account-unknown"},
    {AD("52e"), "ldap-bind"},
    {AD("52E"), "ldap-bind"},
    {AD("530"), "ldap-logon-hours"},
    {AD("531"), "ldap-workstation"},
    {AD("532"), "ldap-password-expired"},
    {AD("533"), "ldap-account-disabled"},
    {AD("701"), "ldap-account-expired"},
    {AD("773"), "ldap-password-change"},
    {AD("775"), "ldap-account-locked"},
    {"data 775", "ldap-account-locked"},
    {AD("52f"), NULL},
    {AD("7750"), NULL},
    {AD(""), NULL},
    {"data ", NULL},
    {"data", NULL},
    {"data ffffffffffffffffffffffff", NULL},
    {"", NULL},
};

static void
test_sub_codes(void **state)
{
	const char *failure;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		failure = ldap_ad_failure(rows[i].text);
		if (rows[i].failure == NULL) {
			assert_null(failure);
			continue;
		}
		assert_non_null(failure);
		assert_string_equal(failure, rows[i].failure);
		assert_non_null(failure_find(failure));
	}
}

static const struct {
	const char *account, *domain, *name;
} names[] = {
    {"svc@lab.example", "lab.example", "svc@LAB.EXAMPLE"},
    {"svc@LAB.Example", "lab.example", "svc@LAB.EXAMPLE"},
    {"LAB\\svc", "lab.example", "svc@LAB.EXAMPLE"},
    {"svc", "lab.example", "svc@LAB.EXAMPLE"},
    /* a user principal name whose suffix is not the domain */
    {"svc@mail.example", "lab.example", "svc\\@mail.example@LAB.EXAMPLE"},
    {"@lab.example", "lab.example", NULL},
    {"LAB\\", "lab.example", NULL},
    {"svc@a-name-that-is-too-long.example", "lab.example", NULL},
};

static void
test_principal(void **state)
{
	char out[40];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(names); i++) {
		bool ok = ldap_gss_principal(
		    names[i].account, names[i].domain, out, sizeof(out));

		assert_int_equal(ok, names[i].name != NULL);
		if (ok)
			assert_string_equal(out, names[i].name);
	}
}

static void
test_modes(void **state)
{
	enum query_mode m;

	(void)state;
	for (m = QUERY_LDAP; m < QUERY__MAX; m++)
		assert_int_equal(query_mode_parse(query_mode_name(m)), m);
	assert_int_equal(query_mode_parse("gopher"), QUERY_LDAPS);
	/* What a password was entered for before there were three. */
	assert_string_equal(query_mode_bound(QUERY_STARTTLS), "ldap");
	assert_string_equal(query_mode_bound(QUERY_LDAPS), "ldaps");
	assert_string_equal(query_mode_bound(QUERY__MAX), "ldaps");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sub_codes),
	    cmocka_unit_test(test_principal),
	    cmocka_unit_test(test_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
