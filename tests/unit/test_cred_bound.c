/* cred_bound.c: a password serves what its box names, and nothing else. */
#include "tests/harness/test.h"

#include "backend/net/cred_bound.h"
#include "common/ipc.h"

#define TEXT(target, tls, auth)                                     \
	"record=1\nkind=exchange\naccount=LAB\\svc\ntarget=" target \
	"\ntls=" tls "\nauth=" auth "\n"
#define DIRECT "direct:mail.lab.example;type=2019;proxy=no"
#define SCP                                                                \
	"autodiscover:ad=lab.example;mail=lab.example;scp=yes;query=ldaps" \
	";type=2019;proxy=no"
#define SCP_AT(query)                                                       \
	"autodiscover:ad=lab.example;mail=lab.example;scp=yes;query=" query \
	";type=2019;proxy=no"
#define NO_SCP                                                        \
	"autodiscover:ad=lab.example;mail=lab.example;scp=no;query=-" \
	";type=2019;proxy=no"
#define ON "https=yes;ldap=yes"
#define OFF "https=no;ldap=no"

static const struct {
	const char *binding;
	enum err want;
} texts[] = {
    {TEXT(DIRECT, ON, "ntlm"), ERR_OK},
    {TEXT(SCP, ON, "ntlm,basic"), ERR_OK},
    {"", ERR_BOUND},
    {"record=1\nkind=exchange\n", ERR_BOUND},
    {TEXT("direct:", ON, "ntlm"), ERR_BOUND},
    {TEXT("mail.lab.example", ON, "ntlm"), ERR_BOUND},
    {"record=1\nkind=proxy\naccount=a\ntarget=" DIRECT "\ntls=" ON
     "\nauth=ntlm\n",
	ERR_BOUND},
    {"record=1\nkind=conferencing\naccount=C\ntarget=service:a.example;"
     "type=webex;field=refresh_token\ntls=https=yes\nauth=oauth\n",
	ERR_OK},
    {"record=1\nkind=conferencing\naccount=C\ntarget=service:a.example;"
     "port=0;type=cms;field=password\ntls=https=yes\nauth=basic\n",
	ERR_BOUND},
    {"record=1\nkind=conferencing\naccount=C\ntarget=service:;type=cms;"
     "field=password\ntls=https=yes\nauth=basic\n",
	ERR_BOUND},
    {"record=1\nkind=conferencing\naccount=C\ntarget=" DIRECT "\ntls=" ON
     "\nauth=basic\n",
	ERR_BOUND},
};

static void
test_parse(void **state)
{
	struct cred_bound b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(
		    cred_bound_parse(&b, texts[i].binding), texts[i].want);
}

static const struct {
	const char *binding, *host;
	bool ntlm, basic, verify, may;
} uses[] = {
    {TEXT(DIRECT, ON, "ntlm"), "mail.lab.example", true, false, true, true},
    {TEXT(DIRECT, ON, "ntlm"), "MAIL.lab.example", true, false, true, true},
    {TEXT(DIRECT, ON, "ntlm"), "evil.example", true, false, true, false},
    {TEXT(DIRECT, ON, "ntlm"), "mail.lab.example", true, true, true, false},
    {TEXT(DIRECT, ON, "basic"), "mail.lab.example", true, false, true, false},
    {TEXT(DIRECT, ON, "ntlm"), "mail.lab.example", true, false, false, false},
    {TEXT(DIRECT, OFF, "ntlm"), "mail.lab.example", true, false, false, true},
    {TEXT(DIRECT, OFF, "ntlm"), "mail.lab.example", true, false, true, true},
    {TEXT(DIRECT, "", "ntlm"), "mail.lab.example", true, false, false, false},
    {TEXT("direct:2001:db8::1;type=2019;proxy=no", ON, "ntlm"),
	"2001:db8:0:0::1", true, false, true, true},
    {TEXT(SCP, ON, "ntlm,basic"), "any.example", true, true, true, true},
    {TEXT(SCP, ON, "ntlm,basic"), "any.example", true, true, false, false},
};

#define SERVICE(at, auth)                                                     \
	"record=1\nkind=conferencing\naccount=C\ntarget=service:c.example" at \
	";type=cms;field=password\ntls=https=yes\nauth=" auth "\n"

static void
test_service(void **state)
{
	struct msg_access via = {.auth_basic = true, .tls_verify = true};
	struct cred_bound b;

	(void)state;
	assert_ok(cred_bound_parse(&b, SERVICE(";port=445", "basic")));
	assert_null(cred_bound_http(&b, &via, "c.example", 445, ""));
	assert_non_null(cred_bound_http(&b, &via, "c.example", 443, ""));
	assert_non_null(cred_bound_http(&b, &via, "d.example", 445, ""));
	via.tls_verify = false;
	assert_non_null(cred_bound_http(&b, &via, "c.example", 445, ""));
	via.tls_verify = true;
	assert_ok(cred_bound_parse(&b, SERVICE("", "ntlm,basic")));
	assert_null(cred_bound_http(&b, &via, "c.example", 443, ""));
	assert_non_null(cred_bound_http(&b, &via, "c.example", 445, ""));
	/* What makes tokens is shown to nobody else. */
	assert_ok(cred_bound_parse(&b, SERVICE("", "oauth")));
	via.auth_basic = false;
	assert_non_null(cred_bound_http(&b, &via, "c.example", 443, ""));
}

