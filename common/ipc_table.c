#include "common/ipc_table.h"

#include <stddef.h>

/* A function for each struct, so that `self` can name it in the fields. */
#define FIELD(f, kind, off_n, max, max_n, sub) \
	{#f, kind, offsetof(self, f), off_n, max, max_n, sub},
#define F_U32(f) FIELD(f, IPC_KIND_U32, 0, 0, 0, NULL)
#define F_U64(f) FIELD(f, IPC_KIND_U64, 0, 0, 0, NULL)
#define F_I64(f) FIELD(f, IPC_KIND_I64, 0, 0, 0, NULL)
#define F_BOOL(f) FIELD(f, IPC_KIND_BOOL, 0, 0, 0, NULL)
#define F_STR(f, max) FIELD(f, IPC_KIND_STR, 0, max, 0, NULL)
#define F_BLOB(f, max) FIELD(f, IPC_KIND_BLOB, 0, max, 0, NULL)
#define F_SECRET(f, max) FIELD(f, IPC_KIND_SECRET, 0, max, 0, NULL)
#define F_STRS(f, maxn, max) FIELD(f, IPC_KIND_STRS, 0, max, maxn, NULL)
#define F_SUB(f, type) FIELD(f, IPC_KIND_SUB, 0, 0, 0, msg_##type##_layout)
#define F_LIST(f, type, maxn)                                   \
	FIELD(f, IPC_KIND_LIST, offsetof(self, f##_n), 0, maxn, \
	    msg_##type##_layout)
#define IPC_STRUCT(nm, ...)                                              \
	const struct ipc_layout *msg_##nm##_layout(void)                 \
	{                                                                \
		typedef struct msg_##nm self;                            \
		static const struct ipc_field fields[] = {               \
		    __VA_ARGS__{NULL, IPC_KIND__MAX, 0, 0, 0, 0, NULL}}; \
		static const struct ipc_layout layout = {                \
		    #nm, sizeof(self), fields};                          \
		return &layout;                                          \
	}
#include "common/ipc_msg.def"
#undef IPC_STRUCT

struct ipc_row {
	const char *name;
	enum ipc_dir dir;
	size_t max;
	const struct ipc_layout *(*layout)(void);
};

static const struct ipc_row rows[IPC_T__MAX] = {
    [IPC_T_NONE] = {"NONE", IPC_DIR_ANY, 0, msg_empty_layout},
#define IPC_MSG(name, dir, payload, max) \
	[IPC_##name] = {#name, IPC_DIR_##dir, max, msg_##payload##_layout},
#include "common/ipc_msg.def"
#undef IPC_MSG
};

#define IPC_MSG(name, dir, payload, max) \
	_Static_assert((max) <= IPC_FRAME_MAX, "row " #name " is too large");
#include "common/ipc_msg.def"
#undef IPC_MSG

/* Types come off the wire: what is in no row is NONE, of no size. */
static const struct ipc_row *
row(enum ipc_type t)
{
	return &rows[(unsigned)t < IPC_T__MAX ? t : IPC_T_NONE];
}

const char *
ipc_name(enum ipc_type t)
{
	return row(t)->name;
}

enum ipc_dir
ipc_dir(enum ipc_type t)
{
	return row(t)->dir;
}

size_t
ipc_max(enum ipc_type t)
{
	return row(t)->max;
}

size_t
ipc_struct_size(enum ipc_type t)
{
	return row(t)->layout()->size;
}

const struct ipc_layout *
ipc_layout(enum ipc_type t)
{
	return row(t)->layout();
}
