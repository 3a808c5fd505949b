#include "common/log_line.h"

#include <string.h>
#include <time.h>

#include "common/str.h"

#define TIME_LEN 24 /* "2026-11-22T06:01:59.123Z" */

enum log_level
log_level_of(const char *name)
{
	unsigned i;

	for (i = 0; i < LOG_L__MAX; i++)
		if (str_caseeq(name, log_level_name((enum log_level)i)))
			break;
	return (enum log_level)i;
}

bool
log_text_is(const struct log_text *t, const char *s)
{
	return t->n == strlen(s) && memcmp(t->p, s, t->n) == 0;
}

static bool
number(const char *p, size_t n, int *out)
{
	int v = 0;

	for (; n > 0; n--, p++) {
		if (*p < '0' || *p > '9')
			return false;
		v = v * 10 + (*p - '0');
	}
	*out = v;
	return true;
}

static int64_t
time_of(const char *p, size_t n)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	struct tm tm = {0};
	int ms = 0;
	size_t i;

	if (n < TIME_LEN)
		return 0;
	for (i = 0; i < TIME_LEN; i++)
		if (shape[i] != 'd' && shape[i] != p[i])
			return 0;
	if (!number(p, 4, &tm.tm_year) || !number(p + 5, 2, &tm.tm_mon) ||
	    !number(p + 8, 2, &tm.tm_mday) || !number(p + 11, 2, &tm.tm_hour) ||
	    !number(p + 14, 2, &tm.tm_min) || !number(p + 17, 2, &tm.tm_sec) ||
	    !number(p + 20, 3, &ms))
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return (int64_t)timegm(&tm) * 1000 + ms;
}

/* NAME="value" at p; how many bytes it has, 0: it is none. */
static size_t
take_pair(struct log_pair *out, const char *p, size_t n)
{
	size_t i = 0, from;

	while (i < n && p[i] != '=' && p[i] != ' ' && p[i] != '"')
		i++;
	if (i == 0 || i + 1 >= n || p[i] != '=' || p[i + 1] != '"')
		return 0;
	out->name.p = p;
	out->name.n = i;
	from = i + 2;
	for (i = from; i < n && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	if (i >= n)
		return 0;
	out->value.p = p + from;
	out->value.n = i - from;
	return i + 1;
}

static void
take_known(struct log_line *l, const struct log_pair *pair)
{
	char word[8];

	if (log_text_is(&pair->name, "Event"))
		l->event = pair->value;
	else if (log_text_is(&pair->name, "Module"))
		l->module = pair->value;
	if (!log_text_is(&pair->name, "Level") || pair->value.n >= sizeof(word))
		return;
	memcpy(word, pair->value.p, pair->value.n);
	word[pair->value.n] = '\0';
	if (log_level_of(word) != LOG_L__MAX)
		l->level = log_level_of(word);
}

void
log_line_parse(struct log_line *l, const char *p, size_t n)
{
	const char *end = p + n, *colon;
	struct log_pair *pair;
	size_t used;

	memset(l, 0, offsetof(struct log_line, pairs));
	l->pairs_n = 0;
	l->level = LOG_L_WARN;
	l->all.p = l->program.p = l->event.p = l->module.p = p;
	l->all.n = n;
	l->at_ms = time_of(p, n);
	if (l->at_ms == 0 || n <= TIME_LEN + 1 || p[TIME_LEN] != ' ')
		return;
	p += TIME_LEN + 1;
	if ((colon = memchr(p, ':', (size_t)(end - p))) == NULL)
		return;
	l->program.p = p;
	l->program.n = (size_t)(colon - p);
	p = colon + 1;
	while (p < end && *p == ' ' && l->pairs_n < LOG_PAIRS_MAX) {
		pair = &l->pairs[l->pairs_n];
		p++;
		if ((used = take_pair(pair, p, (size_t)(end - p))) == 0)
			break;
		take_known(l, pair);
		l->pairs_n++;
		p += used;
	}
}
