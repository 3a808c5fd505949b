#include "tests/harness/test.h"

#include "backend/ctl/cert.h"

/* Two roots that nobody uses; their keys were thrown away. */
#define PEM_1                                                                \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBsDCCAVegAwIBAgIUXo7bAFVzjqqNfFUdH5bkQ2ziUz8wCgYIKoZIzj0EAwIw\n" \
	"LTEVMBMGA1UECgwMQcSfIEJpcmxpxJ9pMRQwEgYDVQQDDAtUZXN0IFJvb3QgMTAg\n" \
	"Fw0yNjExMjIwNzE0MDFaGA8yMTI2MTAyOTA3MTQwMVowLTEVMBMGA1UECgwMQcSf\n" \
	"IEJpcmxpxJ9pMRQwEgYDVQQDDAtUZXN0IFJvb3QgMTBZMBMGByqGSM49AgEGCCqG\n" \
	"SM49AwEHA0IABC8Jzg1xLI7Cobk33BjR6rmlZeqfrbX2Baa+AjGTlGVr6+jU7jGL\n" \
	"GrielegXixuSBVLOM8KD2yY+dQfTfOpevKejUzBRMB0GA1UdDgQWBBSMp0Rs9YwO\n" \
	"OGoRDmYDg4LikRnrBTAfBgNVHSMEGDAWgBSMp0Rs9YwOOGoRDmYDg4LikRnrBTAP\n" \
	"BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIAL+1FK82O195cmmGoOh\n" \
	"0l+H3JLLYDWxfVjYzhBwteQKAiBwFfeCYAEqzY0WUkoXcZchjDVcBN8x94TYHNKh\n" \
	"DS1lXw==\n"                                                         \
	"-----END CERTIFICATE-----\n"
#define SHA_1 "edfd17f072b060bffffaee4b191cb2f6ba648d2dfd318862913c059985bab58a"
#define END_1 INT64_C(4948931641)
#define PEM_2                                                                \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBgzCCASmgAwIBAgIUUDewoFWVvsvxrWvEiA73dNtRLq4wCgYIKoZIzj0EAwIw\n" \
	"FjEUMBIGA1UEAwwLVGVzdCBSb290IDIwIBcNMjYxMTIyMDcxNDAxWhgPMjEyNjEw\n" \
	"MjkwNzE0MDFaMBYxFDASBgNVBAMMC1Rlc3QgUm9vdCAyMFkwEwYHKoZIzj0CAQYI\n" \
	"KoZIzj0DAQcDQgAEYtTwXqnM0l7ttG41JBxzu61QSsIRDPR9mKkIpKW1OCMsLziB\n" \
	"E9xSSv1Bob9eb9zilvJVJfnFvbjw+wYxbJq2L6NTMFEwHQYDVR0OBBYEFP6b10KD\n" \
	"nwQJKU+8uGW0SzzwlMmvMB8GA1UdIwQYMBaAFP6b10KDnwQJKU+8uGW0SzzwlMmv\n" \
	"MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgEPzYJbe+is4vwFGw\n" \
	"GZbH9R/jz0vlVSf/UxwEBxNfXzwCIQC4bkAMtEyRBdVq1MVdc0LozuRc9ZF82E5B\n" \
	"QOBt1ID6qA==\n"                                                     \
	"-----END CERTIFICATE-----\n"
#define SHA_2 "9013974e91545a508d02e97f3d5ed4131de22de618672d1931c2d5cebf2304f4"

static void
test_one(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_list l;

	(void)state;
	assert_int_equal(cert_parse_pem(PEM_1, strlen(PEM_1), &l, &ei), ERR_OK);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].sha256, SHA_1);
	assert_string_equal(l.v[0].subject, "CN=Test Root 1,O=Ağ Birliği");
	assert_string_equal(l.v[0].issuer, l.v[0].subject);
	assert_int_equal(l.v[0].not_after_s, END_1);
	assert_string_equal(l.v[0].pem, PEM_1);
	ca_list_clear(&l);
}

static const struct {
	const char *text;
	enum err want;
	size_t n;
} rows[] = {
    {PEM_1 PEM_2, ERR_OK, 2},
    {"# Test Root 1\n" PEM_1 "\nwords between\n" PEM_2 "more\n", ERR_OK, 2},
    {PEM_1 PEM_1, ERR_OK, 2},
    {"", ERR_ARG, 0},
    {"not a certificate", ERR_ARG, 0},
    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ERR_ARG,
	0},
    {"-----BEGIN CERTIFICATE-----\nnot base64!\n"
     "-----END CERTIFICATE-----\n",
	ERR_ARG, 0},
    {"-----BEGIN CERTIFICATE-----\n", ERR_ARG, 0},
    {PEM_1 "-----BEGIN CERTIFICATE-----\nAAAA\n"
	   "-----END CERTIFICATE-----\n" PEM_2,
	ERR_ARG, 0},
    {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", ERR_ARG,
	0},
};

static void
test_files(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_list l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&l, 0, sizeof(l));
		assert_int_equal(
		    cert_parse_pem(rows[i].text, strlen(rows[i].text), &l, &ei),
		    rows[i].want);
		assert_int_equal(l.n, rows[i].n);
		if (l.n > 1)
			assert_string_equal(l.v[0].sha256, SHA_1);
		if (l.n > 1 && i < 2)
			assert_string_equal(l.v[1].sha256, SHA_2);
		ca_list_clear(&l);
	}
}

static void
test_many(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i, n = strlen(PEM_2);
	struct ca_list l;
	char *text;

	(void)state;
	text = xalloc(n * (CERT_FILE_N + 1) + 1);
	for (i = 0; i <= CERT_FILE_N; i++)
		memcpy(text + i * n, PEM_2, n);
	assert_int_equal(
	    cert_parse_pem(text, n * CERT_FILE_N, &l, &ei), ERR_OK);
	assert_int_equal(l.n, CERT_FILE_N);
	ca_list_clear(&l);
	assert_int_equal(
	    cert_parse_pem(text, n * (CERT_FILE_N + 1), &l, &ei), ERR_TOOBIG);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
