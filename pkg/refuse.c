/* refuse.c - see refuse.h. */
#include "config.h"

#include "pkg/refuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *text;
} rows[REFUSE__MAX] = {
    [REFUSE_NONE] = {"", ""},
#define REFUSE(id, name, text) [REFUSE_##id] = {name, text},
#include "pkg/refuse.def"
#undef REFUSE
};

enum err
refuse(struct refusal *w, enum refuse r, const char *fmt, ...)
{
	char detail[256];
	va_list ap;

	if (w == NULL)
		return ERR_DENIED;
	va_start(ap, fmt);
	if (vsnprintf(detail, sizeof(detail), fmt, ap) < 0)
		detail[0] = '\0';
	va_end(ap);
	w->reason = r;
	return err_set(&w->ei, ERR_DENIED, "%s%s%s%s", refuse_text(r),
	    detail[0] != '\0' ? " (" : "", detail,
	    detail[0] != '\0' ? ")" : "");
}

enum err
refuse_errno(struct refusal *w, const char *what)
{
	const int no = errno;

	if (w == NULL)
		return ERR_SYS;
	if (no == ENOSPC || no == EDQUOT)
		return refuse(w, REFUSE_DISK_FULL, "%s", what);
	w->reason = REFUSE_NONE;
	return err_set(&w->ei, ERR_SYS, "%s: %s", what, strerror(no));
}

struct errinfo *
refuse_ei(struct refusal *w)
{
	return w != NULL ? &w->ei : NULL;
}

const char *
refuse_name(enum refuse r)
{
	return (unsigned)r < REFUSE__MAX ? rows[r].name : "";
}

const char *
refuse_text(enum refuse r)
{
	return (unsigned)r < REFUSE__MAX ? rows[r].text : "";
}
