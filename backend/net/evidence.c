/* evidence.c - see evidence.h. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/str.h"

void
evidence_fail(
    struct msg_evidence *ev, const char *failure, const char *fmt, ...)
{
	const struct failure *f = failure_find(failure);
	char text[EV_DETAIL_MAX + 1];
	va_list ap;

	if (evidence_failed(ev))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ev->code = f == NULL ? (unsigned)ERR_PROTO : (unsigned)f->code;
	evidence_text(&ev->failure, failure, 64);
	evidence_text(&ev->detail, text, EV_DETAIL_MAX);
}

bool
evidence_failed(const struct msg_evidence *ev)
{
	return ev->code != (unsigned)ERR_OK;
}

void
evidence_fail_err(struct msg_evidence *ev, enum err e, const char *text)
{
	switch (e) {
	case ERR_OK:
		break;
	case ERR_UNSUPPORTED:
		evidence_fail(ev, "content-doctype", "%s", text);
		break;
	case ERR_TOOBIG:
		evidence_fail(ev, "content-toobig", "%s", text);
		break;
	case ERR_PROTO:
		evidence_fail(ev, "content-xml", "%s", text);
		break;
	default:
		/* Memory and the like: the class says it all. */
		if (!evidence_failed(ev)) {
			ev->code = (unsigned)e;
			evidence_text(&ev->failure, "ews-error", 64);
			evidence_text(&ev->detail, text, EV_DETAIL_MAX);
		}
		break;
	}
}

void
evidence_forgive(struct msg_evidence *ev)
{
	ev->code = (unsigned)ERR_OK;
	evidence_text(&ev->failure, "", 0);
}

static void
move_text(char **to, char **from)
{
	if (*from == NULL || **from == '\0')
		return;
	mem_free(*to);
	*to = *from;
	*from = NULL;
}

void
evidence_merge(struct msg_evidence *to, struct msg_evidence *from)
{
	move_text(&to->soap_code, &from->soap_code);
	move_text(&to->soap_text, &from->soap_text);
	move_text(&to->server_version, &from->server_version);
	if (from->backoff_ms > 0)
		to->backoff_ms = from->backoff_ms;
	if (evidence_failed(from)) {
		to->code = from->code;
		move_text(&to->failure, &from->failure);
		move_text(&to->detail, &from->detail);
	}
}

void
evidence_text(char **to, const char *s, size_t max)
{
	size_t n = strlen(s), i;
	char *p;

	if (n > max)
		n = max;
	/* Back to the start of a character that the cut went through. */
	while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	if ((p = try_strndup(s, n)) != NULL) {
		bool utf8 = str_is_utf8(p, n);

		for (i = 0; i < n; i++) {
			unsigned char c = (unsigned char)p[i];

			if (c < 0x20 || c == 0x7F || (!utf8 && c >= 0x80))
				p[i] = c < 0x20 ? ' ' : '?';
		}
	}
	mem_free(*to);
	*to = p;
}

enum err
evidence_id(char **to, const char *s, size_t max)
{
	size_t n = strlen(s);
	char *p;

	if (n > max)
		return ERR_TOOBIG;
	if ((p = try_strndup(s, n)) == NULL)
		return ERR_NOMEM;
	mem_free(*to);
	*to = p;
	return ERR_OK;
}
