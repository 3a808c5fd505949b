/* i18n.h - the languages of what goes into invitations.  The catalogues of
 * gettext (po/, msgfmt) are part of the program, and one process writes in
 * many languages side by side: so they are read here, and not through the
 * locale of the host.  Pure.
 * Format: GNU gettext manual, "The Format of GNU MO Files" and "Plural
 * forms". */
#ifndef I18N_H
#define I18N_H

#include <stdbool.h>
#include <stddef.h>

#define I18N_PLURAL_N 6 /* forms of a language, at most */

/* A language; NULL is English, which needs no catalogue. */
struct i18n;

/* Catalogues as they were built in; the last one is empty. */
struct i18n_mo {
	const char *code;
	const unsigned char *p;
	size_t len;
};
extern const struct i18n_mo i18n_mos[];

/* "en" first, then the others in the order of the alphabet; false: no more. */
bool i18n_at(size_t i, const char **code, const struct i18n **out);
/* By its own code ("pt_BR"); false where it is not offered. */
bool i18n_find(const char *code, const struct i18n **out);
/* By what a calendar says of an item, such as "de-AT" or "zh-Hans-CN" (RFC
 * 5646): the language with the region, else the language. */
bool i18n_for_culture(const char *culture, const struct i18n **out);

const char *i18n_code(const struct i18n *l);
const char *i18n_tag(const struct i18n *l); /* "pt-BR" (RFC 5646) */
const char *i18n_name(const struct i18n *l); /* in English */
bool i18n_is_rtl(const struct i18n *l);
/* The text in that language, else as it is.  Borrowed, for ever. */
const char *i18n_text(const struct i18n *l, const char *text);
/* The form for n things; one and many are the English ones. */
const char *i18n_plural(const struct i18n *l, const char *one, const char *many,
    unsigned long n) __attribute__((format_arg(2), format_arg(3)));
/* Which form n takes by a rule as in a catalogue's header; 0 where the rule
 * cannot be read.  For tests too. */
unsigned i18n_plural_form(const char *rule, unsigned long n);

#endif
