/* ipc_out.h - frames on their way out of a socket.  ipc_loop.c only.
 * Owns what is queued and wipes it: a frame may hold a secret. */
#ifndef IPC_OUT_H
#define IPC_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct out_frame;

struct ipc_out {
	struct out_frame *first, **tail;
	size_t bytes; /* queued and not yet written */
	size_t max; /* ceiling of bytes */
	bool broken; /* the peer takes no more; the queue is empty */
};

void ipc_out_init(struct ipc_out *o, size_t max);
void ipc_out_clear(struct ipc_out *o);
/* Copies both parts behind one another, as one frame.  fd: descriptor that
 * travels with its first byte, or -1; taken over in any case.  ERR_BUSY:
 * over the ceiling; ERR_GONE: broken. */
enum err ipc_out_push(struct ipc_out *o, const void *head, size_t head_len,
    const void *body, size_t body_len, int fd) ERR_CHECK;
/* Writes what the socket takes now; never blocks. */
void ipc_out_flush(struct ipc_out *o, int socket_fd);
bool ipc_out_is_empty(const struct ipc_out *o);

#endif