#define WORKSPACE(more, tls)                                       \
	"record=1\nkind=workspace\naccount=C\ntarget=workspace:d." \
	"example;" more "\ntls=" tls "\nauth=basic\n"
#define PIN "AB:CD"

static void
test_workspace(void **state)
{
	static const char *const bad[] = {WORKSPACE("port=0;mailbox=a@b", "ca"),
	    WORKSPACE("mailbox=a@b", "ca"), WORKSPACE("port=443", "pin"),
	    WORKSPACE("port=443;pin=" PIN, "ca"),
	    WORKSPACE("port=443;pin=", "pin"),
	    WORKSPACE("port=443", "https=no")};
	struct msg_access via = {.auth_basic = true, .tls_verify = true};
	struct cred_bound b;
	size_t i;

	(void)state;
	assert_ok(cred_bound_parse(
	    &b, WORKSPACE("port=8443;mailbox=a@b.example", "ca")));
	assert_null(cred_bound_http(&b, &via, "d.example", 8443, ""));
	assert_non_null(cred_bound_http(&b, &via, "d.example", 8443, PIN));
	assert_non_null(cred_bound_http(&b, &via, "d.example", 443, ""));
	assert_non_null(cred_bound_http(&b, &via, "e.example", 8443, ""));
	assert_ok(cred_bound_parse(
	    &b, WORKSPACE("port=443;mailbox=a@b.example;pin=" PIN, "pin")));
	assert_null(cred_bound_http(&b, &via, "d.example", 443, PIN));
	assert_non_null(cred_bound_http(&b, &via, "d.example", 443, ""));
	assert_non_null(cred_bound_http(&b, &via, "d.example", 443, "AB:CE"));
	via.tls_verify = false;
	assert_non_null(cred_bound_http(&b, &via, "d.example", 443, PIN));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(cred_bound_parse(&b, bad[i]), ERR_BOUND);
	/* Nobody else's certificate is pinned. */
	via.tls_verify = true;
	assert_ok(cred_bound_parse(&b, SERVICE("", "basic")));
	assert_non_null(cred_bound_http(&b, &via, "c.example", 443, PIN));
}

static void
test_http(void **state)
{
	struct cred_bound b;
	struct msg_access via;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		memset(&via, 0, sizeof(via));
		via.auth_ntlm = uses[i].ntlm;
		via.auth_basic = uses[i].basic;
		via.tls_verify = uses[i].verify;
		assert_ok(cred_bound_parse(&b, uses[i].binding));
		assert_int_equal(
		    cred_bound_http(&b, &via, uses[i].host, 443, "") == NULL,
		    uses[i].may);
	}
}

/* Each type for itself, whichever others are bound. */
static void
test_kerberos(void **state)
{
	static const struct {
		const char *binding;
		bool may;
	} rows[] = {
	    {TEXT(DIRECT, ON, "kerberos"), true},
	    {TEXT(DIRECT, ON, "kerberos,ntlm,basic"), true},
	    {TEXT(DIRECT, ON, "ntlm,basic"), false},
	    {TEXT(DIRECT, ON, "kerberos2,ntlm"), false},
	    {TEXT(DIRECT, ON, ""), false},
	};
	struct msg_access via = {.auth_kerberos = true, .tls_verify = true};
	struct cred_bound b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(cred_bound_parse(&b, rows[i].binding));
		assert_int_equal(cred_bound_http(&b, &via, "mail.lab.example",
				     443, "") == NULL,
		    rows[i].may);
	}
}

/* Behind another port of the same host somebody else may listen. */
static void
test_ports(void **state)
{
	char lab[] = "lab.example", none[] = "";
	struct msg_access via = {.auth_ntlm = true, .tls_verify = true};
	struct msg_scp_job job = {.domain = lab,
	    .server = none,
	    .mode = QUERY_LDAPS,
	    .tls_verify = true};
	struct cred_bound b;

	(void)state;
	assert_ok(cred_bound_parse(&b, TEXT(DIRECT, ON, "ntlm")));
	assert_null(cred_bound_http(&b, &via, "mail.lab.example", 443, ""));
	assert_non_null(
	    cred_bound_http(&b, &via, "mail.lab.example", 8443, ""));
	assert_ok(cred_bound_parse(&b, TEXT(SCP, ON, "ntlm")));
	assert_null(cred_bound_http(&b, &via, "mail.lab.example", 8443, ""));
	assert_null(cred_bound_ldap(&b, &job, false));
	job.port = 636;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_null(cred_bound_ldap(&b, &job, true));
}

