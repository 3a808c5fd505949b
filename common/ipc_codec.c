#include <string.h>

#include "common/buf.h"
#include "common/ipc.h"
#include "common/ipc_walk.h"

/* One set of functions for each struct. */

#define IPC_STRUCT(name, ...)                                                 \
	void msg_##name##_free(struct msg_##name *m)                          \
	{                                                                     \
		ipc_free_walk(msg_##name##_layout(), m);                      \
	}                                                                     \
	enum err msg_##name##_encode(                                         \
	    const struct msg_##name *m, struct buf *out)                      \
	{                                                                     \
		return ipc_encode_walk(msg_##name##_layout(), m, out, NULL);  \
	}                                                                     \
	enum err msg_##name##_decode(                                         \
	    struct msg_##name *m, const unsigned char *p, size_t n)           \
	{                                                                     \
		return ipc_decode_walk(msg_##name##_layout(), m, p, n, NULL); \
	}                                                                     \
	enum err msg_##name##_copy(                                           \
	    struct msg_##name *to, const struct msg_##name *from)             \
	{                                                                     \
		return ipc_copy_walk(msg_##name##_layout(), to, from);        \
	}
#include "common/ipc_msg.def"
#undef IPC_STRUCT

static uint64_t
get_int(const unsigned char *p, size_t bytes)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

enum err
ipc_parse(const unsigned char *p, size_t n, struct ipc_frame *out, bool *got)
{
	uint64_t len, type;

	*got = false;
	if (n < 4)
		return ERR_OK;
	len = get_int(p, 4);
	if (len < IPC_HEADER_LEN - 4)
		return ERR_PROTO;
	if (len > IPC_FRAME_MAX - 4)
		return ERR_TOOBIG;
	if (n < 8)
		return ERR_OK;
	type = get_int(p + 4, 4);
	if (type == IPC_T_NONE || type >= IPC_T__MAX)
		return ERR_PROTO;
	if (len + 4 > ipc_max((enum ipc_type)type))
		return ERR_TOOBIG;
	if (n < len + 4)
		return ERR_OK;
	out->type = (enum ipc_type)type;
	out->id = get_int(p + 8, 8);
	out->payload = p + IPC_HEADER_LEN;
	out->payload_len = (size_t)len - (IPC_HEADER_LEN - 4);
	out->frame_len = (size_t)len + 4;
	*got = true;
	return ERR_OK;
}

enum err
ipc_build_why(struct buf *out, enum ipc_type t, uint64_t id, const void *msg,
    struct errinfo *ei)
{
	size_t start = out->len, len, i;
	enum err e;

	if (ei != NULL)
		ei->code = ERR_OK;
	if ((e = ipc_put_int(out, 0, 4)) != ERR_OK ||
	    (e = ipc_put_int(out, (uint64_t)t, 4)) != ERR_OK ||
	    (e = ipc_put_int(out, id, 8)) != ERR_OK ||
	    (e = ipc_encode_walk(ipc_layout(t), msg, out, ei)) != ERR_OK)
		goto undo;
	len = out->len - start;
	if (len > ipc_max(t)) {
		e = err_set(ei, ERR_TOOBIG, "%s: %zu bytes, at most %zu.",
		    ipc_name(t), len, ipc_max(t));
		goto undo;
	}
	for (i = 0; i < 4; i++)
		out->p[start + i] = (char)((len - 4) >> (8 * i) & 0xff);
	return ERR_OK;
undo:
	if (out->p != NULL) {
		mem_wipe(out->p + start, out->len - start);
		out->len = start;
	}
	if (ei != NULL && ei->code != e)
		(void)err_set(
		    ei, e, "%s: %s", ipc_name(t), err_default_text(e));
	return e;
}

enum err
ipc_build(struct buf *out, enum ipc_type t, uint64_t id, const void *msg)
{
	return ipc_build_why(out, t, id, msg, NULL);
}

enum err
ipc_decode_why(enum ipc_type t, void *msg, const unsigned char *p, size_t n,
    struct errinfo *ei)
{
	return ipc_decode_walk(ipc_layout(t), msg, p, n, ei);
}

enum err
ipc_decode(enum ipc_type t, void *msg, const unsigned char *p, size_t n)
{
	return ipc_decode_walk(ipc_layout(t), msg, p, n, NULL);
}

void
ipc_free(enum ipc_type t, void *msg)
{
	ipc_free_walk(ipc_layout(t), msg);
}
