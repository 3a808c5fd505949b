#include "backend/engine/steps_way.h"

#include "backend/engine/steps.h"
#include "common/err.h"
#include "common/ipc.h"
#include "common/report.h"

enum part { PART_NAME, PART_TLS, PART_ACCOUNT, PART__MAX };

static const struct {
	const char *title, *good;
} parts[PART__MAX] = {
    [PART_NAME] = {"Name and connection", "The server accepts connections."},
    [PART_TLS] = {"Certificate",
	"The server's certificate verifies for its name."},
    [PART_ACCOUNT] = {"Credentials",
	"The user name and password were accepted."},
};

static enum part
part_of(const struct msg_evidence *ev)
{
	switch (ev->code) {
	case ERR_DNS:
	case ERR_CONNECT:
	case ERR_TIMEOUT:
	case ERR_GONE:
	case ERR_CANCELLED:
		return PART_NAME;
	case ERR_TRUST:
		return PART_TLS;
	case ERR_AUTH:
	case ERR_BOUND:
		return PART_ACCOUNT;
	default:
		return ev->http_status != 0 ? PART__MAX : PART_NAME;
	}
}

unsigned
steps_way_begin(struct steps *s)
{
	return steps_begin(s, 0, parts[PART_NAME].title);
}

bool
steps_way_tell(struct steps *s, unsigned *step, const struct msg_evidence *ev)
{
	enum part stop = ev->code == ERR_OK ? PART__MAX : part_of(ev);
	unsigned i;

	for (i = 0; i < PART__MAX; i++) {
		if (*step == 0)
			*step = steps_begin(s, 0, parts[i].title);
		if (i == stop)
			steps_outcome(s, *step, STEP_FAILED, ev, "");
		else
			steps_end(s, *step, i < stop ? STEP_OK : STEP_SKIPPED,
			    i < stop ? parts[i].good
				     : "An earlier step failed.");
		*step = 0;
	}
	return stop == PART__MAX;
}
