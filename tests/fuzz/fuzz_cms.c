/* fuzz_cms.c - answers of a Cisco Meeting Server: each decoder, over the same
 * bytes. */
#include <stdint.h>
#include <string.h>

#include "backend/net/cms_client.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct msg_cms_booking b = {0};
	struct msg_cms_version v = {0};
	char why[64], *id = NULL, *text;

	if (cms_space_decode(&b, p, size, NULL) == ERR_OK &&
	    (b.uri[0] == '\0' || str_has_control(b.uri) ||
		str_has_control(b.passcode)))
		fatal("a space that nobody should get");
	msg_cms_booking_free(&b);
	(void)!cms_version_decode(&v, p, size, NULL);
	msg_cms_version_free(&v);
	(void)!cms_find_decode(&id, p, size, "meet-k", NULL);
	cms_failure(why, sizeof(why), p, size);
	if ((text = try_strndup(p, size)) != NULL &&
	    cms_location_id(&id, text, NULL) == ERR_OK &&
	    strchr(id, '/') != NULL)
		fatal("an id that leads elsewhere");
	mem_free(text);
	mem_free(id);
	return 0;
}
