#include "common/settings.h"

#include <string.h>

#include "common/fingerprint.h"
#include "common/ldap_filter.h"
#include "common/room_rule.h"
#include "common/str.h"
#include "common/valid.h"

#define CHOICE_MAX 64 /* bytes of one word */

static const struct setting table[] = {
#define KIND_T SETTING_T, NULL
#define KIND_E SETTING_E, NULL
#define KIND_A SETTING_A, NULL
#define KIND_H SETTING_H, NULL
#define KIND_D SETTING_D, NULL
#define KIND_S SETTING_S, NULL
#define KIND_B SETTING_B, NULL
#define KIND_V SETTING_V, NULL
#define KIND_U SETTING_U, NULL
#define KIND_L SETTING_L, NULL
#define KIND_W SETTING_W, NULL
#define KIND_M SETTING_M, NULL
#define KIND_N SETTING_N, NULL
#define KIND_G SETTING_G, NULL
#define KIND_R SETTING_R, NULL
#define KIND_K SETTING_K, NULL
#define KIND_P SETTING_P, NULL
#define KIND_F SETTING_F, NULL
#define KIND_O SETTING_O, NULL
#define KIND_X SETTING_X, NULL
#define KIND_C SETTING_C, NULL
#define KIND_CHOICE(words) SETTING_CHOICE, words
#define EFFECT_live SETTING_LIVE
#define EFFECT_retest SETTING_RETEST
#define EFFECT_none SETTING_NONE
#define SETTING(record, key, label, kind, def, max, effect, help) \
	{#record, #key, label, KIND_##kind, def, max, EFFECT_##effect, help},
#include "common/settings.def"
#undef SETTING
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

const struct setting *
setting_at(size_t i)
{
	return i < TABLE_N ? &table[i] : NULL;
}

const struct setting *
setting_find(const char *record, const char *key)
{
	size_t i;

	for (i = 0; i < TABLE_N; i++)
		if (str_eq(table[i].record, record) &&
		    str_eq(table[i].key, key))
			return &table[i];
	return NULL;
}

const struct setting *
setting_next(const char *record, const struct setting *prev)
{
	size_t i = prev == NULL ? 0 : (size_t)(prev - table) + 1;

	for (; i < TABLE_N; i++)
		if (str_eq(table[i].record, record))
			return &table[i];
	return NULL;
}

enum err
setting_bool(const char *value, bool *out)
{
	if (str_eq(value, "yes"))
		*out = true;
	else if (str_eq(value, "no"))
		*out = false;
	else
		return ERR_ARG;
	return ERR_OK;
}

bool
setting_choice(const struct setting *s, size_t i, char *out, size_t out_size)
{
	const char *p = s->choices == NULL ? "" : s->choices;
	size_t n;

	for (; i > 0; i--) {
		if ((p = strchr(p, '|')) == NULL)
			return false;
		p++;
	}
	n = strcspn(p, "|");
	if (n == 0 || n >= out_size)
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static enum err
check_choice(const struct setting *s, const char *value, struct errinfo *ei)
{
	char word[CHOICE_MAX], list[4 * CHOICE_MAX] = "";
	size_t i, n = 0;

	for (i = 0; setting_choice(s, i, word, sizeof(word)); i++) {
		if (str_eq(word, value))
			return ERR_OK;
		if (n + strlen(word) + 5 < sizeof(list)) {
			if (i > 0) {
				memcpy(list + n, " or ", 5);
				n += 4;
			}
			memcpy(list + n, word, strlen(word) + 1);
			n += strlen(word);
		}
	}
	return err_set(ei, ERR_ARG, "Choose one of: %s.", list);
}

static enum err
check_bool(const char *value, struct errinfo *ei)
{
	bool b;

	if (setting_bool(value, &b) == ERR_OK)
		return ERR_OK;
	return err_set(ei, ERR_ARG, "Write yes or no.");
}

static enum err
check_number(const struct setting *s, const char *value, struct errinfo *ei)
{
	uint64_t n;

	if (str_to_u64(value, s->max, &n) == ERR_OK && n >= 1)
		return ERR_OK;
	return err_set(
	    ei, ERR_ARG, "Write a whole number from 1 to %zu.", s->max);
}

static enum err
check_fingerprint(const char *value, struct errinfo *ei)
{
	char made[FINGERPRINT_LEN + 1];

	if (fingerprint_read(made, value))
		return ERR_OK;
	return err_set(ei, ERR_ARG,
	    "Write the SHA-256 fingerprint: 64 digits from 0 to 9 and A to F, "
	    "with or without colons.");
}

static enum err
check_clock(const char *v, struct errinfo *ei)
{
	if (strlen(v) == 5 && v[2] == ':' && strspn(v, "0123456789:") == 5 &&
	    strchr(v, ':') == v + 2 && strrchr(v, ':') == v + 2 &&
	    strncmp(v, "24", 2) < 0 && v[3] < '6')
		return ERR_OK;
	return err_set(
	    ei, ERR_ARG, "Write a time of the day, from 00:00 to 23:59.");
}

static enum err
check_link(const char *v, struct errinfo *ei)
{
	return room_rule_check(v, true, ei);
}

static enum err
check_video(const char *v, struct errinfo *ei)
{
	return room_rule_check(v, false, ei);
}

/* Of the kinds that the value alone decides. */
static enum err (*const checks[SETTING_KIND__MAX])(
    const char *, struct errinfo *) = {
    [SETTING_E] = valid_email,
    [SETTING_A] = valid_account,
    [SETTING_H] = valid_address,
    [SETTING_D] = valid_host,
    [SETTING_S] = valid_site,
    [SETTING_V] = valid_video_address,
    [SETTING_U] = valid_https_url,
    [SETTING_L] = check_link,
    [SETTING_W] = check_video,
    [SETTING_M] = valid_emails,
    [SETTING_P] = valid_secret,
    [SETTING_G] = valid_guid,
    [SETTING_K] = check_fingerprint,
    [SETTING_F] = ldap_filter_check,
    [SETTING_O] = ldap_base_check,
    [SETTING_X] = ldap_attr_check,
    [SETTING_C] = check_clock,
};

enum err
setting_check(const struct setting *s, const char *value, struct errinfo *ei)
{
	if (strlen(value) > s->max)
		return err_set(ei, ERR_TOOBIG,
		    "This is %zu bytes long. At most %zu are allowed.",
		    strlen(value), s->max);
	if (s->kind == SETTING_B)
		return check_bool(value, ei);
	if (s->kind == SETTING_CHOICE)
		return check_choice(s, value, ei);
	if (*value == '\0')
		return ERR_OK;
	if (s->kind == SETTING_N)
		return check_number(s, value, ei);
	/* Text, and what others look closer at: rooms, confer.c. */
	return checks[s->kind] != NULL ? checks[s->kind](value, ei)
				       : valid_name(value, ei);
}
