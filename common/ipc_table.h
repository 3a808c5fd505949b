/* ipc_table.h - ipc_msg.def as data: what the codec walks over, and what
 * tests make their messages from.  Read only. */
#ifndef IPC_TABLE_H
#define IPC_TABLE_H

#include <stddef.h>

#include "common/ipc.h"

enum ipc_kind {
	IPC_KIND_U32,
	IPC_KIND_U64,
	IPC_KIND_I64,
	IPC_KIND_BOOL,
	IPC_KIND_STR,
	IPC_KIND_BLOB,
	IPC_KIND_SECRET,
	IPC_KIND_STRS,
	IPC_KIND_SUB,
	IPC_KIND_LIST,
	IPC_KIND__MAX
};

struct ipc_layout;

struct ipc_field {
	const char *name; /* NULL ends the fields of a struct */
	enum ipc_kind kind;
	size_t off; /* of the field in its struct */
	size_t off_n; /* of the count of a list */
	size_t max; /* bytes of a string, blob or secret */
	size_t max_n; /* entries of a list */
	const struct ipc_layout *(*sub)(void);
};

struct ipc_layout {
	const char *name; /* "ews_item" */
	size_t size; /* of the struct in memory */
	const struct ipc_field *fields;
};

const struct ipc_layout *ipc_layout(enum ipc_type t);

#define IPC_STRUCT(name, ...) \
	const struct ipc_layout *msg_##name##_layout(void);
#include "common/ipc_msg.def"
#undef IPC_STRUCT

#endif
