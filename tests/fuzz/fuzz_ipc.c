/* fuzz_ipc.c - frames and payloads of ipc_msg.def.
 * The input is read as a stream of frames, and then once more with its first
 * byte as a type and the rest as a payload, so that each decoder is reached
 * without a header. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was accepted is written as it was read: one message, one form. */
static void
decode_and_encode(enum ipc_type t, const unsigned char *p, size_t n)
{
	struct buf again = BUF_INIT(IPC_FRAME_MAX);
	void *m = xalloc(ipc_struct_size(t));
	struct errinfo ei;

	if (ipc_decode_why(t, m, p, n, &ei) == ERR_OK) {
		if (n + IPC_HEADER_LEN <= ipc_max(t)) {
			if (ipc_build(&again, t, 1, m) != ERR_OK)
				fatal("%s does not encode", ipc_name(t));
			if (again.len != n + IPC_HEADER_LEN ||
			    memcmp(again.p + IPC_HEADER_LEN, p, n) != 0)
				fatal("%s has two forms", ipc_name(t));
		}
		ipc_free(t, m);
	}
	buf_clear(&again);
	mem_free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *p = data;
	size_t n = size;
	struct ipc_frame f;
	bool got;

	while (ipc_parse(p, n, &f, &got) == ERR_OK && got) {
		if (f.frame_len > n || f.frame_len > ipc_max(f.type))
			fatal("frame of %zu bytes", f.frame_len);
		decode_and_encode(f.type, f.payload, f.payload_len);
		p += f.frame_len;
		n -= f.frame_len;
	}
	if (size > 0)
		decode_and_encode(
		    (enum ipc_type)(data[0] % IPC_T__MAX), data + 1, size - 1);
	return 0;
}
