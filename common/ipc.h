/* ipc.h - the messages of ipc_msg.def as structs, and their codec.
 * Pure: no sockets here.  Decoders take hostile bytes. */
#ifndef IPC_H
#define IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/secret.h"
#include "common/str.h"

struct buf;

struct bytes {
	unsigned char *p;
	size_t n;
};

#define F_U32(f) uint32_t f;
#define F_U64(f) uint64_t f;
#define F_I64(f) int64_t f;
#define F_BOOL(f) bool f;
#define F_STR(f, max) char *f;
#define F_BLOB(f, max) struct bytes f;
#define F_SECRET(f, max) struct secret f;
#define F_STRS(f, maxn, max) struct strlist f;
#define F_SUB(f, type) struct msg_##type f;
#define F_LIST(f, type, maxn) \
	struct msg_##type *f; \
	size_t f##_n;
#define IPC_STRUCT(name, ...) \
	struct msg_##name {   \
		__VA_ARGS__   \
	};
#include "common/ipc_msg.def"
#undef IPC_STRUCT

/* msg_X_free() frees all fields and leaves a zeroed struct.  A struct that
 * is all zero is a valid empty message: NULL strings encode as "".
 * Text must be UTF-8 without NUL on both sides: encoding anything else is
 * ERR_ARG, decoding it ERR_PROTO (see str_utf8_clean).  _decode and _copy
 * write all of *m, whatever was in it; after a failure it is all zero. */
#define IPC_STRUCT(name, ...)                                                  \
	void msg_##name##_free(struct msg_##name *m);                          \
	enum err msg_##name##_encode(                                          \
	    const struct msg_##name *m, struct buf *out) ERR_CHECK;            \
	enum err msg_##name##_decode(                                          \
	    struct msg_##name *m, const unsigned char *p, size_t n) ERR_CHECK; \
	enum err msg_##name##_copy(                                            \
	    struct msg_##name *to, const struct msg_##name *from) ERR_CHECK;
#include "common/ipc_msg.def"
#undef IPC_STRUCT
#undef F_U32
#undef F_U64
#undef F_I64
#undef F_BOOL
#undef F_STR
#undef F_BLOB
#undef F_SECRET
#undef F_STRS
#undef F_SUB
#undef F_LIST

enum ipc_type {
	IPC_T_NONE,
#define IPC_MSG(name, dir, payload, max) IPC_##name,
#include "common/ipc_msg.def"
#undef IPC_MSG
	IPC_T__MAX
};

enum ipc_dir {
	IPC_DIR_ANY,
	IPC_DIR_C_TO_M,
	IPC_DIR_M_TO_C,
	IPC_DIR_C_TO_E,
	IPC_DIR_E_TO_C,
	IPC_DIR_E_TO_M,
	IPC_DIR_M_TO_E,
	IPC_DIR_M_TO_N,
	IPC_DIR_N_TO_M,
	IPC_DIR_E_TO_N,
	IPC_DIR_N_TO_E,
	IPC_DIR__MAX
};

/* A hash of ipc_msg.def, made by the build: any edit of the table is
 * another protocol, and a peer of another build is refused. */
extern const char ipc_proto[];

const char *ipc_name(enum ipc_type t);
enum ipc_dir ipc_dir(enum ipc_type t);
size_t ipc_max(enum ipc_type t); /* largest frame, header included */

/* A frame on the wire, little endian: u32 length of all that follows,
 * u32 type, u64 request id, payload. */
#define IPC_HEADER_LEN 16
#define IPC_FRAME_MAX 8388608u /* no row may be larger */

struct ipc_frame {
	enum ipc_type type;
	uint64_t id;
	const unsigned char *payload; /* borrowed */
	size_t payload_len;
	size_t frame_len; /* header included */
};

/* One frame from the front of n bytes.  *got is false when more bytes are
 * needed.  ERR_PROTO: unknown type.  ERR_TOOBIG: over the row's limit. */
enum err ipc_parse(const unsigned char *p, size_t n, struct ipc_frame *out,
    bool *got) ERR_CHECK;
/* Appends a frame; msg is the row's struct (void * of it). */
enum err ipc_build(
    struct buf *out, enum ipc_type t, uint64_t id, const void *msg) ERR_CHECK;
/* Through the row's codec. */
enum err ipc_decode(
    enum ipc_type t, void *msg, const unsigned char *p, size_t n) ERR_CHECK;
/* The same two, with the field that is wrong in the text. */
enum err ipc_build_why(struct buf *out, enum ipc_type t, uint64_t id,
    const void *msg, struct errinfo *ei) ERR_CHECK;
enum err ipc_decode_why(enum ipc_type t, void *msg, const unsigned char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
void ipc_free(enum ipc_type t, void *msg);
size_t ipc_struct_size(enum ipc_type t);

#endif
