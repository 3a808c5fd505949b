#include "backend/engine/book_fault.h"

#include "backend/engine/alarm.h"
#include "backend/engine/book.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/confer.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/str.h"

#define TEXT_MAX 400

/* concerns: the service as a whole, and not this meeting alone.  told: what
 * an organizer is told where it is the last word. */
static const struct {
	const char *failure;
	enum book_fault what;
	bool concerns;
	enum join_notice told;
} rows[] = {
    {"confer-licence", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_LICENCE},
    {"confer-down", BOOK_FAULT_LATER, true, JOIN_NOTICE_AWAY},
    {"confer-session", BOOK_FAULT_LATER, true, JOIN_NOTICE_AWAY},
    {"confer-rights", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_SETUP},
    {"confer-owner", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_SETUP},
    {"confer-none", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_SETUP},
    {"confer-not-found", BOOK_FAULT_GONE, false, JOIN_NOTICE_REFUSED},
    {"confer-deleted", BOOK_FAULT_GONE, false, JOIN_NOTICE_REFUSED},
    {"confer-not-active", BOOK_FAULT_GONE, false, JOIN_NOTICE_REFUSED},
    {"confer-no-instance", BOOK_FAULT_GONE, false, JOIN_NOTICE_REFUSED},
    {"confer-no-room", BOOK_FAULT_ROOMS, false, JOIN_NOTICE_REFUSED},
    {"confer-room-busy", BOOK_FAULT_ROOMS, false, JOIN_NOTICE_REFUSED},
    {"confer-room-denied", BOOK_FAULT_ROOMS, false, JOIN_NOTICE_REFUSED},
    {"confer-time", BOOK_FAULT_DIFFERS, true, JOIN_NOTICE_AWAY},
    {"confer-title", BOOK_FAULT_DIFFERS, false, JOIN_NOTICE_NONE},
    {"confer-active", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_REFUSED},
    {"confer-past", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_TIME},
    {"confer-window", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_TIME},
    {"confer-endless", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_SERIES},
    {"confer-refused", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_REFUSED},
    {"webex-refused", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_REFUSED},
    {"webex-not-found", BOOK_FAULT_REFUSED, false, JOIN_NOTICE_REFUSED},
    {"webex-denied", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_SETUP},
    {"webex-scope", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_SETUP},
    {"cms-refused", BOOK_FAULT_REFUSED, true, JOIN_NOTICE_REFUSED},
    {"cancelled", BOOK_FAULT_LATER, false, JOIN_NOTICE_AWAY},
    {"worker-died", BOOK_FAULT_LATER, false, JOIN_NOTICE_AWAY},
    {BOOK_FAULT_SERIES, BOOK_FAULT_REFUSED, false, JOIN_NOTICE_SERIES},
    {BOOK_FAULT_NO_UID, BOOK_FAULT_REFUSED, false, JOIN_NOTICE_REFUSED},
};

#define ROWS_N (sizeof(rows) / sizeof(rows[0]))

static size_t
find_name(const char *failure)
{
	size_t i;

	for (i = 0; i < ROWS_N; i++)
		if (failure != NULL && str_eq(rows[i].failure, failure))
			break;
	return i;
}

static size_t
find(const struct msg_evidence *ev)
{
	return find_name(ev->failure);
}

enum join_notice
book_fault_notice(const char *failure)
{
	size_t i = find_name(failure);

	return i < ROWS_N ? rows[i].told : JOIN_NOTICE_REFUSED;
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
	if (!alarm_is_raised(en, ALARM_CONFER, confer_name(svc)))
		return;
	alarm_lower(en, ALARM_CONFER, confer_name(svc));
	if (en->books != NULL)
		books_again(en->books, false);
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
