/* fuzz_address.c - any location and body: the search ends, and what it
 * found can be dialled or is a link without anything that could be taken for
 * markup.  First byte: odd for HTML; the location ends at the first 0xff. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/str.h"
#include "common/url_parts.h"
#include "common/video_find.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct video_found *f)
{
	struct url_parts u;
	const char *p;

	if (f->dial[0] == '\0' && f->url[0] == '\0')
		fatal("found, but nothing");
	if (f->dial[0] != '\0' && !video_dial_ok(f->dial))
		fatal("this cannot be dialled: %s", f->dial);
	if (f->url[0] == '\0')
		return;
	if (!url_parts_split(&u, f->url, strlen(f->url)))
		fatal("this is no link: %s", f->url);
	for (p = f->url; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20)
			fatal("a control character in a link");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data + 1, *mid;
	struct video_found f;
	struct errinfo ei;
	size_t len, head;

	if (size < 1)
		return 0;
	len = size - 1;
	mid = memchr(p, 0xff, len);
	head = mid == NULL ? 0 : (size_t)(mid - p);
	if (video_find(&f, p, head, p + head, len - head, (data[0] & 1) != 0,
		&ei) != ERR_OK)
		fatal("%s", ei.text);
	if (f.is_found)
		check(&f);
	return 0;
}
