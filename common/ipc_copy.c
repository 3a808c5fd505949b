#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc_walk.h"

static void
release_list(const struct ipc_field *f, void *m)
{
	const struct ipc_layout *sub = f->sub();
	char *v = *IPC_AT(char *, m, f->off);
	size_t n = *IPC_AT(size_t, m, f->off_n), i;

	for (i = 0; i < n; i++)
		ipc_free_walk(sub, v + i * sub->size);
	mem_free(v);
}

void
ipc_free_walk(const struct ipc_layout *l, void *m)
{
	const struct ipc_field *f;

	for (f = l->fields; f->name != NULL; f++) {
		if (f->kind == IPC_KIND_STR)
			mem_free(*IPC_AT(char *, m, f->off));
		else if (f->kind == IPC_KIND_BLOB)
			mem_free(IPC_AT(struct bytes, m, f->off)->p);
		else if (f->kind == IPC_KIND_SECRET)
			secret_clear(IPC_AT(struct secret, m, f->off));
		else if (f->kind == IPC_KIND_STRS)
			strlist_clear(IPC_AT(struct strlist, m, f->off));
		else if (f->kind == IPC_KIND_SUB)
			ipc_free_walk(f->sub(), IPC_AT(char, m, f->off));
		else if (f->kind == IPC_KIND_LIST)
			release_list(f, m);
	}
	memset(m, 0, l->size);
}

static enum err copy(const struct ipc_layout *l, void *to, const void *from);

static enum err
copy_strs(struct strlist *to, const struct strlist *from)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < from->n && e == ERR_OK; i++)
		e = strlist_add(to, from->v[i]);
	return e;
}

static enum err
copy_list(const struct ipc_field *f, void *to, const void *from)
{
	const struct ipc_layout *sub = f->sub();
	const char *v = *IPC_CAT(char *, from, f->off);
	size_t n = *IPC_CAT(size_t, from, f->off_n), i;
	enum err e = ERR_OK;
	char *new;

	if (n == 0)
		return ERR_OK;
	if (n > f->max_n || (new = try_alloc(n * sub->size)) == NULL)
		return n > f->max_n ? ERR_TOOBIG : ERR_NOMEM;
	*IPC_AT(char *, to, f->off) = new;
	*IPC_AT(size_t, to, f->off_n) = n;
	for (i = 0; i < n && e == ERR_OK; i++)
		e = copy(sub, new + i * sub->size, v + i * sub->size);
	return e;
}

static enum err
copy_field(const struct ipc_field *f, void *to, const void *from)
{
	const struct bytes *blob;
	const char *s;
	void *p;

	switch (f->kind) {
	case IPC_KIND_STR:
		s = *IPC_CAT(char *, from, f->off);
		p = try_strdup(s == NULL ? "" : s);
		*IPC_AT(char *, to, f->off) = p;
		return p == NULL ? ERR_NOMEM : ERR_OK;
	case IPC_KIND_BLOB:
		blob = IPC_CAT(struct bytes, from, f->off);
		if (blob->n == 0)
			return ERR_OK;
		if ((p = try_alloc(blob->n)) == NULL)
			return ERR_NOMEM;
		memcpy(p, blob->p, blob->n);
		IPC_AT(struct bytes, to, f->off)->p = p;
		IPC_AT(struct bytes, to, f->off)->n = blob->n;
		return ERR_OK;
	case IPC_KIND_SECRET:
		return secret_copy(IPC_AT(struct secret, to, f->off),
		    IPC_CAT(struct secret, from, f->off));
	case IPC_KIND_STRS:
		return copy_strs(IPC_AT(struct strlist, to, f->off),
		    IPC_CAT(struct strlist, from, f->off));
	case IPC_KIND_SUB:
		return copy(f->sub(), IPC_AT(char, to, f->off),
		    IPC_CAT(char, from, f->off));
	case IPC_KIND_LIST:
		return copy_list(f, to, from);
	case IPC_KIND_BOOL:
		*IPC_AT(bool, to, f->off) = *IPC_CAT(bool, from, f->off);
		return ERR_OK;
	case IPC_KIND_U32:
		*IPC_AT(uint32_t, to, f->off) =
		    *IPC_CAT(uint32_t, from, f->off);
		return ERR_OK;
	case IPC_KIND_U64:
	case IPC_KIND_I64:
	case IPC_KIND__MAX:
	default:
		memcpy(
		    IPC_AT(char, to, f->off), IPC_CAT(char, from, f->off), 8);
		return ERR_OK;
	}
}

static enum err
copy(const struct ipc_layout *l, void *to, const void *from)
{
	const struct ipc_field *f;
	enum err e = ERR_OK;

	for (f = l->fields; f->name != NULL && e == ERR_OK; f++)
		e = copy_field(f, to, from);
	return e;
}

enum err
ipc_copy_walk(const struct ipc_layout *l, void *to, const void *from)
{
	enum err e;

	memset(to, 0, l->size);
	if ((e = copy(l, to, from)) != ERR_OK)
		ipc_free_walk(l, to);
	return e;
}
