/* fuzz_conf.c - calconn.conf. */
#include <stdint.h>

#include "common/alloc.h"
#include "common/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf c = {0};
	struct errinfo ei;

	if (conf_parse(&c, (const char *)data, size, &ei) == ERR_OK) {
		if (c.config_db[0] != '/' || c.web_workers < 1 ||
		    c.web_workers > 16 || c.net_workers < 1 ||
		    c.net_workers > 8)
			fatal("a value out of its range");
	} else if (c.config_db != NULL) {
		fatal("a refused file left something behind");
	}
	conf_clear(&c);
	return 0;
}
