/* payload.c - reading; see payload.h. */
#include "config.h"

#include "pkg/payload.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/manifest.h"
#include "pkg/payload_name.h"
#include "pkg/refuse.h"

#define BLOCK 65536u

struct payload {
	struct archive *a;
	const struct bundle *b;
	const struct manifest *m;
	uint64_t at; /* of the content, next to be read */
	size_t next; /* of the list */
	char in[BLOCK], out[BLOCK];
};

/* -- libarchive's side -- */

static la_ssize_t
on_read(struct archive *a, void *arg, const void **p)
{
	struct payload *pl = arg;
	uint64_t left = pl->b->content_len - pl->at;
	ssize_t n;

	do
		n = pread(pl->b->fd, pl->in,
		    left < BLOCK ? (size_t)left : BLOCK,
		    (off_t)(pl->b->content_at + pl->at));
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		archive_set_error(a, errno, "%s", strerror(errno));
		return -1;
	}
	pl->at += (uint64_t)n;
	*p = pl->in;
	return n;
}

static enum err
bad_archive(struct payload *p, struct refusal *why)
{
	const char *text = archive_error_string(p->a);

	if (archive_errno(p->a) == ENOMEM)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	return refuse(why, REFUSE_BAD_MANIFEST, "the archive: %.100s",
	    text != NULL ? text : "it cannot be read");
}

/* -- an entry -- */

static enum err
check_kind(struct archive_entry *en, const char *name, struct refusal *why)
{
	switch (archive_entry_filetype(en)) {
	case AE_IFREG:
		break;
	case AE_IFLNK:
		return refuse(why, REFUSE_LINK, "%.100s", name);
	case AE_IFDIR:
		return refuse(why, REFUSE_NOT_LISTED, "%.100s", name);
	default:
		return refuse(why,
		    archive_entry_hardlink(en) != NULL ? REFUSE_LINK
						       : REFUSE_DEVICE,
		    "%.100s", name);
	}
	if (archive_entry_hardlink(en) != NULL)
		return refuse(why, REFUSE_LINK, "%.100s", name);
	if (archive_entry_sparse_count(en) != 0)
		return refuse(why, REFUSE_BOMB, "%.100s has holes", name);
	if (archive_entry_xattr_count(en) != 0 ||
	    archive_entry_acl_types(en) != 0)
		return refuse(
		    why, REFUSE_SPECIAL_MODE, "%.100s: attributes", name);
	return ERR_OK;
}

/* Why this is not the name that should stand here. */
static enum err
wrong_name(const struct payload *p, const char *name,
    const struct manifest_file *should, struct refusal *why)
{
	const struct manifest_file *f;
	const char *path = name;
	enum err e;

	if (str_has_prefix(name, PAYLOAD_FILES))
		path += strlen(PAYLOAD_FILES);
	if ((e = manifest_check_path(path, why)) != ERR_OK)
		return e;
	f = manifest_find(p->m, path);
	if (f != NULL && f < p->m->files + p->next)
		return refuse(why, REFUSE_DUPLICATE_NAME, "%s", path);
	if (f == NULL)
		return refuse(why, REFUSE_NOT_LISTED, "%s", path);
	return refuse(why, REFUSE_MISSING, "%s", should->path);
}

/* The next header; ERR_NOTFOUND at the end. */
static enum err
next_entry(struct payload *p, struct archive_entry **en, const char **name,
    struct refusal *why)
{
	const int rc = archive_read_next_header(p->a, en);

	if (rc == ARCHIVE_EOF)
		return ERR_NOTFOUND;
	if (rc != ARCHIVE_OK)
		return bad_archive(p, why);
	if ((*name = archive_entry_pathname(*en)) == NULL)
		return refuse(why, REFUSE_BAD_NAME, "it is no text");
	return ERR_OK;
}

static enum err
write_all(int fd, const char *p, size_t n, struct refusal *why)
{
	ssize_t w;

	while (n > 0 && fd >= 0) {
		if ((w = write(fd, p, n)) < 0) {
			if (errno == EINTR)
				continue;
			return refuse_errno(why, "unpacking");
		}
		p += w;
		n -= (size_t)w;
	}
	return ERR_OK;
}

