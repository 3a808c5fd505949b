#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc_walk.h"

/* On the wire, little endian: u32 and u64 as they are, i64 as u64 in two's
 * complement, a flag as u8 0 or 1; text, blob and secret as u32 length and
 * bytes; a list as u32 count and entries; a sub-struct as its fields. */

enum err
ipc_bad(struct errinfo *ei, enum err e, const struct ipc_layout *l,
    const struct ipc_field *f, const char *what)
{
	return err_set(ei, e, "%s.%s: %s", l->name, f->name, what);
}

enum err
ipc_put_int(struct buf *out, uint64_t v, size_t bytes)
{
	unsigned char b[8];
	size_t i;

	for (i = 0; i < bytes; i++)
		b[i] = (unsigned char)(v >> (8 * i) & 0xff);
	return buf_put(out, b, bytes);
}

static enum err
put_bytes(struct buf *out, const void *p, size_t n)
{
	enum err e;

	if ((e = ipc_put_int(out, n, 4)) != ERR_OK)
		return e;
	return buf_put(out, p, n);
}

static enum err
encode_str(const struct ipc_layout *l, const struct ipc_field *f, const char *s,
    struct buf *out, struct errinfo *ei)
{
	size_t n;

	if (s == NULL)
		s = "";
	if ((n = strlen(s)) > f->max)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "the text is too long");
	if (!str_is_utf8(s, n))
		return ipc_bad(ei, ERR_ARG, l, f, "the text is not UTF-8");
	return put_bytes(out, s, n);
}

static enum err
encode_strs(const struct ipc_layout *l, const struct ipc_field *f,
    const struct strlist *list, struct buf *out, struct errinfo *ei)
{
	size_t i;
	enum err e;

	if (list->n > f->max_n)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "the list is too long");
	e = ipc_put_int(out, list->n, 4);
	for (i = 0; i < list->n && e == ERR_OK; i++)
		e = encode_str(l, f, list->v[i], out, ei);
	return e;
}

static enum err
encode_list(const struct ipc_layout *l, const struct ipc_field *f,
    const void *m, struct buf *out, struct errinfo *ei)
{
	const struct ipc_layout *sub = f->sub();
	const char *v = *IPC_CAT(char *, m, f->off);
	size_t n = *IPC_CAT(size_t, m, f->off_n), i;
	enum err e;

	if (n > f->max_n)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "the list is too long");
	e = ipc_put_int(out, n, 4);
	for (i = 0; i < n && e == ERR_OK; i++)
		e = ipc_encode_walk(sub, v + i * sub->size, out, ei);
	return e;
}

static enum err
encode_raw(const struct ipc_layout *l, const struct ipc_field *f, const void *p,
    size_t n, struct buf *out, struct errinfo *ei)
{
	if (n > f->max)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "the bytes are too many");
	return put_bytes(out, p, n);
}

static enum err
encode_field(const struct ipc_layout *l, const struct ipc_field *f,
    const void *m, struct buf *out, struct errinfo *ei)
{
	const struct bytes *blob;
	const struct secret *secret;

	switch (f->kind) {
	case IPC_KIND_U32:
		return ipc_put_int(out, *IPC_CAT(uint32_t, m, f->off), 4);
	case IPC_KIND_U64:
		return ipc_put_int(out, *IPC_CAT(uint64_t, m, f->off), 8);
	case IPC_KIND_I64:
		return ipc_put_int(
		    out, (uint64_t)*IPC_CAT(int64_t, m, f->off), 8);
	case IPC_KIND_BOOL:
		return ipc_put_int(out, *IPC_CAT(bool, m, f->off) ? 1 : 0, 1);
	case IPC_KIND_STR:
		return encode_str(l, f, *IPC_CAT(char *, m, f->off), out, ei);
	case IPC_KIND_BLOB:
		blob = IPC_CAT(struct bytes, m, f->off);
		return encode_raw(l, f, blob->p, blob->n, out, ei);
	case IPC_KIND_SECRET:
		secret = IPC_CAT(struct secret, m, f->off);
		return encode_raw(l, f, secret->p, secret->len, out, ei);
	case IPC_KIND_STRS:
		return encode_strs(
		    l, f, IPC_CAT(struct strlist, m, f->off), out, ei);
	case IPC_KIND_SUB:
		return ipc_encode_walk(
		    f->sub(), IPC_CAT(char, m, f->off), out, ei);
	case IPC_KIND_LIST:
		return encode_list(l, f, m, out, ei);
	case IPC_KIND__MAX:
	default:
		fatal("%s.%s has no kind", l->name, f->name);
	}
}

enum err
ipc_encode_walk(const struct ipc_layout *l, const void *m, struct buf *out,
    struct errinfo *ei)
{
	const struct ipc_field *f;
	enum err e = ERR_OK;

	for (f = l->fields; f->name != NULL && e == ERR_OK; f++)
		e = encode_field(l, f, m, out, ei);
	return e;
}
