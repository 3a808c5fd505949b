/* fuzz_ews_stream.c - streaming notifications, cut into chunks; the first
 * byte of the input says how long they are. */
#include <stdint.h>

#include "backend/net/ews_notify.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_fit(enum ipc_type t, const void *msg)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	enum err e = ipc_build(&b, t, 1, msg);

	if (e != ERR_OK && e != ERR_NOMEM)
		fatal("%s: what was decoded does not fit", ipc_name(t));
	buf_clear(&b);
}

static void
on_events(void *arg, const struct msg_ews_events *e)
{
	(void)arg;
	must_fit(IPC_EWS_EVENTS, e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg_ews_stream_end end = {0};
	struct ews_notify *n = NULL;
	size_t i, step;
	bool more = true;

	if (size == 0)
		return 0;
	step = 1 + (size_t)data[0] * 4;
	if (ews_notify_new(&n, on_events, NULL, &end) != ERR_OK)
		return 0;
	for (i = 1; i < size && more; i += step)
		more = ews_notify_feed(n, (const char *)data + i,
		    size - i < step ? size - i : step);
	if (more) {
		ews_notify_end(n);
		if (end.ev.code == (unsigned)ERR_OK)
			fatal("a stream that was cut off ended well");
	}
	must_fit(IPC_EWS_STREAM_END, &end);
	msg_ews_stream_end_free(&end);
	ews_notify_free(n);
	return 0;
}
