#include "backend/engine/own_fault.h"

#include "common/alloc.h"
#include "common/failure.h"
#include "common/ipc.h"

void
own_fault_fill(
    struct msg_evidence *out, const char *failure, const char *detail)
{
	const struct failure *f = failure_find(failure);
	struct msg_evidence few = {0};

	few.code = f != NULL          ? (uint32_t)f->code
		   : *failure != '\0' ? (uint32_t)ERR_PROTO
				      : (uint32_t)ERR_OK;
	few.failure = xstrdup(failure);
	few.detail = xstrdup(detail);
	/* All that is NULL becomes "". */
	if (msg_evidence_copy(out, &few) != ERR_OK)
		fatal("own_fault: out of memory");
	msg_evidence_free(&few);
}
