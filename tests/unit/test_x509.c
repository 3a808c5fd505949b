#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store_ca.h"
#include "common/str.h"
#include "common/x509.h"

/* Two roots that nobody uses; their keys were thrown away.  The first has
 * every odd character in its name, the second has it in UTF-16. */
#define ODD                                                                  \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIICdDCCAhugAwIBAgIUbDbkijtEMRF5dAbJ4ioMzbapDKYwCgYIKoZIzj0EAwIw\n" \
	"gY8xFDASBgoJkiaJk/IsZAEZFgR0ZXN0MRcwFQYKCZImiZPyLGQBGRYHZXhhbXBs\n" \
	"ZTEZMBcGA1UECgwQRmlybWEsICJBK0IiIDx4PjEjMAoGA1UECwwDYTtiMBUGA1UE\n" \
	"AwwOV3VyemVsIEdyw7bDn2UxHjAcBgkqhkiG9w0BCQEWD2NhQGV4YW1wbGUudGVz\n" \
	"dDAeFw0yNjExMjIwNzUzMzFaFw0zNjExMTkwNzUzMzFaMIGPMRQwEgYKCZImiZPy\n" \
	"LGQBGRYEdGVzdDEXMBUGCgmSJomT8ixkARkWB2V4YW1wbGUxGTAXBgNVBAoMEEZp\n" \
	"cm1hLCAiQStCIiA8eD4xIzAKBgNVBAsMA2E7YjAVBgNVBAMMDld1cnplbCBHcsO2\n" \
	"w59lMR4wHAYJKoZIhvcNAQkBFg9jYUBleGFtcGxlLnRlc3QwWTATBgcqhkjOPQIB\n" \
	"BggqhkjOPQMBBwNCAAT2kkveAug6fODijYiv9BVUPVFNXPHKH1dhzrA2HYY4cox3\n" \
	"5BmCUauEE2PnJAkV/hrgn53nWtAsjebFaCdbLTcjo1MwUTAdBgNVHQ4EFgQUy/oA\n" \
	"018sld/RpAAQFpdc8BvNAG0wHwYDVR0jBBgwFoAUy/oA018sld/RpAAQFpdc8BvN\n" \
	"AG0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAp8JHypUjoceVX\n" \
	"2yxWbOBj33VOhRICrYLx5NLW2J4UzQIgZlCYW6vX6LdiAnonX6zZWV5Y4VZbC5rP\n" \
	"N+qjUtHQdSY=\n"                                                     \
	"-----END CERTIFICATE-----\n"
#define WIDE                                                                 \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBbzCCARUCFDGhiYzfSznZzvjKCG7hECx6Hc/XMAoGCCqGSM49BAMCMDoxHTAb\n" \
	"BgNVBAoeFABNAPwBXwB0AGUAcgBpACBncU6sMRkwFwYDVQQDHhAAQgBNAFAAIABy\n" \
	"AG8AbwB0MB4XDTI2MTEyMjA3NTMzMVoXDTI2MTIyMjA3NTMzMVowOjEdMBsGA1UE\n" \
	"Ch4UAE0A/AFfAHQAZQByAGkAIGdxTqwxGTAXBgNVBAMeEABCAE0AUAAgAHIAbwBv\n" \
	"AHQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR5t3WHdJtPLE6u3iqrVlEm4oxV\n" \
	"ggcGV2S44dbTUSLUi6qtahBj2msjvmPak1dPmhWzrwOakMSzXOXQgUWB7TWVMAoG\n" \
	"CCqGSM49BAMCA0gAMEUCIDHdrnjGOUm7Q+DHNUR6Vdb4PXby6BEChplL0deTDX+R\n" \
	"AiEAozXVqzCS5kU3Pm3evUPEzGOmaM5xlmjLZwOC4zAzuAo=\n"                 \
	"-----END CERTIFICATE-----\n"

/* May issue nothing, by its constraints and by its key usage; may. */
#define LEAF                                                                 \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBizCCATKgAwIBAgIUGVsCr8Xc29d3lAOj8Fs/d5/cUiswCgYIKoZIzj0EAwIw\n" \
	"HDEaMBgGA1UEAwwRbWFpbC5leGFtcGxlLnRlc3QwIBcNMjYxMTI3MjM0NTU2WhgP\n" \
	"MjEwOTAxMTYyMzQ1NTZaMBwxGjAYBgNVBAMMEW1haWwuZXhhbXBsZS50ZXN0MFkw\n" \
	"EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEj+uCqTzf9HwpAwqygRF8Bu6/PR+zNPR0\n" \
	"te9yHehqfmf9uAv8VGHarapwGh76lZReRXAnG39CpUyaVMlBN5BGwKNQME4wHQYD\n" \
	"VR0OBBYEFCshsfyiTEv7//g6Q3mwG3NlVCdLMB8GA1UdIwQYMBaAFCshsfyiTEv7\n" \
	"//g6Q3mwG3NlVCdLMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIgefAi\n" \
	"kojwb8au/6UdIhusy/ddU/b527hC4FAisd0jrHsCICUwIx7cViB5r0nRlyFK45/j\n" \
	"OFxdm8+tMEf2ooTL8XJf\n"                                             \
	"-----END CERTIFICATE-----\n"
