#include "common/valid.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/str.h"

#define LABEL_MAX 63 /* RFC 1035 section 2.3.4 */
#define LOCAL_MAX 64 /* RFC 5321 section 4.5.3.1.1 */
#define NETBIOS_USER_MAX 64
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
/* RFC 5322 section 3.2.3; a quoted local part is not accepted. */
#define ATEXT ALNUM "!#$%&'*+-/=?^_`{|}~"

/* What stands at p, as a sentence calls it. */
static const char *
char_name(const char *p, char out[16])
{
	static const struct {
		char c;
		const char *name;
	} names[] = {
	    {' ', "a space"},
	    {',', "a comma"},
	    {';', "a semicolon"},
	    {':', "a colon"},
	    {'"', "a quotation mark"},
	    {'\'', "an apostrophe"},
	    {'(', "a bracket"},
	    {')', "a bracket"},
	    {'<', "an angle bracket"},
	    {'>', "an angle bracket"},
	    {'[', "a bracket"},
	    {']', "a bracket"},
	    {'\\', "a backslash"},
	    {'/', "a slash"},
	    {'@', "an @"},
	    {'_', "an underscore"},
	    {'*', "an asterisk"},
	    {'%', "a percent sign"},
	};
	unsigned char u = (unsigned char)*p;
	size_t i, n = str_utf8_len(p);

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].c == *p)
			return names[i].name;
	if (u < 0x20 || u == 0x7f || n == 0 || (u == 0xc2 && n == 2))
		return "a control character";
	(void)snprintf(out, 16, "\"%.*s\"", (int)n, p);
	return out;
}

/* The checks that come first for every kind. */
static enum err
check_text(const char *s, size_t max, const char *empty, struct errinfo *ei)
{
	if (*s == '\0')
		return err_set(ei, ERR_ARG, "%s", empty);
	if (strlen(s) > max)
		return err_set(ei, ERR_TOOBIG,
		    "This is %zu bytes long. At most %zu are allowed.",
		    strlen(s), max);
	if (!str_is_utf8(s, strlen(s)))
		return err_set(ei, ERR_ARG, "This is not text in UTF-8.");
	return ERR_OK;
}

/* Letters, digits and hyphens between dots (RFC 1123 section 2.1), at least
 * two labels, the last one no number.  what: "domain", "host name". */
static enum err
check_labels(const char *s, const char *what, struct errinfo *ei)
{
	const char *p = s, *end;
	char esc[16];
	size_t labels = 0, n;

	if (strlen(s) > VALID_HOST_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The %s is longer than %d characters.", what,
		    VALID_HOST_MAX);
	for (;; p = end + 1) {
		n = strspn(p, ALNUM "-");
		end = p + n;
		if (*end != '\0' && *end != '.') {
			if ((unsigned char)*end >= 0x80)
				return err_set(ei, ERR_ARG,
				    "There is %s in the %s. Write the %s in "
				    "its ASCII form, which begins with xn--.",
				    char_name(end, esc), what, what);
			return err_set(ei, ERR_ARG, "There is %s in the %s.",
			    char_name(end, esc), what);
		}
		if (n == 0 && *end == '\0' && p != s)
			return err_set(ei, ERR_ARG,
			    "Leave out the dot at the end of the %s.", what);
		if (n == 0)
			return err_set(ei, ERR_ARG,
			    p == s ? "The %s begins with a dot."
				   : "There are two dots in a row in the %s.",
			    what);
		if (n > LABEL_MAX)
			return err_set(ei, ERR_ARG,
			    "\"%.20s...\" is too long: between two dots of a "
			    "%s stand at most %d characters.",
			    p, what, LABEL_MAX);
		if (p[0] == '-' || p[n - 1] == '-')
			return err_set(ei, ERR_ARG,
			    "A part of the %s begins or ends with a hyphen.",
			    what);
		labels++;
		if (*end == '\0')
			break;
	}
	if (labels < 2)
		return err_set(ei, ERR_ARG,
		    "The %s has no dot. Write it in full, such as "
		    "mail.example.com.",
		    what);
	if (strspn(p, "0123456789") == n)
		return err_set(ei, ERR_ARG, "The %s ends in a number.", what);
	return ERR_OK;
}

