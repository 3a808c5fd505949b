/* pack.c - see pack.h. */
#include "config.h"

#include "backend/collect/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"

#define NAME_MAX_LEN 256u /* bytes of a path in the tar */

struct pack {
	struct archive *a;
	const char *folder;
	int64_t mtime_s;
	uint64_t left;
};

static enum err
failed(struct pack *p, struct errinfo *ei)
{
	const char *text = archive_error_string(p->a);

	return err_set(ei, ERR_SYS, "the snapshot cannot be written: %s",
	    text != NULL ? text : "unknown");
}

enum err
pack_open(struct pack **out, int fd, uint64_t max, const char *folder,
    int64_t mtime_s, struct errinfo *ei)
{
	struct pack *p = xalloc(sizeof(*p));
	enum err e = ERR_OK;

	p->left = max;
	p->folder = folder;
	p->mtime_s = mtime_s;
	if ((p->a = archive_write_new()) == NULL)
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	else if (archive_write_set_format_pax_restricted(p->a) != ARCHIVE_OK ||
		 archive_write_add_filter_gzip(p->a) != ARCHIVE_OK ||
		 archive_write_open_fd(p->a, fd) != ARCHIVE_OK)
		e = failed(p, ei);
	if (e == ERR_OK) {
		*out = p;
		p = NULL;
	}
	pack_free(p);
	return e;
}

enum err
pack_put(struct pack *p, const char *name, const void *bytes, size_t n,
    struct errinfo *ei)
{
	struct buf path = BUF_INIT(NAME_MAX_LEN);
	struct archive_entry *en = NULL;
	enum err e;

	if (n > p->left)
		return err_set(ei, ERR_TOOBIG, "the snapshot is full");
	if ((e = buf_putf(&path, "%s/%s", p->folder, name)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	if ((en = archive_entry_new()) == NULL) {
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
		goto out;
	}
	archive_entry_set_pathname(en, buf_str(&path));
	archive_entry_set_filetype(en, AE_IFREG);
	archive_entry_set_perm(en, 0640);
	archive_entry_set_size(en, (la_int64_t)n);
	archive_entry_set_mtime(en, (time_t)p->mtime_s, 0);
	if (archive_write_header(p->a, en) != ARCHIVE_OK ||
	    archive_write_data(p->a, bytes, n) != (la_ssize_t)n)
		e = failed(p, ei);
	else
		p->left -= n;
out:
	archive_entry_free(en);
	buf_clear(&path);
	return e;
}

uint64_t
pack_left(const struct pack *p)
{
	return p->left;
}

enum err
pack_finish(struct pack *p, struct errinfo *ei)
{
	return archive_write_close(p->a) == ARCHIVE_OK ? ERR_OK : failed(p, ei);
}

void
pack_free(struct pack *p)
{
	if (p == NULL)
		return;
	if (p->a != NULL)
		(void)archive_write_free(p->a);
	mem_free(p);
}
