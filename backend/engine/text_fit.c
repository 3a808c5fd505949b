#include "backend/engine/text_fit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/str.h"

void
text_fit(char *out, size_t size, const char *fmt, ...)
{
	size_t at, n, len;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(out, size, fmt, ap);
	va_end(ap);
	len = strlen(out);
	if (len + 1 < size)
		return;
	/* It is full: the last character may be half. */
	for (at = 0; at < len; at += n)
		if ((n = str_utf8_len(out + at)) == 0)
			break;
	out[at] = '\0';
}
