#include "common/video_link.h"

#include <string.h>
#include <strings.h>

#include "common/str.h"
#include "common/url_parts.h"

#define SEGMENT_MAX 254 /* bytes of a captured piece */

static const struct name {
	const char *id, *text;
} names[VIDEO__MAX] = {
    [VIDEO_SIP] = {"sip", "Video address"},
    [VIDEO_WEBEX] = {"webex", "Webex"},
    [VIDEO_TEAMS] = {"teams", "Microsoft Teams"},
    [VIDEO_ZOOM] = {"zoom", "Zoom"},
    [VIDEO_MEET] = {"meet", "Google Meet"},
    [VIDEO_BLUEJEANS] = {"bluejeans", "BlueJeans"},
    [VIDEO_PEXIP] = {"pexip", "Pexip"},
    [VIDEO_CMS] = {"cms", "Cisco Meeting Server"},
    [VIDEO_STARLEAF] = {"starleaf", "StarLeaf"},
    [VIDEO_LIFESIZE] = {"lifesize", "Lifesize"},
    [VIDEO_SKYPE] = {"skype", "Skype for Business"},
    [VIDEO_GOTO] = {"goto", "GoTo Meeting"},
    [VIDEO_RINGCENTRAL] = {"ringcentral", "RingCentral"},
    [VIDEO_CHIME] = {"chime", "Amazon Chime"},
    [VIDEO_JITSI] = {"jitsi", "Jitsi"},
    [VIDEO_EIGHT] = {"8x8", "8x8"},
    [VIDEO_WHEREBY] = {"whereby", "Whereby"},
    [VIDEO_VONAGE] = {"vonage", "Vonage"},
    [VIDEO_ZOHO] = {"zoho", "Zoho Meeting"},
    [VIDEO_FEISHU] = {"feishu", "Feishu and Lark"},
    [VIDEO_TENCENT] = {"tencent", "Tencent Meeting"},
    [VIDEO_DIALPAD] = {"dialpad", "Dialpad"},
    [VIDEO_FACETIME] = {"facetime", "FaceTime"},
};

