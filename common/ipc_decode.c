#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc_walk.h"

/* The bytes are hostile: every length and count is checked against the
 * table and against what is left before memory is taken for it. */

struct input {
	const unsigned char *p;
	size_t n;
};

static bool
get_int(struct input *in, size_t bytes, uint64_t *v)
{
	size_t i;

	if (in->n < bytes)
		return false;
	*v = 0;
	for (i = 0; i < bytes; i++)
		*v |= (uint64_t)in->p[i] << (8 * i);
	in->p += bytes;
	in->n -= bytes;
	return true;
}

static enum err decode(
    const struct ipc_layout *l, void *m, struct input *in, struct errinfo *ei);

/* The fewest bytes that a struct can have: a count of entries that would
 * need more than there is costs no allocation. */
static size_t
least_bytes(const struct ipc_layout *l)
{
	const struct ipc_field *f;
	size_t n = 0;

	for (f = l->fields; f->name != NULL; f++) {
		if (f->kind == IPC_KIND_SUB)
			n += least_bytes(f->sub());
		else if (f->kind == IPC_KIND_U64 || f->kind == IPC_KIND_I64)
			n += 8;
		else
			n += f->kind == IPC_KIND_BOOL ? 1 : 4;
	}
	return n;
}

/* Length and bytes, borrowed from the input. */
static enum err
get_bytes(const struct ipc_layout *l, const struct ipc_field *f,
    struct input *in, const unsigned char **p, size_t *n, struct errinfo *ei)
{
	uint64_t len;

	if (!get_int(in, 4, &len))
		return ipc_bad(ei, ERR_PROTO, l, f, "the message ends early");
	if (len > f->max)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "it is too long");
	if (len > in->n)
		return ipc_bad(ei, ERR_PROTO, l, f, "the message ends early");
	*p = in->p;
	*n = (size_t)len;
	in->p += len;
	in->n -= (size_t)len;
	return ERR_OK;
}

static enum err
get_count(const struct ipc_layout *l, const struct ipc_field *f,
    struct input *in, size_t least, size_t *n, struct errinfo *ei)
{
	uint64_t v;

	if (!get_int(in, 4, &v))
		return ipc_bad(ei, ERR_PROTO, l, f, "the message ends early");
	if (v > f->max_n)
		return ipc_bad(ei, ERR_TOOBIG, l, f, "the list is too long");
	if (least > 0 && v > in->n / least)
		return ipc_bad(ei, ERR_PROTO, l, f, "the message ends early");
	*n = (size_t)v;
	return ERR_OK;
}

static enum err
get_text(const struct ipc_layout *l, const struct ipc_field *f,
    struct input *in, const char **s, size_t *n, struct errinfo *ei)
{
	const unsigned char *p;
	enum err e;

	if ((e = get_bytes(l, f, in, &p, n, ei)) != ERR_OK)
		return e;
	*s = (const char *)p;
	if (!str_is_utf8(*s, *n))
		return ipc_bad(ei, ERR_PROTO, l, f, "the text is not UTF-8");
	return ERR_OK;
}

static enum err
decode_str(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = get_text(l, f, in, &s, &n, ei)) != ERR_OK)
		return e;
	*IPC_AT(char *, m, f->off) = try_strndup(s, n);
	return *IPC_AT(char *, m, f->off) == NULL
		   ? ipc_bad(ei, ERR_NOMEM, l, f, "out of memory")
		   : ERR_OK;
}

static enum err
decode_strs(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	const char *s;
	size_t count, n, i;
	enum err e;

	e = get_count(l, f, in, 4, &count, ei);
	for (i = 0; e == ERR_OK && i < count; i++) {
		if ((e = get_text(l, f, in, &s, &n, ei)) != ERR_OK)
			break;
		e = strlist_addn(IPC_AT(struct strlist, m, f->off), s, n);
		if (e != ERR_OK)
			e = ipc_bad(ei, e, l, f, "out of memory");
	}
	return e;
}

