#include "backend/engine/book_fault.h"

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/confer.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/str.h"

#define TEXT_MAX 400

/* concerns: the service as a whole, and not this meeting alone. */
static const struct {
	const char *failure;
	enum book_fault what;
	bool concerns;
} rows[] = {
    {"confer-licence", BOOK_FAULT_REFUSED, true},
    {"confer-down", BOOK_FAULT_LATER, true},
    {"confer-session", BOOK_FAULT_LATER, true},
    {"confer-rights", BOOK_FAULT_REFUSED, true},
    {"confer-owner", BOOK_FAULT_REFUSED, true},
    {"confer-none", BOOK_FAULT_REFUSED, false},
    {"confer-not-found", BOOK_FAULT_GONE, false},
    {"confer-deleted", BOOK_FAULT_GONE, false},
    {"confer-not-active", BOOK_FAULT_GONE, false},
    {"confer-no-instance", BOOK_FAULT_GONE, false},
    {"confer-no-room", BOOK_FAULT_ROOMS, false},
    {"confer-room-busy", BOOK_FAULT_ROOMS, false},
    {"confer-room-denied", BOOK_FAULT_ROOMS, false},
    {"confer-active", BOOK_FAULT_REFUSED, false},
    {"confer-past", BOOK_FAULT_REFUSED, false},
    {"confer-window", BOOK_FAULT_REFUSED, false},
    {"confer-endless", BOOK_FAULT_REFUSED, false},
    {"confer-refused", BOOK_FAULT_REFUSED, false},
    {"webex-refused", BOOK_FAULT_REFUSED, false},
    {"webex-not-found", BOOK_FAULT_REFUSED, false},
    {"webex-denied", BOOK_FAULT_REFUSED, true},
    {"webex-scope", BOOK_FAULT_REFUSED, true},
    {"cms-refused", BOOK_FAULT_REFUSED, true},
    {"cancelled", BOOK_FAULT_LATER, false},
    {"worker-died", BOOK_FAULT_LATER, false},
};

#define ROWS_N (sizeof(rows) / sizeof(rows[0]))

static size_t
find(const struct msg_evidence *ev)
{
	size_t i;

	for (i = 0; i < ROWS_N; i++)
		if (ev->failure != NULL && str_eq(rows[i].failure, ev->failure))
			break;
	return i;
}

enum book_fault
book_fault_of(const struct msg_evidence *ev)
{
	size_t i = find(ev);

	if (ev->code == (uint32_t)ERR_OK)
		return BOOK_FAULT_NONE;
	/* The network, TLS, the sign-in, garbage: all of that may pass. */
	return i < ROWS_N ? rows[i].what : BOOK_FAULT_LATER;
}

void
book_fault_text(const struct msg_evidence *ev, char *out, size_t size)
{
	const struct failure *f =
	    failure_find(ev->failure != NULL ? ev->failure : "");
	const char *more = ev->soap_text != NULL ? ev->soap_text : "";

	text_fit(out, size, "%s%s%s",
	    f != NULL ? f->title : "The conferencing service does not answer",
	    more[0] != '\0' ? ": " : ".", more);
}

void
book_fault_forget(struct engine *en, const struct confer *svc)
{
	alarm_lower(en, ALARM_CONFER, confer_name(svc));
}

void
book_fault_alarm(
    struct engine *en, const struct confer *svc, const struct msg_evidence *ev)
{
	size_t i = find(ev);
	char text[TEXT_MAX];

	if (svc == NULL)
		return;
	if (ev->code == (uint32_t)ERR_OK) {
		book_fault_forget(en, svc);
		return;
	}
	if (i < ROWS_N && !rows[i].concerns)
		return;
	book_fault_text(ev, text, sizeof(text));
	alarm_raise(en, ALARM_CONFER, confer_name(svc),
	    ev->failure != NULL ? ev->failure : "", text);
}