static void
test_ldap(void **state)
{
	char lab[] = "LAB.example", evil[] = "evil.example", none[] = "",
	     dc[] = "DC1.lab.example";
	struct msg_scp_job job = {.domain = lab,
	    .server = none,
	    .mode = QUERY_LDAPS,
	    .tls_verify = true};
	struct cred_bound b;

	(void)state;
	assert_ok(cred_bound_parse(&b, TEXT(SCP, ON, "ntlm")));
	assert_null(cred_bound_ldap(&b, &job, false));
	job.tls_verify = false;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	job.tls_verify = true;
	job.domain = evil;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	job.domain = lab;
	assert_ok(cred_bound_parse(&b, TEXT(NO_SCP, ON, "ntlm")));
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(&b, TEXT(DIRECT, ON, "ntlm")));
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(&b, TEXT(SCP, OFF, "ntlm")));
	job.tls_verify = false;
	assert_null(cred_bound_ldap(&b, &job, false));
	/* the query mode, and the domain controller where one is named */
	job.mode = QUERY_STARTTLS;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(&b, TEXT(SCP_AT("ldap"), OFF, "ntlm")));
	assert_null(cred_bound_ldap(&b, &job, false));
	job.mode = QUERY_LDAP;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(&b, TEXT(SCP_AT("sealed"), OFF, "ntlm")));
	assert_null(cred_bound_ldap(&b, &job, false));
	job.server = dc;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(
	    &b, TEXT(SCP_AT("sealed;dc=dc1.lab.example"), OFF, "ntlm")));
	assert_null(cred_bound_ldap(&b, &job, false));
	job.server = evil;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	job.server = none;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_ok(cred_bound_parse(&b, TEXT(SCP_AT("x"), OFF, "ntlm")));
	job.mode = 77;
	assert_non_null(cred_bound_ldap(&b, &job, false));
	assert_int_equal(
	    cred_bound_parse(&b, TEXT(SCP_AT("sealed;dc="), OFF, "ntlm")),
	    ERR_BOUND);
}

#define MAIL                                                                \
	"record=mail\nkind=mail\naccount=me\ntarget=mail:smtp.lab.example;" \
	"port=587\ntls=starttls\nauth=smtp\n"
#define HOOK                                                      \
	"record=webhook\nkind=webhook\naccount=-\n"               \
	"target=webhook:https://h.example/a;b=c?d=e\ntls=https\n" \
	"auth=hmac-sha256\n"

/* What was entered for sending alarms serves that, there and in that way. */
static void
test_sending(void **state)
{
	char host[] = "SMTP.lab.example", other[] = "evil.example";
	struct msg_mail_job m = {.host = host, .port = 587, .starttls = true};
	struct msg_access via = {.tls_verify = true};
	struct cred_bound mail, hook;

	(void)state;
	assert_int_equal(cred_bound_parse(&mail, MAIL), ERR_OK);
	assert_int_equal(cred_bound_parse(&hook, HOOK), ERR_OK);
	assert_null(cred_bound_mail(&mail, &m));
	assert_non_null(cred_bound_mail(&hook, &m));
	m.starttls = false;
	assert_non_null(cred_bound_mail(&mail, &m));
	m.starttls = true;
	m.port = 25;
	assert_non_null(cred_bound_mail(&mail, &m));
	m.port = 587;
	m.host = other;
	assert_non_null(cred_bound_mail(&mail, &m));
	assert_null(
	    cred_bound_hook(&hook, &via, "https://h.example/a;b=c?d=e"));
	assert_non_null(cred_bound_hook(&hook, &via, "https://h.example/a"));
	assert_non_null(
	    cred_bound_hook(&mail, &via, "https://h.example/a;b=c?d=e"));
	via.tls_verify = false;
	assert_non_null(
	    cred_bound_hook(&hook, &via, "https://h.example/a;b=c?d=e"));
	via.tls_verify = true;
	/* No Exchange server and no proxy gets them. */
	assert_non_null(
	    cred_bound_http(&mail, &via, "smtp.lab.example", 443, ""));
	assert_non_null(cred_bound_http(&hook, &via, "h.example", 443, ""));
	assert_non_null(cred_bound_proxy(&mail, "smtp.lab.example", 587));
	assert_int_equal(cred_bound_parse(&mail,
			     "record=mail\nkind=mail\naccount=me\ntarget="
			     "mail:a;port=0\ntls=tls\nauth=smtp\n"),
	    ERR_BOUND);
	assert_int_equal(cred_bound_parse(&mail,
			     "record=mail\nkind=mail\naccount=me\ntarget="
			     "mail:a;port=1\ntls=none\nauth=smtp\n"),
	    ERR_BOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_sending),
	    cmocka_unit_test(test_service),
	    cmocka_unit_test(test_workspace),
	    cmocka_unit_test(test_http),
	    cmocka_unit_test(test_kerberos),
	    cmocka_unit_test(test_ports),
	    cmocka_unit_test(test_ldap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