static const struct form {
	enum video_service service;
	const char *domain;
	size_t domain_len; /* 0: any */
	const char *path, *needs, *dial;
} forms[] = {
#define VIDEO_LINK(service, domain, path, needs, dial) \
	{VIDEO_##service, domain, sizeof(domain) - 1, path, needs, dial},
#include "common/video_link.def"
#undef VIDEO_LINK
};

/* Hosts of a vendor that are pages to read. */
static const char *const reading[] = {"help.", "support.", "developer.",
    "developers.", "blog.", "status.", "community.", "learn.", "docs.",
    "explore.", "marketplace.", "success.", "events.", "investors.", "apphub.",
    "essentials."};

/* Second words of a path that are no meeting. */
static const char *const no_room[] = {"about", "admin", "blog", "careers",
    "contact", "download", "downloads", "faq", "features", "help", "home",
    "index.html", "information", "legal", "login", "landing", "new", "plans",
    "pricing", "privacy", "security", "signin", "signup", "static", "support",
    "terms", "user"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The digits or the segment at path[*at]; *at moves behind them. */
static bool
capture(const struct url_piece *path, size_t *at, bool digits, char *out)
{
	size_t from = *at, n;

	while (*at < path->len && path->p[*at] != '/' &&
	       (!digits || is_digit(path->p[*at])))
		(*at)++;
	n = *at - from;
	if (n < (digits ? 3 : 1) || n > SEGMENT_MAX)
		return false;
	return url_percent_decode(out, SEGMENT_MAX + 1, path->p + from, n);
}

static bool
path_match(const struct url_piece *path, const char *form, char *last)
{
	size_t at = 0;
	char c;

	for (; *form != '\0' && *form != '$'; form++) {
		if (*form == '#' || *form == '*') {
			if (!capture(path, &at, *form == '#', last))
				return false;
			continue;
		}
		if (at >= path->len)
			return false;
		c = lower(path->p[at++]);
		if (*form == '@' ? c < 'a' || c > 'z' : c != lower(*form))
			return false;
	}
	if (at == path->len)
		return true;
	/* One slash at the end is the same place. */
	if (path->p[at] != '/')
		return false;
	return *form != '$' || at + 1 == path->len;
}

static bool
add(char *dial, const char *s)
{
	size_t n = strlen(dial), m = strlen(s);

	if (n + m > VIDEO_DIAL_MAX)
		return false;
	memcpy(dial + n, s, m + 1);
	return true;
}

/* "{name}" or "[name]" at f; how long it is, 0 when it cannot be had. */
static size_t
add_param(const struct url_parts *u, const char *f, char *dial)
{
	const char *end = strchr(f, *f == '{' ? '}' : ']');
	char name[32], value[SEGMENT_MAX + 1];
	size_t n = (size_t)(end - f - 1);

	if (n >= sizeof(name))
		return 0;
	memcpy(name, f + 1, n);
	name[n] = '\0';
	if (!url_parts_param(u, name, value, sizeof(value)))
		return *f == '{' ? 0 : n + 2;
	return add(dial, value) ? n + 2 : 0;
}

static bool
make_dial(
    const struct url_parts *u, const char *f, const char *last, char *dial)
{
	char one[2] = "";
	size_t n;
	bool ok;

	for (; *f != '\0'; f += n) {
		n = 1;
		if (*f == '$') {
			n = 2;
			ok = add(dial, f[1] == 'h' ? u->host : last);
		} else if (*f == '{' || *f == '[') {
			n = add_param(u, f, dial);
			ok = n > 0;
		} else {
			one[0] = *f;
			ok = add(dial, one);
		}
		if (!ok)
			return false;
	}
	/* An alias without a domain is one of the host that shows it. */
	if (*dial != '\0' && strchr(dial, '@') == NULL)
		return add(dial, "@") && add(dial, u->host);
	return true;
}

static bool
is_reading(const char *host)
{
	size_t i;

	for (i = 0; i < COUNT(reading); i++)
		if (str_has_prefix(host, reading[i]))
			return true;
	return false;
}

static bool
is_no_room(const char *last)
{
	size_t i;

	for (i = 0; i < COUNT(no_room); i++)
		if (str_caseeq(last, no_room[i]))
			return true;
	return false;
}

/* Forms whose dial string is made of more than one piece of the path. */
static bool
special_dial(const struct url_parts *u, enum video_service s, char *dial)
{
	const char *p = u->path.p, *slash;
	size_t n = u->path.len, a;

	if (s == VIDEO_BLUEJEANS && n > 1) {
		/* /N/P and /N.P both are N.P@bjn.vc. */
		for (a = 1; a < n && is_digit(p[a]); a++)
			;
		if (a + 1 >= n || a > 40 || n > 60)
			return true;
		memcpy(dial, p + 1, n - 1);
		dial[n - 1] = '\0';
		dial[a - 1] = '.';
		if (dial[n - 2] == '/')
			dial[n - 2] = '\0';
		return add(dial, "@bjn.vc");
	}
	if (s == VIDEO_TEAMS && str_eq(u->host, "pexip.me") && n > 7) {
		/* /teams/DOMAIN/N is N@DOMAIN. */
		p += 7;
		n -= 7;
		if ((slash = memchr(p, '/', n)) == NULL || n >= VIDEO_DIAL_MAX)
			return false;
		a = (size_t)(slash - p);
		memcpy(dial, slash + 1, n - a - 1);
		dial[n - a - 1] = '@';
		memcpy(dial + n - a, p, a);
		dial[n] = '\0';
	}
	return true;
}

/* Most rows end here: one letter of the host or of the path says so. */
static inline bool
form_may_match(const struct form *f, const struct url_parts *u)
{
	if (f->domain_len == 0)
		return f->path[1] == lower(u->path.p[1]);
	return u->host_len >= f->domain_len &&
	       u->host[u->host_len - f->domain_len] == f->domain[0];
}

static bool
form_match(const struct form *f, const struct url_parts *u, char *dial)
{
	char last[SEGMENT_MAX + 1], value[URL_PARTS_MAX + 1];
	bool any_host = f->domain_len == 0;

	last[0] = '\0';
	if ((!any_host && !url_parts_within(u, f->domain, f->domain_len)) ||
	    !path_match(&u->path, f->path, last) || is_no_room(last))
		return false;
	if (*f->needs != '\0' &&
	    !url_parts_param(u, f->needs, value, sizeof(value)))
		return false;
	dial[0] = '\0';
	if (!make_dial(u, f->dial, last, dial) ||
	    (*f->dial == '\0' && !special_dial(u, f->service, dial)) ||
	    (*dial != '\0' && !video_dial_ok(dial))) {
		dial[0] = '\0';
		/* Of a host that nobody knows the dial string is all that
		 * tells it from any other page. */
		return !any_host;
	}
	return !any_host || *dial != '\0';
}

bool
video_link_match(
    enum video_service *service, char dial[VIDEO_DIAL_MAX + 1], const char *url)
{
	struct url_parts u;
	size_t i;

	dial[0] = '\0';
	if (!url_parts_split(&u, url, strlen(url)) || u.path.len < 2 ||
	    strchr(u.host, '.') == NULL)
		return false;
	for (i = 0; i < COUNT(forms); i++)
		if (form_may_match(&forms[i], &u) &&
		    form_match(&forms[i], &u, dial) && !is_reading(u.host)) {
			*service = forms[i].service;
			return true;
		}
	dial[0] = '\0';
	return false;
}

const char *
video_service_name(enum video_service s)
{
	return (unsigned)s < VIDEO__MAX ? names[s].text : "";
}

const char *
video_service_id(enum video_service s)
{
	return (unsigned)s < VIDEO__MAX ? names[s].id : "";
}

/* -- what can be dialled -- */

static bool
host_ok(const char *h)
{
	size_t i, label = 0, dots = 0, letters = 0, n = strlen(h);

	for (i = 0; i < n; i++) {
		if (h[i] == '.') {
			if (label == 0 || h[i - 1] == '-')
				return false;
			dots++;
			label = letters = 0;
			continue;
		}
		if (!is_alnum(h[i]) && (h[i] != '-' || label == 0))
			return false;
		letters += is_alnum(h[i]) && !is_digit(h[i]);
		label++;
	}
	if (dots == 0 || n > URL_HOST_MAX)
		return false;
	/* A name ends in a word of letters, or in one of another alphabet
	 * (RFC 5890 2.3.2.1); else it must be IPv4. */
	if ((letters == label && label >= 2) ||
	    (label > 4 && strncasecmp(h + n - label, "xn--", 4) == 0))
		return true;
	if (dots != 3 || n > 15)
		return false;
	for (i = 0; i < n; i++)
		if (h[i] != '.' && !is_digit(h[i]))
			return false;
	return label > 0;
}

bool
video_dial_ok(const char *s)
{
	const char *at, *p;

	if (strncasecmp(s, "sips:", 5) == 0)
		s += 5;
	at = strchr(s, '@');
	if (at == NULL || at == s || at - s > 64)
		return false;
	for (p = s; p < at; p++)
		if (!is_alnum(*p) && strchr("._-+*#~!=$%&", *p) == NULL)
			return false;
	return host_ok(at + 1);
}