#define NO_SIGN                                                              \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBizCCATGgAwIBAgIUTofnVsqN+8PFoqqSsRBsk3eQ5+QwCgYIKoZIzj0EAwIw\n" \
	"EjEQMA4GA1UEAwwHTm8gc2lnbjAgFw0yNjExMjcyMzQ1NTZaGA8yMTA5MDExNjIz\n" \
	"NDU1NlowEjEQMA4GA1UEAwwHTm8gc2lnbjBZMBMGByqGSM49AgEGCCqGSM49AwEH\n" \
	"A0IABGYzNDF7tUjNCM8ug8DEAMAnWZsK1QIRmLtGVEm65Rg3nN4OaY1n2fvUv9rK\n" \
	"8yu96POh+I6OyblfgL/Xv0fRpkGjYzBhMB0GA1UdDgQWBBTC2uFa9xCWMoHRWk/n\n" \
	"xdaGPr2XVjAfBgNVHSMEGDAWgBTC2uFa9xCWMoHRWk/nxdaGPr2XVjAPBgNVHRMB\n" \
	"Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIHgDAKBggqhkjOPQQDAgNIADBFAiEA6jeb\n" \
	"ZTcUjs3wc/Va83YEvO8GXUhAj+kJ4fBn6wjSSSsCIGXsenYbsloPGkvq5uhhvRqI\n" \
	"uRr9o4P7q2yXX5zaocxV\n"                                             \
	"-----END CERTIFICATE-----\n"
#define SIGN                                                                 \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBhjCCASugAwIBAgIUflVbHjz1R//VzGGWtPPG/cyx3RwwCgYIKoZIzj0EAwIw\n" \
	"DzENMAsGA1UEAwwEU2lnbjAgFw0yNjExMjcyMzQ1NTZaGA8yMTA5MDExNjIzNDU1\n" \
	"NlowDzENMAsGA1UEAwwEU2lnbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIs0\n" \
	"KI/lB9ZGB03N7yozQbIJP5vf05e3beS8goW7Xx2qX6F481hzdBgak3qfqt+FYPkX\n" \
	"ZNMWRulMSvuS6uKDFFejYzBhMB0GA1UdDgQWBBTRZh40L4UWmW3qG9FJqsmNcupq\n" \
	"0TAfBgNVHSMEGDAWgBTRZh40L4UWmW3qG9FJqsmNcupq0TAPBgNVHRMBAf8EBTAD\n" \
	"AQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNJADBGAiEApisjJYN/yHDy\n" \
	"15OCka8zIC20yNl53JtvIZQNeUoi/ZwCIQDXVuO9HHLgCjFNmbioPXL33wy8w8FU\n" \
	"TvEGmbhvsrIY2Q==\n"                                                 \
	"-----END CERTIFICATE-----\n"
#define ODD_NAME                                                   \
	"emailAddress=ca@example.test,OU=a\\;b+CN=Wurzel Größe," \
	"O=Firma\\, \\\"A\\+B\\\" \\<x\\>,DC=example,DC=test"
#define ODD_SHA \
	"8af9f6f80d9248a6435b86b8ca84177654ce382280da5d3e2bbd2cfc3b125173"

static void
test_names(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_list l = {NULL, 0};

	(void)state;
	assert_int_equal(
	    x509_parse_pem("words\n" ODD "between\n" WIDE "after",
		strlen("words\n" ODD "between\n" WIDE "after"), &l, &ei),
	    ERR_OK);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].subject, ODD_NAME);
	assert_string_equal(l.v[0].issuer, ODD_NAME);
	assert_string_equal(l.v[0].sha256, ODD_SHA);
	assert_string_equal(l.v[0].pem, ODD);
	assert_int_equal(l.v[0].not_after_s, INT64_C(2110694011));
	assert_string_equal(l.v[1].subject, "CN=BMP root,O=Müşteri 東京");
	assert_string_equal(l.v[1].pem, WIDE);
	ca_list_clear(&l);
}

/* RFC 5280 4.2.1.3 and 4.2.1.9; the one of version 1 is its own issuer. */
static void
test_is_ca(void **state)
{
	static const char text[] = ODD WIDE LEAF NO_SIGN SIGN;
	static const bool want[] = {true, true, false, false, true};
	struct ca_list l = {NULL, 0};
	size_t i;

	(void)state;
	assert_int_equal(
	    x509_parse_pem(text, sizeof text - 1, &l, NULL), ERR_OK);
	assert_int_equal(l.n, 5);
	for (i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].is_ca, want[i]);
	assert_int_equal(l.v[0].not_before_s, INT64_C(1795334011));
	ca_list_clear(&l);
}

