/* fuzz_cert.c - PEM files that are given to calconnctl. */
#include <stdint.h>
#include <string.h>

#include "backend/ctl/cert.h"
#include "common/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ca_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	if (cert_parse_pem((const char *)data, size, &l, &ei) == ERR_OK) {
		if (l.n == 0 || l.n > CERT_FILE_N)
			fatal("a list of %zu certificates", l.n);
		for (i = 0; i < l.n; i++)
			if (strlen(l.v[i].sha256) != 64)
				fatal("a fingerprint of another length");
	} else if (l.v != NULL) {
		fatal("a refused file left something behind");
	}
	ca_list_clear(&l);
	return 0;
}
