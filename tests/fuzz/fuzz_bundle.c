/* fuzz_bundle.c - bundles.  The first byte of an input chooses what is
 * read: a whole file, the tar of one as if it had been signed, its manifest
 * alone, a signature. */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/manifest.h"
#include "pkg/payload.h"
#include "pkg/refuse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) != 0)
		fatal("memfd");
	return fd;
}

/* A refusal has a name, and what is good has only good names. */
static void
judge(const struct bundle *b)
{
	struct refusal why = {.reason = REFUSE_NONE};
	struct manifest m = {.size = 0};
	struct payload *p = NULL;
	enum err e;
	size_t i;

	if ((e = payload_open(&p, b, &m, &why)) == ERR_OK)
		e = payload_judge(p, &why);
	if (e == ERR_DENIED && why.reason == REFUSE_NONE)
		fatal("refused without a reason");
	for (i = 0; e == ERR_OK && i < m.files_n; i++)
		if (manifest_check_path(m.files[i].path, NULL) != ERR_OK)
			fatal("a bad name was let in");
	payload_close(p);
	manifest_clear(&m);
}

static void
whole(const uint8_t *data, size_t size)
{
	struct refusal why = {.reason = REFUSE_NONE};
	struct bundle b;
	struct sig s;
	int fd = file_of(data, size);

	if (bundle_open(&b, fd, &why) == ERR_OK) {
		if (b.sig_len != 0)
			(void)!sig_parse(&s, b.sig, b.sig_len, &why);
		judge(&b);
		bundle_close(&b);
	} else if (why.reason == REFUSE_NONE) {
		fatal("refused without a reason");
	}
	(void)close(fd);
}

static void
content(const uint8_t *data, size_t size)
{
	struct bundle b = {.len = size, .content_len = size};

	b.fd = file_of(data, size);
	judge(&b);
	bundle_close(&b);
}

/* One spelling a content. */
static void
manifest(const uint8_t *data, size_t size)
{
	struct buf again = BUF_INIT(MANIFEST_MAX * 2);
	struct manifest m = {.size = 0};

	if (manifest_parse(&m, (const char *)data, size, NULL) == ERR_OK) {
		if (manifest_print(&m, &again) != ERR_OK || again.len != size ||
		    memcmp(again.p, data, size) != 0)
			fatal("printed, it is another manifest");
	} else if (m.files != NULL) {
		fatal("a refused manifest left something behind");
	}
	manifest_clear(&m);
	buf_clear(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sig s;

	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'c':
		content(data + 1, size - 1);
		break;
	case 'm':
		manifest(data + 1, size - 1);
		break;
	case 's':
		(void)!sig_parse(&s, (const char *)data + 1, size - 1, NULL);
		break;
	default: /* '!' of an archive's first line */
		whole(data, size);
	}
	return 0;
}