enum err
valid_host(const char *s, struct errinfo *ei)
{
	enum err e;

	e = check_text(s, VALID_HOST_MAX + 1,
	    "Enter a name such as "
	    "example.com.",
	    ei);
	return e == ERR_OK ? check_labels(s, "name", ei) : e;
}

/* "There is a comma in the domain" helps more with the address as it was
 * meant: the same with commas as dots and without spaces. */
static void
suggest(const char *s, struct errinfo *ei)
{
	char fixed[VALID_EMAIL_MAX + 1];
	size_t n = 0, was;

	if (ei == NULL || strlen(s) > VALID_EMAIL_MAX ||
	    strpbrk(s, ", ") == NULL)
		return;
	for (; *s != '\0'; s++)
		if (*s != ' ')
			fixed[n++] = *s == ',' ? '.' : *s;
	fixed[n] = '\0';
	if (valid_email(fixed, NULL) != ERR_OK)
		return;
	was = strlen(ei->text);
	(void)snprintf(ei->text + was, sizeof(ei->text) - was,
	    " Write the address as %s.", fixed);
}

/* n bytes at s are a dot-string of RFC 5321 section 4.1.2. */
static enum err
check_local(const char *s, size_t n, struct errinfo *ei)
{
	char esc[16];
	size_t i;

	if (n == 0)
		return err_set(ei, ERR_ARG, "There is nothing before the @.");
	if (n > LOCAL_MAX)
		return err_set(ei, ERR_ARG,
		    "Before the @ stand at most %d characters.", LOCAL_MAX);
	for (i = 0; i < n; i++) {
		if (s[i] != '.' && strchr(ATEXT, s[i]) == NULL)
			return err_set(ei, ERR_ARG, "There is %s before the @.",
			    char_name(s + i, esc));
		if (s[i] == '.' && (i == 0 || i + 1 == n || s[i - 1] == '.'))
			return err_set(ei, ERR_ARG,
			    "Before the @, a dot stands only between two "
			    "other characters.");
	}
	return ERR_OK;
}

static enum err
check_mail(const char *s, struct errinfo *ei)
{
	const char *at = strchr(s, '@');
	enum err e;

	if (at == NULL)
		return err_set(ei, ERR_ARG,
		    "There is no @ in the address. Write it as "
		    "name@example.com.");
	if (strchr(at + 1, '@') != NULL)
		return err_set(
		    ei, ERR_ARG, "There is more than one @ in the address.");
	if (at[1] == '\0')
		return err_set(ei, ERR_ARG, "There is nothing after the @.");
	if ((e = check_local(s, (size_t)(at - s), ei)) != ERR_OK)
		return e;
	return check_labels(at + 1, "domain", ei);
}

enum err
valid_email(const char *s, struct errinfo *ei)
{
	enum err e;

	e = check_text(s, VALID_EMAIL_MAX, "Enter an e-mail address.", ei);
	if (e != ERR_OK)
		return e;
	if ((e = check_mail(s, ei)) != ERR_OK)
		suggest(s, ei);
	return e;
}

/* IP addresses that no single server can have. */
static enum err
check_ipv4(const struct in_addr *a, struct errinfo *ei)
{
	uint32_t v = ntohl(a->s_addr);

	if (v >> 24 == 0 || v >= 0xe0000000u)
		return err_set(
		    ei, ERR_ARG, "This is not the address of one server.");
	return ERR_OK;
}

