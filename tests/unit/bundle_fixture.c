/* bundle_fixture.c - see bundle_fixture.h. */
#include "config.h"

#include "tests/unit/bundle_fixture.h"

#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/str.h"
#include "pkg/bundle.h"

static void
must(int good, const char *what)
{
	if (!good)
		fatal("fixture: %s", what);
}

void
fixture_key(struct sig_sk *sk, struct sig_keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	randombytes_buf(sk->id, sizeof(sk->id));
	(void)crypto_sign_keypair(keys->v[0].key, sk->key);
	memcpy(keys->v[0].id, sk->id, sizeof(sk->id));
	keys->n = 1;
}

int
fixture_fd(const struct buf *b)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, buf_str(b), b->len) == (ssize_t)b->len &&
		 lseek(fd, 0, SEEK_SET) == 0,
	    "memfd");
	return fd;
}

static uint64_t
size_of(const struct fixture_entry *en)
{
	if (en->zeros != 0)
		return en->zeros;
	return en->data != NULL ? strlen(en->data) : 0;
}

/* A manifest that lists the plain entries as they are. */
static void
list(struct buf *to, const struct fixture *f)
{
	const struct fixture_entry *en;
	struct buf lines = BUF_INIT(65536);
	unsigned char sha[32];
	uint64_t size = 0;
	unsigned n = 0;
	char hex[65];

	for (en = f->entries; en->path != NULL; en++) {
		const char *path = en->path;

		if (str_has_prefix(path, "files/"))
			path += 6;
		(void)crypto_hash_sha256(sha,
		    (const unsigned char *)(en->data != NULL ? en->data : ""),
		    en->data != NULL ? strlen(en->data) : 0);
		hex_encode(sha, sizeof(sha), hex);
		must(buf_putf(&lines, "file %04o %llu %s %s\n",
			 en->mode != 0 ? en->mode : 0644,
			 (unsigned long long)size_of(en), hex, path) == ERR_OK,
		    "list");
		size += size_of(en);
		n++;
	}
	must(buf_putf(to, "%sfiles %u\nsize %llu\n%s",
		 f->head != NULL ? f->head : FIXTURE_HEAD, n,
		 (unsigned long long)size, buf_str(&lines)) == ERR_OK,
	    "list");
	buf_clear(&lines);
}

static void
put(struct archive *a, const struct fixture_entry *en)
{
	static const char zeros[65536];
	struct archive_entry *x = archive_entry_new();
	uint64_t left = en->zeros;

	archive_entry_set_pathname(x, en->path);
	archive_entry_set_filetype(
	    x, (unsigned)(en->type != 0 ? en->type : (int)AE_IFREG));
	archive_entry_set_perm(x, en->mode != 0 ? en->mode : 0644);
	archive_entry_set_size(x, (la_int64_t)size_of(en));
	if (en->link != NULL)
		archive_entry_set_symlink(x, en->link);
	if (en->hardlink != NULL)
		archive_entry_set_hardlink(x, en->hardlink);
	must(archive_write_header(a, x) == ARCHIVE_OK, "header");
	for (; left > 0; left -= left < 65536 ? left : 65536)
		must(archive_write_data(
			 a, zeros, left < 65536 ? (size_t)left : 65536) > 0,
		    "zeros");
	if (en->data != NULL && en->zeros == 0 && en->data[0] != '\0')
		must(archive_write_data(a, en->data, strlen(en->data)) > 0,
		    "data");
	archive_entry_free(x);
}

void
fixture_wrap(struct buf *to, const void *content, size_t n,
    const struct sig_sk *sk, const char *comment)
{
	struct buf c = BUF_INIT(FIXTURE_MAX), sig = BUF_INIT(SIG_TEXT_MAX);
	unsigned char hash[SIG_HASH_LEN];
	int from, fd = memfd_create("bundle", MFD_CLOEXEC);

	must(buf_put(&c, content, n) == ERR_OK, "content");
	from = fixture_fd(&c);
	if (sk != NULL) {
		(void)crypto_generichash(
		    hash, sizeof(hash), content, n, NULL, 0);
		must(sig_make(&sig, sk, hash, comment, NULL) == ERR_OK, "sign");
	}
	must(bundle_write(fd, from, n, sk != NULL ? buf_str(&sig) : NULL,
		 NULL) == ERR_OK &&
		 lseek(fd, 0, SEEK_SET) == 0 &&
		 fd_slurp(fd, "bundle", to, NULL) == ERR_OK,
	    "write");
	(void)close(from);
	(void)close(fd);
	buf_clear(&sig);
	buf_clear(&c);
}

void
fixture_make(struct buf *to, const struct fixture *f, const struct sig_sk *sk)
{
	struct buf text = BUF_INIT(FIXTURE_MAX);
	struct fixture_entry manifest = {.path = "manifest"};
	const struct fixture_entry *en;
	struct archive *a = archive_write_new();
	char *out = xalloc(FIXTURE_MAX);
	size_t used = 0;

	if (f->manifest == NULL)
		list(&text, f);
	manifest.data = f->manifest != NULL ? f->manifest : buf_str(&text);
	must(archive_write_set_format_pax_restricted(a) == ARCHIVE_OK &&
		 archive_write_add_filter_zstd(a) == ARCHIVE_OK &&
		 archive_write_open_memory(a, out, FIXTURE_MAX, &used) ==
		     ARCHIVE_OK,
	    "archive");
	if (manifest.data[0] != '\0')
		put(a, &manifest);
	for (en = f->entries; en->path != NULL; en++)
		put(a, en);
	must(archive_write_close(a) == ARCHIVE_OK, "close");
	(void)archive_write_free(a);
	fixture_wrap(to, out, used, f->unsigned_ ? NULL : sk, "test");
	mem_free(out);
	buf_clear(&text);
}
