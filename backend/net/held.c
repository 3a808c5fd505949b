/* held.c - see held.h. */
#include "config.h"

#include "backend/net/held.h"

#include <stdbool.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "common/ipc.h"

/* A service cuts a title, but not shorter than this (Webex 128 characters,
 * TMS 255). */
#define CUT_MIN 120

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next character, a run of blanks as one; none at the ends. */
static char
next(const char **p)
{
	const char *s = *p;

	if (!is_blank(*s)) {
		*p = s + (*s != '\0');
		return *s;
	}
	while (is_blank(*s))
		s++;
	*p = s;
	return *s == '\0' ? '\0' : ' ';
}

static bool
is_same(const char *want, const char *have)
{
	size_t n = 0;
	char a, b;

	while (is_blank(*want))
		want++;
	while (is_blank(*have))
		have++;
	for (;; n++) {
		a = next(&want);
		b = next(&have);
		if (b == '\0')
			return a == '\0' || n >= CUT_MIN;
		if (a != b)
			return false;
	}
}

static bool
differs(int64_t want_s, int64_t have_s)
{
	return want_s != 0 && have_s != 0 && want_s != have_s;
}

void
held_judge(
    struct msg_evidence *ev, const struct held *want, const struct held *have)
{
	if (evidence_failed(ev))
		return;
	if (differs(want->start_s, have->start_s))
		evidence_fail(ev, "confer-time", "it holds another start");
	else if (differs(want->end_s, have->end_s))
		evidence_fail(ev, "confer-time", "it holds another end");
	else if (want->title[0] != '\0' && have->title[0] != '\0' &&
		 !is_same(want->title, have->title))
		evidence_fail(ev, "confer-title", "it holds another subject");
}
