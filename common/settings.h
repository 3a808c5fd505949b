/* settings.h - the table of settings.def: every field an administrator can
 * set, with its kind, default, limit and help.
 * Forms, calconnctl, the store and the manual read it; read only. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

enum setting_kind {
	SETTING_T, /* text, one line */
	SETTING_E, /* e-mail address */
	SETTING_A, /* account: name@domain or DOMAIN\name */
	SETTING_H, /* IPv4, IPv6 or host name */
	SETTING_D, /* domain */
	SETTING_S, /* Active Directory site */
	SETTING_B, /* "yes" or "no" */
	SETTING_V, /* video address */
	SETTING_U, /* https URL */
	SETTING_L, /* pattern of a Personal Room link, room_rule.h */
	SETTING_W, /* pattern of a video address */
	SETTING_M, /* e-mail addresses, "," between */
	SETTING_N, /* whole number from 1 to max */
	SETTING_G, /* GUID, without braces */
	SETTING_R, /* rooms: MAILBOX=NUMBER, commas between */
	SETTING_K, /* SHA-256 of a certificate */
	SETTING_P, /* secret: never kept as text */
	SETTING_F, /* search filter of a directory, ldap_filter.h */
	SETTING_O, /* name of an entry of a directory */
	SETTING_X, /* attribute of a directory */
	SETTING_C, /* time of day, HH:MM */
	SETTING_CHOICE, /* one word of `choices` */
	SETTING_KIND__MAX
};

enum setting_effect {
	SETTING_LIVE, /* in effect at once */
	SETTING_RETEST, /* the connection is to be tested again */
	SETTING_NONE,
	SETTING_EFFECT__MAX
};

struct setting {
	const char *record; /* "exchange" */
	const char *key; /* "ad_domain" */
	const char *label;
	enum setting_kind kind;
	const char *choices; /* "onprem|office365", else NULL */
	const char *def;
	size_t max; /* bytes of the value */
	enum setting_effect effect;
	const char *help;
};

const struct setting *setting_find(const char *record, const char *key);
const struct setting *setting_at(size_t i); /* NULL past the end */
/* The rows of one record, in order: NULL first gives its first row, NULL
 * comes back after its last. */
const struct setting *
setting_next(const char *record, const struct setting *prev);

/* Does the value fit kind and limit?  Empty fits every kind but yes/no and
 * choice: whether a field may stay empty is a rule of its record.  The text
 * is one for a page, in full sentences, and does not name the field. */
enum err setting_check(
    const struct setting *s, const char *value, struct errinfo *ei) ERR_CHECK;

/* "yes" is true, "no" is false; anything else is refused. */
enum err setting_bool(const char *value, bool *out) ERR_CHECK;
/* The i-th word of a choice, copied to out; false past the last. */
bool
setting_choice(const struct setting *s, size_t i, char *out, size_t out_size);

#endif
