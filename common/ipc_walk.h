/* ipc_walk.h - what the codec does with any struct of ipc_msg.def, by its
 * layout.  Used by ipc_codec.c alone. */
#ifndef IPC_WALK_H
#define IPC_WALK_H

#include <stdint.h>

#include "common/ipc_table.h"

/* Where a field of a message is in memory. */
#define IPC_AT(type, m, off) ((type *)(void *)((char *)(m) + (off)))
#define IPC_CAT(type, m, off) \
	((const type *)(const void *)((const char *)(m) + (off)))

/* "struct.field: what" */
enum err ipc_bad(struct errinfo *ei, enum err e, const struct ipc_layout *l,
    const struct ipc_field *f, const char *what);

enum err ipc_put_int(struct buf *out, uint64_t v, size_t bytes) ERR_CHECK;
enum err ipc_encode_walk(const struct ipc_layout *l, const void *m,
    struct buf *out, struct errinfo *ei) ERR_CHECK;
/* All n bytes and no more; m is written whole. */
enum err ipc_decode_walk(const struct ipc_layout *l, void *m,
    const unsigned char *p, size_t n, struct errinfo *ei) ERR_CHECK;
enum err
ipc_copy_walk(const struct ipc_layout *l, void *to, const void *from) ERR_CHECK;
void ipc_free_walk(const struct ipc_layout *l, void *m);

#endif
