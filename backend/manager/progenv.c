/* progenv.c - see progenv.h. */
#include "config.h"

#include "backend/manager/progenv.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kept[] = {
    "TZ",
#ifdef HAVE_SANITIZERS
    "ASAN_OPTIONS",
    "LSAN_OPTIONS",
    "UBSAN_OPTIONS",
#endif
};

static size_t
put(struct progenv *p, size_t n, const char *name, const char *value)
{
	int len = snprintf(p->text[n], PROGENV_TEXT_MAX, "%s=%s", name, value);

	if (len < 0 || len >= PROGENV_TEXT_MAX)
		return n;
	p->v[n] = p->text[n];
	return n + 1;
}

void
progenv_init(struct progenv *p)
{
	const char *v;
	size_t i, n = 0;

	memset(p, 0, sizeof(*p));
	n = put(p, n, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	n = put(p, n, "LANG", "C.UTF-8");
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if ((v = getenv(kept[i])) != NULL)
			n = put(p, n, kept[i], v);
	p->v[n] = NULL;
}
