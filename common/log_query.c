#include "common/log_query.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/log_line.h"
#include "common/str.h"

static const char *const keys[LOG_QUERY_KEYS] = {
    "all", "any", "none", "module", "level", "from", "to", "user", "meeting"};

void
log_query_init(struct log_query *q)
{
	memset(q, 0, sizeof(*q));
	q->level = LOG_L_TRACE;
}

const char *
log_query_key(unsigned i)
{
	return i < LOG_QUERY_KEYS ? keys[i] : NULL;
}

static enum err
take_time(const char *s, int64_t *out, struct errinfo *ei)
{
	struct tm tm = {.tm_isdst = -1};
	int n = 0, m = 0;
	char t;

	*out = 0;
	if (*s == '\0')
		return ERR_OK;
	if (sscanf(s, "%4d-%2d-%2d%c%2d:%2d%n:%2d%n", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &t, &tm.tm_hour, &tm.tm_min, &n, &tm.tm_sec,
		&m) < 6 ||
	    (t != ' ' && t != 'T') || s[m > n ? m : n] != '\0' ||
	    tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 60)
		return err_set(ei, ERR_ARG,
		    "Write the time as 2026-11-22 08:01 (local time).");
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out = (int64_t)mktime(&tm) * 1000;
	return ERR_OK;
}

static enum err
take_level(const char *s, enum log_level *out, struct errinfo *ei)
{
	enum log_level l = *s == '\0' ? LOG_L_TRACE : log_level_of(s);

	if (l == LOG_L__MAX)
		return err_set(ei, ERR_ARG,
		    "A level is FATAL, ERROR, WARN, INFO, DEBUG or TRACE.");
	*out = l;
	return ERR_OK;
}

enum err
log_query_set(
    struct log_query *q, const char *key, const char *value, struct errinfo *ei)
{
	const struct {
		const char *key;
		char *to;
	} texts[] = {{"all", q->all}, {"any", q->any}, {"none", q->none},
	    {"module", q->module}, {"user", q->user}, {"meeting", q->meeting}};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!str_eq(key, texts[i].key))
			continue;
		if (!str_copy(texts[i].to, LOG_QUERY_TEXT_MAX, value))
			return err_set(ei, ERR_TOOBIG,
			    "At most %d bytes can be looked for.",
			    LOG_QUERY_TEXT_MAX - 1);
		return ERR_OK;
	}
	if (str_eq(key, "level"))
		return take_level(value, &q->level, ei);
	if (str_eq(key, "from"))
		return take_time(value, &q->from_ms, ei);
	if (str_eq(key, "to"))
		return take_time(value, &q->to_ms, ei);
	return err_set(ei, ERR_NOTFOUND, "There is no such field.");
}

/* ASCII letters match whatever their case. */
static bool
holds(const struct log_text *t, const char *s, size_t n)
{
	const int lower = tolower((unsigned char)*s);
	size_t i;

	for (i = 0; i + n <= t->n; i++)
		if (tolower((unsigned char)t->p[i]) == lower &&
		    strncasecmp(t->p + i, s, n) == 0)
			return true;
	return false;
}

static unsigned
count_words(const char *words, const struct log_text *t, unsigned *found)
{
	unsigned n = 0;
	size_t len;

	*found = 0;
	for (; *(words += strspn(words, " \t")) != '\0'; words += len) {
		len = strcspn(words, " \t");
		n++;
		*found += holds(t, words, len);
	}
	return n;
}

static bool
words_match(const struct log_query *q, const struct log_text *t)
{
	unsigned n, found;

	n = count_words(q->all, t, &found);
	if (found != n)
		return false;
	n = count_words(q->any, t, &found);
	if (n > 0 && found == 0)
		return false;
	(void)count_words(q->none, t, &found);
	return found == 0;
}

static bool
module_matches(const char *want, const struct log_text *module)
{
	size_t n = strlen(want);

	return n == 0 || (module->n >= n && memcmp(module->p, want, n) == 0 &&
			     (module->n == n || module->p[n] == '.'));
}

static bool
pair_holds(const struct log_line *l, const char *const names[], const char *s)
{
	size_t i, k;

	if (*s == '\0')
		return true;
	for (i = 0; i < l->pairs_n; i++)
		for (k = 0; names[k] != NULL; k++)
			if (log_text_is(&l->pairs[i].name, names[k]) &&
			    holds(&l->pairs[i].value, s, strlen(s)))
				return true;
	return false;
}

/* "calconn-engine[123]" is of calconn-engine. */
static bool
is_of(const char *programs, const struct log_text *t)
{
	const char *cut = memchr(t->p, '[', t->n);
	const size_t n = cut != NULL ? (size_t)(cut - t->p) : t->n;
	const char *w, *end;

	for (w = programs; w != NULL && *w != '\0'; w = end) {
		w += strspn(w, " ");
		end = w + strcspn(w, " ");
		if (n > 0 && n == (size_t)(end - w) && memcmp(w, t->p, n) == 0)
			return true;
	}
	return programs == NULL;
}

bool
log_query_matches(const struct log_query *q, const struct log_line *l)
{
	/* Names of pairs: log_kv() of all programs. */
	static const char *const of_user[] = {
	    "Mailbox", "User", "Name", "By", NULL};
	static const char *const of_meeting[] = {
	    "Uid", "Item", "Meeting", NULL};

	return l->level <= q->level && l->at_ms >= q->from_ms &&
	       (q->to_ms == 0 || l->at_ms <= q->to_ms) &&
	       is_of(q->programs, &l->program) &&
	       module_matches(q->module, &l->module) &&
	       words_match(q, &l->all) && pair_holds(l, of_user, q->user) &&
	       pair_holds(l, of_meeting, q->meeting);
}