/* Never more than the list says, whatever the archive holds. */
static enum err
copy_out(struct payload *p, const struct manifest_file *f, int to,
    struct refusal *why)
{
	unsigned char sha[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state st;
	uint64_t left = f->size;
	la_ssize_t n;
	enum err e;

	(void)crypto_hash_sha256_init(&st);
	while ((n = archive_read_data(p->a, p->out, sizeof(p->out))) > 0) {
		if ((uint64_t)n > left)
			return refuse(why, REFUSE_BOMB, "%s", f->path);
		left -= (uint64_t)n;
		(void)crypto_hash_sha256_update(
		    &st, (const unsigned char *)p->out, (size_t)n);
		if ((e = write_all(to, p->out, (size_t)n, why)) != ERR_OK)
			return e;
	}
	if (n < 0)
		return bad_archive(p, why);
	if (left != 0)
		return refuse(why, REFUSE_BOMB, "%s", f->path);
	(void)crypto_hash_sha256_final(&st, sha);
	if (memcmp(sha, f->sha256, sizeof(sha)) != 0)
		return refuse(why, REFUSE_BAD_DIGEST, "%s", f->path);
	return ERR_OK;
}

enum err
payload_next(struct payload *p, int to, struct refusal *why)
{
	const struct manifest_file *f = &p->m->files[p->next];
	struct archive_entry *en;
	const char *name;
	enum err e;

	if ((e = next_entry(p, &en, &name, why)) == ERR_NOTFOUND) {
		if (p->next == p->m->files_n)
			return e;
		return refuse(why, REFUSE_MISSING, "%s", f->path);
	}
	if (e != ERR_OK || (e = check_kind(en, name, why)) != ERR_OK)
		return e;
	if (p->next == p->m->files_n || !str_has_prefix(name, PAYLOAD_FILES) ||
	    !str_eq(name + strlen(PAYLOAD_FILES), f->path))
		return wrong_name(p, name, f, why);
	if ((archive_entry_mode(en) & 07777) != f->mode)
		return refuse(why, REFUSE_SPECIAL_MODE, "%s: %04o", f->path,
		    (unsigned)archive_entry_mode(en) & 07777);
	if (!archive_entry_size_is_set(en) ||
	    (uint64_t)archive_entry_size(en) != f->size)
		return refuse(why, REFUSE_BOMB, "%s", f->path);
	if ((e = copy_out(p, f, to, why)) == ERR_OK)
		p->next++;
	return e;
}

enum err
payload_judge(struct payload *p, struct refusal *why)
{
	enum err e;

	while ((e = payload_next(p, -1, why)) == ERR_OK)
		;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* -- beginning and end -- */

static enum err
read_manifest(struct payload *p, struct manifest *m, struct refusal *why)
{
	struct buf text = BUF_INIT(MANIFEST_MAX);
	struct archive_entry *en;
	const char *name;
	la_ssize_t n;
	enum err e;

	if ((e = next_entry(p, &en, &name, why)) == ERR_NOTFOUND)
		return refuse(why, REFUSE_BAD_MANIFEST, "there is none");
	if (e != ERR_OK)
		return e;
	if (!str_eq(name, PAYLOAD_MANIFEST))
		return refuse(why, REFUSE_BAD_MANIFEST, "it is not the first");
	if ((e = check_kind(en, name, why)) != ERR_OK)
		return e;
	while ((n = archive_read_data(p->a, p->out, sizeof(p->out))) > 0)
		if ((e = buf_put(&text, p->out, (size_t)n)) != ERR_OK)
			break;
	if (e == ERR_TOOBIG)
		e = refuse(why, REFUSE_TOO_BIG, "the list of files");
	else if (e == ERR_OK && n < 0)
		e = bad_archive(p, why);
	else if (e == ERR_OK)
		e = manifest_parse(m, buf_str(&text), text.len, why);
	buf_clear(&text);
	return e;
}

enum err
payload_open(struct payload **out, const struct bundle *b, struct manifest *m,
    struct refusal *why)
{
	struct payload *p = xalloc(sizeof(*p));
	enum err e;

	p->b = b;
	p->m = m;
	p->a = archive_read_new();
	if (p->a == NULL ||
	    archive_read_support_filter_zstd(p->a) != ARCHIVE_OK ||
	    archive_read_support_format_tar(p->a) != ARCHIVE_OK) {
		e = err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
		goto out;
	}
	if (archive_read_open(p->a, p, NULL, on_read, NULL) != ARCHIVE_OK) {
		e = bad_archive(p, why);
		goto out;
	}
	if ((e = read_manifest(p, m, why)) != ERR_OK)
		goto out;
	*out = p;
	p = NULL;
out:
	payload_close(p);
	return e;
}

void
payload_close(struct payload *p)
{
	if (p == NULL)
		return;
	if (p->a != NULL)
		(void)archive_read_free(p->a);
	mem_free(p);
}
