/* fuzz_tls_cert.c - a certificate that a server shows, as the report tells of
 * it: names, times, fingerprint. */
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>

#include "backend/net/http_tls.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

#define NAME_MAX_LEN 512 /* as in ipc_msg.def */
#define SANS_MAX 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *s, size_t max)
{
	if (s == NULL)
		return;
	if (strlen(s) > max || !str_is_utf8(s, strlen(s)) || str_has_control(s))
		fatal("a text that no message can carry");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned char *p = data;
	struct msg_cert m = {0};
	X509 *c;

	if (size > 1024 * 1024 || (c = d2i_X509(NULL, &p, (long)size)) == NULL)
		return 0;
	tls_cert_read(&m, c);
	check(m.subject, NAME_MAX_LEN);
	check(m.issuer, NAME_MAX_LEN);
	check(m.sans, SANS_MAX);
	if (m.sha256 == NULL || strlen(m.sha256) != 95)
		fatal("no fingerprint");
	msg_cert_free(&m);
	X509_free(c);
	return 0;
}
