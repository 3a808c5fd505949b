/* ipc_loop.h - frames of ipc.h over AF_UNIX sockets in a libuv loop.
 * manager, engine, net.  Never blocks.  What is read is hostile until its
 * row, direction, size and fields were checked here.
 *
 * A connection belongs to its creator until it closes it or on_close was
 * called; it may be closed from within any of its own calls.  The memory
 * goes on a later turn of the loop.  Hellos are exchanged here: no other
 * frame is handed out before the peer's was read and is of this build. */
#ifndef IPC_LOOP_H
#define IPC_LOOP_H

#include <stdint.h>
#include <sys/types.h>

#include "common/err.h"
#include "common/ipc.h"

struct uv_loop_s;
struct ipc_conn; /* opaque */

/* msg: decoded struct of the row, freed after the call (a handler that
 * keeps a field takes it and leaves NULL).  fd: descriptor that came with
 * the frame or -1; the handler owns it. */
typedef void (*ipc_frame_fn)(void *arg, struct ipc_conn *c, enum ipc_type t,
    uint64_t id, void *msg, int fd);
/* why: ERR_GONE when the peer closed, ERR_PROTO after a bad frame.  c is
 * still readable during the call and freed by itself after it. */
typedef void (*ipc_close_fn)(void *arg, struct ipc_conn *c, enum err why);
/* Optional: a valid frame of another direction that is to be passed on
 * undecoded.  Return ERR_OK when it was taken. */
typedef enum err (*ipc_relay_fn)(
    void *arg, struct ipc_conn *c, const struct ipc_frame *f);

struct ipc_conn_ops {
	ipc_frame_fn on_frame;
	ipc_close_fn on_close;
	ipc_relay_fn on_relay; /* NULL: refused as ERR_DENIED */
	unsigned accept_dirs; /* bits 1u << enum ipc_dir handled here */
	unsigned relay_dirs; /* bits passed to on_relay */
	bool forgive; /* a bad frame is answered with ERROR (web,
				 * ctl); otherwise it ends the link */
};

#define IPC_CONN_QUEUE_MAX (16u * 1024u * 1024u) /* bytes not yet written */

/* Takes over fd. program: said in our hello. */
enum err ipc_conn_new(struct ipc_conn **out, struct uv_loop_s *l, int fd,
    const char *program, const struct ipc_conn_ops *ops, void *arg,
    struct errinfo *ei) ERR_CHECK;
void ipc_conn_close(struct ipc_conn *c); /* on_close is not called */
/* ERR_BUSY: the queue is full. send_fd: -1, or a descriptor to pass; it is
 * closed here after it was sent or failed. */
enum err ipc_conn_send(struct ipc_conn *c, enum ipc_type t, uint64_t id,
    const void *msg, int send_fd) ERR_CHECK;
enum err ipc_conn_send_raw(struct ipc_conn *c, enum ipc_type t, uint64_t id,
    const unsigned char *payload, size_t n) ERR_CHECK;
enum err ipc_conn_error(
    struct ipc_conn *c, uint64_t id, enum err code, const char *text) ERR_CHECK;
uid_t ipc_conn_uid(const struct ipc_conn *c); /* SO_PEERCRED */
pid_t ipc_conn_pid(const struct ipc_conn *c);
const char *ipc_conn_program(const struct ipc_conn *c); /* its hello; "" */

#endif