static enum err
check_ipv6(const char *s, struct errinfo *ei)
{
	static const struct in6_addr any = IN6ADDR_ANY_INIT;
	struct in6_addr a;

	if (inet_pton(AF_INET6, s, &a) != 1)
		return err_set(ei, ERR_ARG,
		    strchr(s, '%') != NULL
			? "Write the IPv6 address without a zone (%%...)."
			: "This is not an IPv6 address. A port is not written "
			  "here.");
	if (memcmp(&a, &any, sizeof(a)) == 0 || a.s6_addr[0] == 0xff)
		return err_set(
		    ei, ERR_ARG, "This is not the address of one server.");
	return ERR_OK;
}

enum err
valid_address(const char *s, struct errinfo *ei)
{
	struct in_addr a4;
	enum err e;

	e = check_text(s, VALID_HOST_MAX + 1,
	    "Enter an IPv4 address, an IPv6 address or a host name.", ei);
	if (e != ERR_OK)
		return e;
	if (strstr(s, "://") != NULL)
		return err_set(ei, ERR_ARG,
		    "Write the host name only, without https:// and a path.");
	if (strchr(s, '/') != NULL)
		return err_set(
		    ei, ERR_ARG, "Write the host name only, without a path.");
	if (s[0] == '[')
		return err_set(ei, ERR_ARG,
		    "Write the IPv6 address without brackets and a port.");
	if (strchr(s, ':') != NULL && strchr(s, ':') == strrchr(s, ':'))
		return err_set(
		    ei, ERR_ARG, "Write the host name only, without a port.");
	if (strchr(s, ':') != NULL)
		return check_ipv6(s, ei);
	if (s[strspn(s, "0123456789.")] != '\0')
		return check_labels(s, "host name", ei);
	if (inet_pton(AF_INET, s, &a4) != 1)
		return err_set(ei, ERR_ARG,
		    "This is not an IPv4 address: it has four numbers from 0 "
		    "to 255, such as 192.0.2.10.");
	return check_ipv4(&a4, ei);
}

/* The right half of DOMAIN\name: what sAMAccountName allows ([MS-ADTS]
 * section 3.1.1.8.1.1), any script. */
static enum err
check_sam(const char *s, struct errinfo *ei)
{
	char esc[16];

	if (*s == '\0')
		return err_set(
		    ei, ERR_ARG, "There is no name after the backslash.");
	if (str_utf8_count(s) > NETBIOS_USER_MAX)
		return err_set(ei, ERR_ARG,
		    "The name is longer than %d characters.", NETBIOS_USER_MAX);
	for (; *s != '\0'; s += str_utf8_len(s))
		if ((unsigned char)*s < 0x20 || *s == 0x7f ||
		    strchr("\"/\\[]:;|=,+*?<>@", *s) != NULL)
			return err_set(ei, ERR_ARG, "There is %s in the name.",
			    char_name(s, esc));
	return ERR_OK;
}

enum err
valid_account(const char *s, struct errinfo *ei)
{
	const char *back = strchr(s, '\\');
	char esc[16];
	size_t n;
	enum err e;

	e = check_text(s, VALID_ACCOUNT_MAX,
	    "Enter the account as name@domain or DOMAIN\\name.", ei);
	if (e != ERR_OK)
		return e;
	if (str_has_control(s) || str_has_bidi(s))
		return err_set(ei, ERR_ARG,
		    "There is a control character in the account.");
	if (back == NULL && strchr(s, '@') == NULL)
		return err_set(ei, ERR_ARG,
		    "The domain is missing. Write the account as name@domain "
		    "or DOMAIN\\name.");
	if (back == NULL)
		return check_mail(s, ei);
	n = strspn(s, ALNUM "-._");
	if (s + n != back)
		return err_set(ei, ERR_ARG,
		    "There is %s in the domain before the backslash.",
		    char_name(s + n, esc));
	if (n == 0)
		return err_set(
		    ei, ERR_ARG, "There is no domain before the backslash.");
	return check_sam(back + 1, ei);
}

