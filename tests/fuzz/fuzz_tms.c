/* fuzz_tms.c - answers of a TMS.  The first byte is the op. */
#include <stddef.h>
#include <stdint.h>

#include "backend/net/tms_client.h"
#include "common/buf.h"
#include "common/alloc.h"
#include "common/confer_op.h"
#include "common/err.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be_clean(const char *s)
{
	if (s != NULL && str_has_control(s))
		fatal("a text with control characters");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	struct msg_confer_result r = {0};
	struct msg_confer_job m = {0};
	enum err e;

	if (size == 0)
		return 0;
	m.op = data[0] % CONFER_OP__MAX;
	tms_decode((const char *)data + 1, size - 1, &m, &r);
	must_be_clean(r.link);
	must_be_clean(r.video);
	must_be_clean(r.remote_id);
	must_be_clean(r.session);
	if (m.op == CONFER_BOOK && r.ev.code == (uint32_t)ERR_OK &&
	    (r.remote_id == NULL || r.remote_id[0] == '\0'))
		fatal("booked, and no number");
	e = ipc_build(&b, IPC_CONFER_DONE, 1, &r);
	if (e != ERR_OK && e != ERR_NOMEM)
		fatal("what was decoded does not fit");
	buf_clear(&b);
	msg_confer_result_free(&r);
	return 0;
}
