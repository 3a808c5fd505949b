/* The part of valid.h about words that people choose. */
#include <stdint.h>
#include <string.h>

#include "common/str.h"
#include "common/valid.h"

#define DISTINCT_MIN 5 /* different bytes of a password */

/* Characters that show nothing, so that two names look alike: C1, U+00AD,
 * U+200B, U+2028, U+2029, U+FEFF.  The joiners U+200C and U+200D are letters'
 * business in some scripts and stay. */
static bool
has_invisible(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	for (; *p != '\0'; p++) {
		if (p[0] == 0xc2 && (p[1] < 0xa0 || p[1] == 0xad))
			return true;
		if (p[0] == 0xe2 && p[1] == 0x80 &&
		    (p[2] == 0x8b || p[2] == 0xa8 || p[2] == 0xa9))
			return true;
		if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
			return true;
	}
	return false;
}

static enum err
check_line(const char *s, struct errinfo *ei)
{
	if (!str_is_utf8(s, strlen(s)))
		return err_set(ei, ERR_ARG, "This is not text in UTF-8.");
	if (str_has_control(s) || strchr(s, '\t') != NULL)
		return err_set(ei, ERR_ARG,
		    "There is a control character, such as a tab or a line "
		    "break, in the text.");
	return ERR_OK;
}

enum err
valid_name(const char *s, struct errinfo *ei)
{
	size_t n = strlen(s);
	enum err e;

	if (n == 0)
		return err_set(ei, ERR_ARG, "Enter a name.");
	if ((e = check_line(s, ei)) != ERR_OK)
		return e;
	if (str_has_bidi(s) || has_invisible(s))
		return err_set(ei, ERR_ARG,
		    "There is a character in the text that cannot be seen. "
		    "Type the text anew.");
	if (str_utf8_count(s) > VALID_NAME_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "This is %zu characters long. At most %d are allowed.",
		    str_utf8_count(s), VALID_NAME_MAX);
	if (s[0] == ' ' || s[n - 1] == ' ')
		return err_set(ei, ERR_ARG,
		    "There is a space at the beginning or the end.");
	return ERR_OK;
}

/* A site is the relative name of an object and is used as one DNS label. */
enum err
valid_site(const char *s, struct errinfo *ei)
{
	const unsigned char *p;
	enum err e;

	if (*s == '\0')
		return err_set(ei, ERR_ARG, "Enter the name of a site.");
	if ((e = valid_name(s, ei)) != ERR_OK)
		return e;
	if (str_utf8_count(s) > VALID_SITE_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The name of a site has at most %d characters.",
		    VALID_SITE_MAX);
	for (p = (const unsigned char *)s; *p != '\0'; p++)
		if (*p < 0x80 && *p != '-' && *p != '_' &&
		    !(*p >= '0' && *p <= '9') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= 'a' && *p <= 'z'))
			return err_set(ei, ERR_ARG,
			    "The name of a site has letters, digits and "
			    "hyphens only.");
	return ERR_OK;
}

enum err
valid_secret(const char *s, struct errinfo *ei)
{
	if (*s == '\0')
		return err_set(ei, ERR_ARG, "Enter the password.");
	if (strlen(s) > VALID_PASSWORD_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The password is longer than %d bytes.",
		    VALID_PASSWORD_MAX);
	if (!str_is_utf8(s, strlen(s)))
		return err_set(
		    ei, ERR_ARG, "The password is not text in UTF-8.");
	if (str_has_control(s))
		return err_set(ei, ERR_ARG,
		    "There is a control character in the password.");
	return ERR_OK;
}

/* Words that guessing begins with (NIST SP 800-63B section 5.1.1.2): what
 * is left of a password without digits and signs is compared. */