static enum err
decode_blob(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	struct bytes *b = IPC_AT(struct bytes, m, f->off);
	const unsigned char *p;
	size_t n;
	enum err e;

	if ((e = get_bytes(l, f, in, &p, &n, ei)) != ERR_OK || n == 0)
		return e;
	if ((b->p = try_alloc(n)) == NULL)
		return ipc_bad(ei, ERR_NOMEM, l, f, "out of memory");
	memcpy(b->p, p, n);
	b->n = n;
	return ERR_OK;
}

static enum err
decode_secret(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	const unsigned char *p;
	size_t n;
	enum err e;

	if ((e = get_bytes(l, f, in, &p, &n, ei)) != ERR_OK)
		return e;
	e = secret_set(IPC_AT(struct secret, m, f->off), p, n);
	return e == ERR_OK ? e : ipc_bad(ei, e, l, f, "out of memory");
}

static enum err
decode_list(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	const struct ipc_layout *sub = f->sub();
	size_t count, i;
	char *v;
	enum err e;

	e = get_count(l, f, in, least_bytes(sub), &count, ei);
	if (e != ERR_OK || count == 0)
		return e;
	if ((v = try_alloc(count * sub->size)) == NULL)
		return ipc_bad(ei, ERR_NOMEM, l, f, "out of memory");
	*IPC_AT(char *, m, f->off) = v;
	/* Zeroed entries are valid: all of them can be freed from now on. */
	*IPC_AT(size_t, m, f->off_n) = count;
	for (i = 0; i < count && e == ERR_OK; i++)
		e = decode(sub, v + i * sub->size, in, ei);
	return e;
}

static enum err
decode_number(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	size_t bytes = f->kind == IPC_KIND_U32    ? 4
		       : f->kind == IPC_KIND_BOOL ? 1
						  : 8;
	uint64_t v;

	if (!get_int(in, bytes, &v))
		return ipc_bad(ei, ERR_PROTO, l, f, "the message ends early");
	if (f->kind == IPC_KIND_U32)
		*IPC_AT(uint32_t, m, f->off) = (uint32_t)v;
	else if (f->kind == IPC_KIND_U64)
		*IPC_AT(uint64_t, m, f->off) = v;
	else if (f->kind == IPC_KIND_I64)
		*IPC_AT(int64_t, m, f->off) = (int64_t)v;
	else if (v > 1)
		return ipc_bad(ei, ERR_PROTO, l, f, "a flag is 0 or 1");
	else
		*IPC_AT(bool, m, f->off) = v == 1;
	return ERR_OK;
}

static enum err
decode_field(const struct ipc_layout *l, const struct ipc_field *f, void *m,
    struct input *in, struct errinfo *ei)
{
	switch (f->kind) {
	case IPC_KIND_U32:
	case IPC_KIND_U64:
	case IPC_KIND_I64:
	case IPC_KIND_BOOL:
		return decode_number(l, f, m, in, ei);
	case IPC_KIND_STR:
		return decode_str(l, f, m, in, ei);
	case IPC_KIND_BLOB:
		return decode_blob(l, f, m, in, ei);
	case IPC_KIND_SECRET:
		return decode_secret(l, f, m, in, ei);
	case IPC_KIND_STRS:
		return decode_strs(l, f, m, in, ei);
	case IPC_KIND_SUB:
		return decode(f->sub(), IPC_AT(char, m, f->off), in, ei);
	case IPC_KIND_LIST:
		return decode_list(l, f, m, in, ei);
	case IPC_KIND__MAX:
	default:
		fatal("%s.%s has no kind", l->name, f->name);
	}
}

static enum err
decode(
    const struct ipc_layout *l, void *m, struct input *in, struct errinfo *ei)
{
	const struct ipc_field *f;
	enum err e = ERR_OK;

	for (f = l->fields; f->name != NULL && e == ERR_OK; f++)
		e = decode_field(l, f, m, in, ei);
	return e;
}

enum err
ipc_decode_walk(const struct ipc_layout *l, void *m, const unsigned char *p,
    size_t n, struct errinfo *ei)
{
	struct input in = {p, n};
	enum err e;

	memset(m, 0, l->size);
	e = decode(l, m, &in, ei);
	if (e == ERR_OK && in.n != 0)
		e = err_set(
		    ei, ERR_PROTO, "%s: %zu bytes too many.", l->name, in.n);
	if (e != ERR_OK)
		ipc_free_walk(l, m);
	return e;
}
