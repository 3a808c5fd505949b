#include "common/keywords.h"

#include <string.h>
#include <strings.h>

#include "common/str.h"

/* In the order of enum keyword_mode. */
static const struct action {
	const char *id, *modifier, *service, *label;
} actions[KEYWORD_MODE__MAX] = {
    {"myroom", NULL, "", "The organizer's Personal Room"},
    {"myroom", ":myroom", "", "The organizer's Personal Room"},
    {"space", ":space", "webex", "A Webex space"},
    {"onetime", ":onetime", "webex", "A one-time Webex meeting"},
    {"tms", ":tms", "tms", "A meeting in Cisco TMS"},
    {"cms", NULL, "cms", "A space on a Cisco Meeting Server"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_ascii_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_';
}

/* A letter of an alphabet that is written with spaces: "rené@webex" is an
 * address.  From U+2000 on (punctuation, CJK) words may touch the keyword,
 * because Chinese and Japanese are written without spaces. */
static bool
is_letter_2byte(unsigned char lead, unsigned char next)
{
	unsigned cp = ((lead & 0x1fu) << 6) | (next & 0x3fu);

	return cp >= 0xc0;
}

/* Does a word end right before `at`?  "bob+@webex" may be an address. */
static bool
breaks_before(const unsigned char *text, size_t at)
{
	unsigned char c;

	if (at == 0)
		return true;
	c = text[at - 1];
	if (c == '@' || is_ascii_word(c))
		return false;
	if (c != '\0' && strchr("+-%&'", c) != NULL)
		return at < 2 || !is_ascii_word(text[at - 2]);
	if ((c & 0xc0) == 0x80 && at >= 2 && (text[at - 2] & 0xe0) == 0xc0)
		return !is_letter_2byte(text[at - 2], c);
	return true;
}

/* Does a word end right at `at`?  "@webex.com" and "@webex-eu" are names,
 * "@webex." ends a sentence. */
static bool
breaks_at(const unsigned char *text, size_t len, size_t at)
{
	unsigned char c;

	if (at >= len)
		return true;
	c = text[at];
	if (c < 0x80) {
		if (is_ascii_word(c) || c == '@')
			return false;
		if ((c == '.' || c == '-') && at + 1 < len)
			return !is_ascii_word(text[at + 1]);
		return true;
	}
	if ((c & 0xe0) == 0xc0 && at + 1 < len)
		return !is_letter_2byte(c, text[at + 1]);
	return true;
}

static bool
starts_nocase(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && strncasecmp(text, word, n) == 0;
}

static void
take_modifier(const char *text, size_t len, struct keyword *k)
{
	size_t at = (size_t)(k->at - text) + k->len, end, i;

	for (i = 0; i < COUNT(actions); i++) {
		const char *word = actions[i].modifier;

		if (word == NULL || !starts_nocase(text + at, len - at, word))
			continue;
		end = at + strlen(word);
		if (!breaks_at((const unsigned char *)text, len, end))
			continue;
		k->len += strlen(word);
		k->mode = (enum keyword_mode)i;
		return;
	}
}

static const struct action *
action(enum keyword_mode m)
{
	return &actions[(unsigned)m < KEYWORD_MODE__MAX ? m : KEYWORD_DEFAULT];
}

const char *
keyword_action_id(enum keyword_mode m)
{
	return action(m)->id;
}

const char *
keyword_action_label(enum keyword_mode m)
{
	return action(m)->label;
}

const char *
keyword_action_service(enum keyword_mode m)
{
	return action(m)->service;
}

bool
keyword_action_of(const char *id, enum keyword_mode *out)
{
	size_t i;

	for (i = KEYWORD_MYROOM; i < COUNT(actions); i++)
		if (str_eq(actions[i].id, id)) {
			*out = (enum keyword_mode)i;
			return true;
		}
	return false;
}

enum err
keyword_word(
    char out[KEYWORD_WORD_MAX + 1], const char *typed, struct errinfo *ei)
{
	size_t n = strlen(typed), i;

	if (typed[0] != '@' || n < 2)
		return err_set(ei, ERR_ARG,
		    "A keyword begins with @ and has a letter at least, such "
		    "as @meet.");
	if (n > KEYWORD_WORD_MAX)
		return err_set(ei, ERR_ARG, "A keyword has %d bytes at most.",
		    KEYWORD_WORD_MAX);
	for (i = 1; i < n; i++)
		if (!is_ascii_word((unsigned char)typed[i]))
			return err_set(ei, ERR_ARG,
			    "Behind the @ only letters from a to z, digits "
			    "and _ can stand.");
	(void)str_copy(out, KEYWORD_WORD_MAX + 1, typed);
	str_lower(out);
	return ERR_OK;
}

bool
keyword_find(const struct keyword_set *set, const char *text, size_t len,
    struct keyword *out)
{
	const unsigned char *u = (const unsigned char *)text;
	const char *p = text;
	size_t at, i, n;

	while ((p = memchr(p, '@', len - (size_t)(p - text))) != NULL) {
		at = (size_t)(p - text);
		for (i = 0; i < set->n; i++) {
			const char *word = set->v[i].word;

			n = strlen(word);
			if (!set->v[i].enabled ||
			    !starts_nocase(p, len - at, word) ||
			    !breaks_before(u, at) || !breaks_at(u, len, at + n))
				continue;
			out->at = p;
			out->len = n;
			out->word = word;
			out->mode = set->v[i].mode;
			take_modifier(text, len, out);
			return true;
		}
		p++;
	}
	return false;
}
