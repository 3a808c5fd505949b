#include "common/err.h"

#include <stdio.h>
#include <string.h>

struct err_row {
	const char *name;
	const char *text;
	int http_status;
	bool retry;
};

/* What follows from a class: its default sentence, the status of a page,
 * and whether the same request can work later with nothing changed. */
static const struct err_row rows[ERR__MAX] = {
    [ERR_OK] = {"ERR_OK", "Done.", 200, false},
    [ERR_ARG] = {"ERR_ARG", "The input does not fit.", 400, false},
    [ERR_NOTFOUND] = {"ERR_NOTFOUND", "There is no such entry.", 404, false},
    [ERR_EXISTS] = {"ERR_EXISTS", "The name is taken.", 409, false},
    [ERR_DENIED] = {"ERR_DENIED", "Your role does not allow this.", 403, false},
    [ERR_AUTH] = {"ERR_AUTH", "The user name or password was refused.", 401,
	false},
    [ERR_BOUND] = {"ERR_BOUND",
	"The stored password belongs to other settings.", 409, false},
    [ERR_TRUST] = {"ERR_TRUST", "The server is not trusted.", 502, false},
    [ERR_DNS] = {"ERR_DNS", "The host name does not resolve.", 502, true},
    [ERR_CONNECT] = {"ERR_CONNECT", "Nothing answers at the address.", 502,
	true},
    [ERR_TIMEOUT] = {"ERR_TIMEOUT", "No answer came in time.", 504, true},
    [ERR_THROTTLED] = {"ERR_THROTTLED", "The server asks to come back later.",
	503, true},
    [ERR_PROTO] = {"ERR_PROTO", "The answer is not what was expected.", 502,
	true},
    [ERR_TOOBIG] = {"ERR_TOOBIG", "This is larger than allowed.", 413, false},
    [ERR_CONFLICT] = {"ERR_CONFLICT", "Somebody else changed it meanwhile.",
	409, false},
    [ERR_STORE] = {"ERR_STORE", "The database or the disk failed.", 500, true},
    [ERR_SYS] = {"ERR_SYS", "The operating system refused a request.", 500,
	true},
    [ERR_NOMEM] = {"ERR_NOMEM", "There is not enough memory.", 503, true},
    [ERR_GONE] = {"ERR_GONE", "The program that did this has ended.", 503,
	true},
    [ERR_CANCELLED] = {"ERR_CANCELLED", "This was cancelled.", 409, false},
    [ERR_BUSY] = {"ERR_BUSY", "Too much is running already.", 503, true},
    [ERR_UNSUPPORTED] = {"ERR_UNSUPPORTED", "This is not supported.", 501,
	false},
};

/* Codes arrive from other programs as numbers: anything is looked up. */
static const struct err_row *
row(enum err code)
{
	static const struct err_row unknown = {
	    "ERR_UNKNOWN", "Something unknown went wrong.", 500, false};

	return (unsigned)code < ERR__MAX ? &rows[code] : &unknown;
}

/* A cut must not leave half a character behind. */
static void
cut_at_character(char *s, size_t size)
{
	size_t n = strlen(s), back = 0;

	if (n + 1 < size)
		return;
	while (back < 4 && back < n &&
	       ((unsigned char)s[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < n && ((unsigned char)s[n - 1 - back] & 0xc0) == 0xc0)
		s[n - 1 - back] = '\0';
}

enum err
err_set(struct errinfo *ei, enum err code, const char *fmt, ...)
{
	va_list ap;

	if (ei == NULL)
		return code;
	ei->code = code;
	va_start(ap, fmt);
	if (vsnprintf(ei->text, sizeof(ei->text), fmt, ap) < 0)
		ei->text[0] = '\0';
	va_end(ap);
	cut_at_character(ei->text, sizeof(ei->text));
	return code;
}

void
errinfo_context(struct errinfo *ei, const char *fmt, ...)
{
	char was[ERRINFO_MAX];
	size_t n;
	va_list ap;
	int r;

	if (ei == NULL)
		return;
	memcpy(was, ei->text, sizeof(was));
	va_start(ap, fmt);
	r = vsnprintf(ei->text, sizeof(ei->text), fmt, ap);
	va_end(ap);
	if (r < 0)
		ei->text[0] = '\0';
	n = strlen(ei->text);
	(void)snprintf(ei->text + n, sizeof(ei->text) - n, ": %s", was);
	cut_at_character(ei->text, sizeof(ei->text));
}

const char *
err_name(enum err code)
{
	return row(code)->name;
}

const char *
err_default_text(enum err code)
{
	return row(code)->text;
}

int
err_http_status(enum err code)
{
	return row(code)->http_status;
}

bool
err_can_retry(enum err code)
{
	return row(code)->retry;
}
