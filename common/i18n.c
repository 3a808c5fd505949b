#include "common/i18n.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "common/str.h"

#define MO_MAGIC 0x950412deu
#define RULE_DEPTH_MAX 32 /* of a plural rule */

struct i18n {
	const char *code, *tag, *name;
	bool rtl;
};

static const struct i18n languages[] = {
    {"ar", "ar", "Arabic", true},
    {"de", "de", "German", false},
    {"es", "es", "Spanish", false},
    {"fr", "fr", "French", false},
    {"he", "he", "Hebrew", true},
    {"it", "it", "Italian", false},
    {"ja", "ja", "Japanese", false},
    {"nl", "nl", "Dutch", false},
    {"pl", "pl", "Polish", false},
    {"pt_BR", "pt-BR", "Portuguese (Brazil)", false},
    {"ru", "ru", "Russian", false},
    {"sv", "sv", "Swedish", false},
    {"tr", "tr", "Turkish", false},
    {"zh_CN", "zh-CN", "Chinese (simplified)", false},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool
i18n_at(size_t i, const char **code, const struct i18n **out)
{
	if (i > COUNT(languages))
		return false;
	*out = i == 0 ? NULL : &languages[i - 1];
	*code = i18n_code(*out);
	return true;
}

bool
i18n_find(const char *code, const struct i18n **out)
{
	const struct i18n *l;
	const char *at;
	size_t i;

	for (i = 0; i18n_at(i, &at, &l); i++)
		if (strcmp(at, code) == 0) {
			*out = l;
			return true;
		}
	return false;
}

/* Is `code` ("pt_BR") what `culture` ("pt-BR", "pt") says?  whole: with its
 * region. */
static bool
is_culture(const char *code, const char *culture, bool whole)
{
	size_t n = strcspn(code, "_"), m = strcspn(culture, "-_");

	if (n != m || strncasecmp(code, culture, n) != 0)
		return false;
	if (!whole)
		return true;
	return (code[n] == '\0') == (culture[m] == '\0') &&
	       (code[n] == '\0' ||
		   strcasecmp(code + n + 1, culture + m + 1) == 0);
}

bool
i18n_for_culture(const char *culture, const struct i18n **out)
{
	const struct i18n *l;
	const char *at;
	size_t i;
	int whole;

	for (whole = 1; whole >= 0; whole--)
		for (i = 0; i18n_at(i, &at, &l); i++)
			if (is_culture(at, culture, whole != 0)) {
				*out = l;
				return true;
			}
	return false;
}

const char *
i18n_code(const struct i18n *l)
{
	return l == NULL ? "en" : l->code;
}

const char *
i18n_tag(const struct i18n *l)
{
	return l == NULL ? "en" : l->tag;
}

const char *
i18n_name(const struct i18n *l)
{
	return l == NULL ? "English" : l->name;
}

bool
i18n_is_rtl(const struct i18n *l)
{
	return l != NULL && l->rtl;
}

/* -- catalogues -- */

/* msgfmt writes in the order of bytes of the host that builds. */
static bool
word(const struct i18n_mo *m, size_t at, uint32_t *out)
{
	if (at > m->len || m->len - at < sizeof(*out))
		return false;
	memcpy(out, m->p + at, sizeof(*out));
	return true;
}

/* String i of a table; its length is without the NUL. */
static const char *
entry(const struct i18n_mo *m, size_t table, uint32_t i, uint32_t *len)
{
	uint32_t at;

	if (!word(m, table + 8u * i, len) ||
	    !word(m, table + 8u * i + 4u, &at) || at > m->len ||
	    *len >= m->len - at || m->p[at + *len] != '\0')
		return NULL;
	return (const char *)m->p + at;
}

/* Sorted by strcmp(); a plural entry's key is its English singular. */
static const char *
look_up(const struct i18n *l, const char *text, uint32_t *len)
{
	const struct i18n_mo *m;
	uint32_t magic, n, keys, values, low = 0, high, mid, k;
	const char *key;
	int c;

	for (m = i18n_mos; m->code != NULL && strcmp(m->code, l->code); m++)
		;
	if (m->code == NULL || !word(m, 0, &magic) || magic != MO_MAGIC ||
	    !word(m, 8, &n) || !word(m, 12, &keys) || !word(m, 16, &values))
		return NULL;
	for (high = n; low < high;) {
		mid = low + (high - low) / 2;
		if ((key = entry(m, keys, mid, &k)) == NULL)
			return NULL;
		if ((c = strcmp(text, key)) == 0)
			return entry(m, values, mid, len);
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const char *
i18n_text(const struct i18n *l, const char *text)
{
	const char *found;
	uint32_t len;

	if (l == NULL || (found = look_up(l, text, &len)) == NULL || len == 0)
		return text;
	return found;
}

/* -- plural rules: C expressions over n -- */

struct rule {
	const char *p;
	unsigned long n;
	unsigned depth;
	bool bad;
};

static unsigned long expr(struct rule *r, int level);

static bool
take(struct rule *r, const char *op)
{
	size_t len = strlen(op);

	while (*r->p == ' ')
		r->p++;
	if (strncmp(r->p, op, len) != 0)
		return false;
	r->p += len;
	return true;
}

static unsigned long
primary(struct rule *r)
{
	unsigned long v = 0;

	if (take(r, "(")) {
		v = expr(r, 0);
		r->bad |= !take(r, ")");
	} else if (take(r, "n")) {
		v = r->n;
	} else if (*r->p >= '0' && *r->p <= '9') {
		for (; *r->p >= '0' && *r->p <= '9'; r->p++)
			v = v * 10 + (unsigned long)(*r->p - '0');
	} else {
		r->bad = true;
	}
	return v;
}

static unsigned long
apply(int op, unsigned long a, unsigned long b)
{
	switch (op) {
	case 0:
		return a || b;
	case 1:
		return a && b;
	case 2:
		return a == b;
	case 3:
		return a != b;
	case 4:
		return a <= b;
	case 5:
		return a >= b;
	case 6:
		return a < b;
	case 7:
		return a > b;
	default:
		return b == 0 ? 0 : a % b;
	}
}

/* level 0 is ?:, then one level for each group of operators. */
static unsigned long
expr(struct rule *r, int level)
{
	static const struct {
		const char *text;
		int level;
	} ops[] = {{"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4},
	    {">=", 4}, {"<", 4}, {">", 4}, {"%", 5}};
	unsigned long v, a, b;
	size_t i;

	if (level > 5)
		return primary(r);
	if (r->bad || ++r->depth > RULE_DEPTH_MAX * 6) {
		r->bad = true;
		return 0;
	}
	v = expr(r, level + 1);
	if (level == 0 && take(r, "?")) {
		a = expr(r, 0);
		r->bad |= !take(r, ":");
		b = expr(r, 0);
		v = v ? a : b;
	}
	for (i = 0; !r->bad && i < COUNT(ops); i++)
		if (ops[i].level == level && take(r, ops[i].text)) {
			v = apply((int)i, v, expr(r, level + 1));
			i = (size_t)-1; /* again, to the left */
		}
	r->depth--;
	return v;
}

unsigned
i18n_plural_form(const char *rule, unsigned long n)
{
	struct rule r = {rule, n, 0, false};
	unsigned long v = expr(&r, 0);

	return r.bad || v >= I18N_PLURAL_N ? 0 : (unsigned)v;
}

const char *
i18n_plural(
    const struct i18n *l, const char *one, const char *many, unsigned long n)
{
	const char *found, *end, *head, *rule;
	uint32_t len, head_len;
	unsigned form;

	if (l == NULL || (found = look_up(l, one, &len)) == NULL ||
	    (head = look_up(l, "", &head_len)) == NULL ||
	    (rule = strstr(head, " plural=")) == NULL)
		return n == 1 ? one : many;
	end = found + len;
	for (form = i18n_plural_form(rule + 8, n); form > 0; form--) {
		found += strlen(found) + 1;
		if (found > end)
			return many;
	}
	return found;
}