/* The host of an URL or a video address, n bytes at s. */
static enum err
check_host_part(const char *s, size_t n, struct errinfo *ei)
{
	char host[VALID_HOST_MAX + 1];

	if (n == 0)
		return err_set(ei, ERR_ARG, "The host name is missing.");
	if (n >= sizeof(host))
		return err_set(ei, ERR_ARG, "The host name is too long.");
	if (n > 2 && s[0] == '[' && s[n - 1] == ']') {
		memcpy(host, s + 1, n - 2);
		host[n - 2] = '\0';
		return check_ipv6(host, ei);
	}
	memcpy(host, s, n);
	host[n] = '\0';
	return valid_address(host, ei);
}

/* After the host: RFC 3986 characters, each "%" with two hex digits. */
static enum err
check_url_rest(const char *s, struct errinfo *ei)
{
	char esc[16];

	for (; *s != '\0'; s++) {
		if (strchr(ALNUM "-._~:/?#[]@!$&'()*+,;=%", *s) == NULL)
			return err_set(ei, ERR_ARG,
			    "There is %s in the address.", char_name(s, esc));
		if (*s == '%' &&
		    (s[1] == '\0' ||
			strspn(s + 1, "0123456789abcdefABCDEF") < 2))
			return err_set(ei, ERR_ARG,
			    "After a percent sign stand two hexadecimal "
			    "digits.");
	}
	return ERR_OK;
}

enum err
valid_https_url(const char *s, struct errinfo *ei)
{
	char scheme[9];
	const char *host, *rest, *port;
	uint64_t number = 0;
	enum err e;

	e = check_text(s, VALID_URL_MAX,
	    "Enter an address that begins with https://.", ei);
	if (e != ERR_OK)
		return e;
	(void)str_copy(scheme, sizeof(scheme), s);
	if (!str_caseeq(scheme, "https://"))
		return err_set(
		    ei, ERR_ARG, "The address does not begin with https://.");
	host = s + strlen("https://");
	rest = host + strcspn(host, "/?#");
	if (memchr(host, '@', (size_t)(rest - host)) != NULL)
		return err_set(ei, ERR_ARG,
		    "There is a user name in the address. Leave out what "
		    "stands before the @.");
	port = host;
	if (host[0] == '[')
		port = memchr(host, ']', (size_t)(rest - host));
	port = port == NULL ? NULL : memchr(port, ':', (size_t)(rest - port));
	if (port != NULL) {
		char digits[6];
		size_t n = (size_t)(rest - port) - 1;

		if (n >= sizeof(digits))
			n = 0; /* refused below */
		memcpy(digits, port + 1, n);
		digits[n] = '\0';
		if (str_to_u64(digits, 65535, &number) != ERR_OK || number == 0)
			return err_set(ei, ERR_ARG,
			    "The port is a number from 1 to 65535.");
	}
	e = check_host_part(
	    host, (size_t)((port != NULL ? port : rest) - host), ei);
	return e == ERR_OK ? check_url_rest(rest, ei) : e;
}

enum err
valid_video_address(const char *s, struct errinfo *ei)
{
	const char *at, *user = s;
	char esc[16], scheme[6];
	size_t n;
	enum err e;

	e = check_text(s, VALID_EMAIL_MAX,
	    "Enter a video address such as name@example.com.", ei);
	if (e != ERR_OK)
		return e;
	(void)str_copy(scheme, sizeof(scheme), s);
	if (str_caseeq(scheme, "sips:"))
		user = s + 5;
	else if (scheme[4] = '\0', str_caseeq(scheme, "sip:"))
		user = s + 4;
	if ((at = strchr(user, '@')) == NULL)
		return err_set(ei, ERR_ARG,
		    "There is no @ in the address. Write it as "
		    "name@example.com.");
	/* RFC 3261 section 25.1, user, less what a dial string never has. */
	n = strspn(user, ALNUM "-_.!~*'+=$&");
	if (user + n != at)
		return err_set(ei, ERR_ARG, "There is %s before the @.",
		    char_name(user + n, esc));
	if (n == 0)
		return err_set(ei, ERR_ARG, "There is nothing before the @.");
	return check_host_part(at + 1, strlen(at + 1), ei);
}