static void
test_verdict(void **state)
{
	static const char text[] = ODD WIDE LEAF ODD;
	static const enum ca_verdict empty[] = {
	    CA_GOOD, CA_EXPIRED, CA_NOT_A_CA, CA_THERE};
	const int64_t now_s = INT64_C(1800000000); /* WIDE has ended */
	struct ca_list l = {NULL, 0}, have = {NULL, 0};
	size_t i;

	(void)state;
	assert_int_equal(
	    x509_parse_pem(text, sizeof text - 1, &l, NULL), ERR_OK);
	for (i = 0; i < l.n; i++)
		assert_int_equal(ca_judge(&have, &l, &l.v[i], now_s), empty[i]);
	have.v = &l.v[2];
	have.n = 1;
	assert_int_equal(ca_judge(&have, &l, &l.v[2], now_s), CA_THERE);
	assert_int_equal(ca_judge(&have, &l, &l.v[0], now_s), CA_GOOD);
	for (i = 0; i < CA_VERDICT__MAX; i++) {
		assert_int_not_equal(*ca_verdict_name((enum ca_verdict)i), 0);
		assert_int_not_equal(*ca_verdict_text((enum ca_verdict)i), 0);
	}
	ca_list_clear(&l);
}

static void
test_fingerprint(void **state)
{
	static const char *const bad[] = {"", "8A", ODD_SHA "0",
	    "zaf9f6f80d9248a6435b86b8ca84177654ce382280da5d3e2bbd2cfc3b125173"};
	char shown[CA_FINGERPRINT_MAX], back[65];
	size_t i;

	(void)state;
	ca_fingerprint(ODD_SHA, shown);
	assert_int_equal(strlen(shown), 95);
	assert_memory_equal(shown, "8A:F9:F6:", 9);
	assert_true(ca_fingerprint_parse(shown, back));
	assert_string_equal(back, ODD_SHA);
	assert_true(ca_fingerprint_parse(ODD_SHA, back));
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(ca_fingerprint_parse(bad[i], back));
}

/* Pasted in whatever layout, it is the same certificate. */
static void
test_layout(void **state)
{
	static char text[sizeof ODD * 2];
	struct ca_list l = {NULL, 0};
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < sizeof ODD - 1; i++) {
		if (ODD[i] == '\n')
			text[n++] = '\r';
		text[n++] = ODD[i];
	}
	assert_int_equal(x509_parse_pem(text, n, &l, NULL), ERR_OK);
	assert_string_equal(l.v[0].pem, ODD);
	ca_list_clear(&l);
}

static void
test_refused(void **state)
{
	static const char *const rows[] = {
	    "",
	    "nothing",
	    "-----BEGIN CERTIFICATE-----",
	    "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
	    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
	    "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
	    "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
	    ODD "-----BEGIN CERTIFICATE-----\nMAA=\n"
		"-----END CERTIFICATE-----\n",
	};
	struct errinfo ei;
	struct ca_list l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&l, 0, sizeof l);
		assert_int_equal(
		    x509_parse_pem(rows[i], strlen(rows[i]), &l, &ei), ERR_ARG);
		assert_null(l.v);
		assert_int_not_equal(ei.text[0], '\0');
	}
}

/* Every byte before the signature in turn: wrong, or another certificate,
 * and never anything else.  Cut short it is always wrong. */
static void
test_damaged(void **state)
{
	unsigned char der[2048];
	char text[8192];
	struct ca_list l;
	size_t n = 0, i, k;

	(void)state;
	assert_int_equal(
	    sodium_base642bin(der, sizeof der, &ODD[28], sizeof ODD - 28 - 27,
		"\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL),
	    0);
	for (i = 0; i < n; i++)
		for (k = 0; k < 9; k++) {
			unsigned char was = der[i];
			size_t len = n;
			enum err e;

			if (k < 8)
				der[i] = (unsigned char)(was ^ 1u << k);
			else
				len = i;
			memcpy(text, "-----BEGIN CERTIFICATE-----", 27);
			(void)sodium_bin2base64(text + 27, sizeof text - 60,
			    der, len, sodium_base64_VARIANT_ORIGINAL);
			memcpy(text + strlen(text), "-----END CERTIFICATE-----",
			    26);
			memset(&l, 0, sizeof l);
			e = x509_parse_pem(text, strlen(text), &l, NULL);
			if (k == 8)
				assert_int_equal(e, ERR_ARG);
			else if (e == ERR_OK)
				assert_true(str_is_utf8(
				    l.v[0].subject, strlen(l.v[0].subject)));
			ca_list_clear(&l);
			der[i] = was;
		}
}

static void
test_limit(void **state)
{
	size_t i, n = sizeof ODD - 1;
	char *text = xalloc(n * (X509_LIST_MAX + 1) + 1);
	struct ca_list l = {NULL, 0};

	(void)state;
	for (i = 0; i <= X509_LIST_MAX; i++)
		memcpy(text + i * n, ODD, n);
	assert_int_equal(
	    x509_parse_pem(text, n * X509_LIST_MAX, &l, NULL), ERR_OK);
	assert_int_equal(l.n, X509_LIST_MAX);
	ca_list_clear(&l);
	assert_int_equal(
	    x509_parse_pem(text, n * (X509_LIST_MAX + 1), &l, NULL),
	    ERR_TOOBIG);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_is_ca),
	    cmocka_unit_test(test_verdict),
	    cmocka_unit_test(test_fingerprint),
	    cmocka_unit_test(test_layout),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
