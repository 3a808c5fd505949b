/* fuzz_cert.c - PEM that an administrator gives to a page or a command. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store_ca.h"
#include "common/str.h"
#include "common/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ca_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	if (x509_parse_pem((const char *)data, size, &l, &ei) == ERR_OK) {
		if (l.n == 0 || l.n > X509_LIST_MAX)
			fatal("a list of %zu certificates", l.n);
		for (i = 0; i < l.n; i++)
			if (!str_is_utf8(
				l.v[i].subject, strlen(l.v[i].subject)) ||
			    strlen(l.v[i].sha256) != 64)
				fatal("a certificate that no page can show");
	} else if (l.v != NULL) {
		fatal("a refused file left something behind");
	}
	ca_list_clear(&l);
	return 0;
}
