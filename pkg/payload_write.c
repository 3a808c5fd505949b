/* payload_write.c - writing; see payload.h.  The same files give the same
 * bytes: one order, one owner, one time, one compression. */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "common/buf.h"
#include "pkg/manifest.h"
#include "pkg/payload.h"
#include "pkg/payload_name.h"
#include "pkg/refuse.h"

#define BLOCK 65536u
#define LEVEL "compression-level=19"

static enum err
bad_archive(struct archive *a, struct refusal *why)
{
	errno = archive_errno(a) > 0 ? archive_errno(a) : EIO;
	return refuse_errno(why, "the archive");
}

static enum err
put_head(struct archive *a, const char *name, uint32_t mode, uint64_t size,
    int64_t mtime, struct refusal *why)
{
	struct archive_entry *en = archive_entry_new();
	int rc;

	if (en == NULL)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	archive_entry_set_pathname(en, name);
	archive_entry_set_filetype(en, AE_IFREG);
	archive_entry_set_perm(en, (mode_t)mode);
	archive_entry_set_size(en, (la_int64_t)size);
	archive_entry_set_mtime(en, (time_t)mtime, 0);
	rc = archive_write_header(a, en);
	archive_entry_free(en);
	return rc == ARCHIVE_OK ? ERR_OK : bad_archive(a, why);
}

static enum err
put_bytes(struct archive *a, const void *p, size_t n, struct refusal *why)
{
	return archive_write_data(a, p, n) == (la_ssize_t)n
		   ? ERR_OK
		   : bad_archive(a, why);
}

static enum err
put_file(struct archive *a, const struct manifest_file *f, int tree,
    int64_t mtime, struct refusal *why)
{
	static char block[BLOCK];
	char name[sizeof(PAYLOAD_FILES) + MANIFEST_PATH_MAX] = PAYLOAD_FILES;
	ssize_t n = 0;
	enum err e;
	int fd;

	memcpy(name + strlen(PAYLOAD_FILES), f->path, strlen(f->path) + 1);
	fd = openat(tree, f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return refuse_errno(why, f->path);
	e = put_head(a, name, f->mode, f->size, mtime, why);
	while (e == ERR_OK && (n = read(fd, block, sizeof(block))) > 0)
		e = put_bytes(a, block, (size_t)n, why);
	if (e == ERR_OK && n < 0)
		e = refuse_errno(why, f->path);
	(void)close(fd);
	return e;
}

static enum err
put_manifest(struct archive *a, const struct manifest *m, int64_t mtime,
    struct refusal *why)
{
	struct buf text = BUF_INIT(MANIFEST_MAX);
	enum err e;

	if ((e = manifest_print(m, &text)) != ERR_OK)
		e = refuse(why, REFUSE_TOO_BIG, "the list of files");
	else
		e = put_head(a, PAYLOAD_MANIFEST, 0644, text.len, mtime, why);
	if (e == ERR_OK)
		e = put_bytes(a, text.p, text.len, why);
	buf_clear(&text);
	return e;
}

enum err
payload_write(int out, const struct manifest *m, int tree, int64_t mtime,
    struct refusal *why)
{
	struct archive *a = archive_write_new();
	size_t i;
	enum err e;

	if (a == NULL)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	if (archive_write_set_format_ustar(a) != ARCHIVE_OK ||
	    archive_write_add_filter_zstd(a) != ARCHIVE_OK ||
	    archive_write_set_options(a, LEVEL) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(a, out) != ARCHIVE_OK) {
		e = bad_archive(a, why);
		goto out;
	}
	e = put_manifest(a, m, mtime, why);
	for (i = 0; i < m->files_n && e == ERR_OK; i++)
		e = put_file(a, &m->files[i], tree, mtime, why);
	if (e == ERR_OK && archive_write_close(a) != ARCHIVE_OK)
		e = bad_archive(a, why);
out:
	(void)archive_write_free(a);
	return e;
}