static bool
is_common(const char *s)
{
	static const char *const words[] = {"password", "passwordpassword",
	    "passw0rd", "administrator", "admin", "adminadmin", "qwertyuiop",
	    "qwertyuiopasdfghjklzxcvbnm", "qwerty", "qwertyqwerty", "letmein",
	    "letmeinletmein", "welcome", "welcomewelcome", "iloveyou",
	    "calconn", "calendarconnector", "calendar", "expressway",
	    "exchange", "cisco", "ciscocisco", "changeme", "changemechangeme",
	    "secret", "secretsecret", "abcdefghijkl",
	    "abcdefghijklmnopqrstuvwxyz", "trustno", "monkeymonkey",
	    "correcthorsebatterystaple"};
	char letters[64];
	size_t n = 0, i;

	for (; *s != '\0'; s++) {
		char c = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;

		if ((unsigned char)c >= 0x80)
			return false;
		if (c < 'a' || c > 'z')
			continue;
		if (n + 1 == sizeof(letters))
			return false;
		letters[n++] = c;
	}
	letters[n] = '\0';
	if (n == 0)
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(words[i], letters))
			return true;
	return false;
}

static size_t
distinct_bytes(const char *s)
{
	bool seen[256] = {false};
	size_t n = 0;

	for (; *s != '\0'; s++) {
		unsigned char u = (unsigned char)*s;

		n += seen[u] ? 0 : 1;
		seen[u] = true;
	}
	return n;
}

/* "123456789012", "abcdefghijkl": each the next of the one before. */
static bool
is_row(const char *s)
{
	size_t breaks = 0, n = strlen(s);

	for (; s[0] != '\0' && s[1] != '\0'; s++)
		if (s[1] - s[0] != 1 && s[0] - s[1] != 1)
			breaks++;
	return breaks * 4 < n;
}

static bool
has_nocase(const char *s, const char *part)
{
	size_t n = strlen(part), i;
	char at[VALID_ACCOUNT_MAX + 1];

	if (n == 0 || n >= sizeof(at))
		return false;
	for (i = 0; strlen(s + i) >= n; i++) {
		memcpy(at, s + i, n);
		at[n] = '\0';
		if (str_caseeq(at, part))
			return true;
	}
	return false;
}

enum err
valid_new_password(const char *s, const char *account, struct errinfo *ei)
{
	enum err e;

	if ((e = valid_secret(s, ei)) != ERR_OK)
		return e;
	if (str_utf8_count(s) < VALID_PASSWORD_MIN)
		return err_set(ei, ERR_ARG,
		    "The password has fewer than %d characters.",
		    VALID_PASSWORD_MIN);
	if (strlen(account) >= 3 && has_nocase(s, account))
		return err_set(
		    ei, ERR_ARG, "The account's name is in the password.");
	if (is_common(s) || is_row(s) || distinct_bytes(s) < DISTINCT_MIN)
		return err_set(ei, ERR_ARG,
		    "This password is one of the first that are guessed. Use "
		    "several words that have nothing to do with each other.");
	return ERR_OK;
}

enum err
valid_emails(const char *s, struct errinfo *ei)
{
	char one[VALID_EMAIL_MAX + 2];
	size_t i, n, count = 0;
	enum err e;

	for (;;) {
		s += strspn(s, " ");
		n = strcspn(s, ",");
		for (i = n; i > 0 && s[i - 1] == ' '; i--)
			;
		if (i == 0)
			return err_set(
			    ei, ERR_ARG, "There is no address beside a comma.");
		if (++count > VALID_EMAILS_MAX)
			return err_set(ei, ERR_ARG,
			    "At most %d addresses are allowed.",
			    VALID_EMAILS_MAX);
		if (i >= sizeof(one))
			return err_set(ei, ERR_TOOBIG,
			    "An address has at most %d characters.",
			    VALID_EMAIL_MAX);
		memcpy(one, s, i);
		one[i] = '\0';
		if ((e = valid_email(one, ei)) != ERR_OK)
			return e;
		if (s[n] == '\0')
			return ERR_OK;
		s += n + 1;
	}
}

enum err
valid_guid(const char *s, struct errinfo *ei)
{
	size_t i;

	for (i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (s[i] == '\0' || (s[i] == '-') != dash ||
		    (!dash && strchr("0123456789abcdefABCDEF", s[i]) == NULL))
			break;
	}
	if (i == 36 && s[i] == '\0')
		return ERR_OK;
	return err_set(ei, ERR_ARG,
	    "This is no GUID, such as 00020329-0000-0000-C000-000000000046.");
}
