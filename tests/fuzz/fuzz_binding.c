/* fuzz_binding.c - a stored binding text against a record: whatever stands
 * in the database, a password is asked for unless the two are the same. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/store_exchange.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char now[SEAL_BINDING_MAX];
	struct strlist keys = {NULL, 0};
	unsigned char box[] = {1};
	struct exchange x;
	bool same;

	if (memchr(data, 0, size) != NULL)
		return 0;
	exchange_init(&x);
	mem_free(x.id);
	x.id = xstrdup("00112233445566778899aabbccddeeff");
	mem_free(x.account);
	x.account = xstrdup("svc@lab.example");
	mem_free(x.bound_to);
	if ((x.bound_to = try_strndup((const char *)data, size)) == NULL)
		fatal("no memory");
	x.box.p = box;
	x.box.n = sizeof(box);
	if (exchange_binding(&x, now, sizeof(now), NULL) != ERR_OK ||
	    exchange_binding_diff(&x, &keys) != ERR_OK)
		fatal("a good record has no binding");
	same = str_eq(now, x.bound_to);
	if (same != (keys.n == 0))
		fatal("%zu fields differ", keys.n);
	x.box.p = NULL;
	x.box.n = 0;
	strlist_clear(&keys);
	exchange_clear(&x);
	return 0;
}
