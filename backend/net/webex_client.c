/* webex_client.c - see webex_client.h: what is sent.  What comes back is in
 * webex_decode.c. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/net/held.h"
#include "backend/net/webex_client.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

#define TIME_MAX 32

/* One piece in memory, so that growing leaves no copy behind. */
#define FORM_MAX (4u * SECRET_MAX)

enum err
webex_refresh_encode(struct buf *out, const char *client_id,
    const char *client_secret, const char *refresh_token)
{
	static const char *const names[] = {
	    "&client_id=", "&client_secret=", "&refresh_token="};
	const char *values[3];
	enum err e;
	size_t i;

	values[0] = client_id;
	values[1] = client_secret;
	values[2] = refresh_token;
	buf_reset(out);
	if ((e = buf_reserve(out, FORM_MAX)) != ERR_OK ||
	    (e = buf_puts(out, "grant_type=refresh_token")) != ERR_OK)
		return e;
	for (i = 0; i < 3; i++)
		if ((e = buf_puts(out, names[i])) != ERR_OK ||
		    (e = url_encode(out, values[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

/* ISO 8601 to the minute, which is all that counts (OAS "start"). */
static bool
time_text(char text[TIME_MAX], int64_t t)
{
	time_t at = (time_t)(t - t % 60);
	struct tm tm;

	return t >= 0 && gmtime_r(&at, &tm) != NULL &&
	       strftime(text, TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) != 0;
}

/* "PATH?name=value&name=value"; a value "" is left out. */
static enum err
query(struct buf *out, const char *path, const char *const *pairs, size_t n)
{
	char mark = '?';
	enum err e;
	size_t i;

	buf_reset(out);
	if ((e = buf_putf(out, "%s%s", WEBEX_API, path)) != ERR_OK)
		return e;
	for (i = 0; i + 1 < n; i += 2) {
		if (pairs[i + 1] == NULL || pairs[i + 1][0] == '\0')
			continue;
		if ((e = buf_putc(out, mark)) != ERR_OK ||
		    (e = buf_putf(out, "%s=", pairs[i])) != ERR_OK ||
		    (e = url_encode(out, pairs[i + 1])) != ERR_OK)
			return e;
		mark = '&';
	}
	return ERR_OK;
}

#define QUERY(out, path, pairs) \
	query(out, path, pairs, sizeof(pairs) / sizeof((pairs)[0]))

static enum err
below(struct buf *out, const char *path, const char *id)
{
	enum err e = query(out, path, NULL, 0);

	if (e != ERR_OK || id[0] == '\0')
		return e;
	if ((e = buf_putc(out, '/')) != ERR_OK)
		return e;
	return url_encode(out, id);
}

enum err
webex_url_sites(struct buf *out, const char *person)
{
	const char *const pairs[] = {"userEmail", person};

	return QUERY(out, "/meetingPreferences/sites", pairs);
}

enum err
webex_url_room(struct buf *out, const char *person, const char *site)
{
	const char *const pairs[] = {"userEmail", person, "siteUrl", site};

	return QUERY(out, "/meetingPreferences/personalMeetingRoom", pairs);
}

enum err
webex_url_find(struct buf *out, const char *person, const char *tag)
{
	const char *const pairs[] = {"meetingType", "meetingSeries",
	    "integrationTag", tag, "hostEmail", person, "max", "10"};

	return QUERY(out, "/meetings", pairs);
}

enum err
webex_url_meeting(struct buf *out, const char *id)
{
	return below(out, "/meetings", id);
}

enum err
webex_url_meeting_read(struct buf *out, const char *id, const char *person)
{
	enum err e;

	if ((e = below(out, "/meetings", id)) != ERR_OK || person[0] == '\0')
		return e;
	if ((e = buf_puts(out, "?hostEmail=")) != ERR_OK)
		return e;
	return url_encode(out, person);
}

enum err
webex_url_parts(struct buf *out, const char *series, const char *person,
    int64_t from_s, int64_t to_s)
{
	const char *pairs[] = {"meetingSeriesId", series, "meetingType",
	    "scheduledMeeting", "hostEmail", person, "max", "100", "from", NULL,
	    "to", NULL};
	char from[TIME_MAX], to[TIME_MAX] = "";

	if (!time_text(from, from_s) || (to_s != 0 && !time_text(to, to_s)))
		return ERR_ARG;
	pairs[9] = from;
	pairs[11] = to;
	return QUERY(out, "/meetings", pairs);
}

enum err
webex_url_meeting_end(struct buf *out, const char *id, const char *person)
{
	enum err e;

	if ((e = below(out, "/meetings", id)) != ERR_OK ||
	    (e = buf_puts(out, "?sendEmail=false")) != ERR_OK ||
	    person[0] == '\0')
		return e;
	if ((e = buf_puts(out, "&hostEmail=")) != ERR_OK)
		return e;
	return url_encode(out, person);
}

enum err
webex_url_space(struct buf *out, const char *id)
{
	return below(out, "/rooms", id);
}

enum err
webex_url_spaces(struct buf *out)
{
	static const char *const pairs[] = {
	    "type", "group", "sortBy", "created", "max", "100"};

	return QUERY(out, "/rooms", pairs);
}

/* space "": the collection, to add to. */
enum err
webex_url_members(struct buf *out, const char *space)
{
	const char *const pairs[] = {
	    "roomId", space, "max", space[0] == '\0' ? "" : "1000"};

	return QUERY(out, "/memberships", pairs);
}

enum err
webex_url_space_meetings(struct buf *out, const char *space)
{
	const char *const pairs[] = {
	    "meetingType", "meetingSeries", "roomId", space, "max", "10"};

	return QUERY(out, "/meetings", pairs);
}

static bool
put_text(json_t *o, const char *name, const char *value)
{
	return json_object_set_new(o, name, json_string(value)) == 0;
}

static bool
put_time(json_t *o, const char *name, int64_t t)
{
	char text[TIME_MAX];

	return time_text(text, t) && put_text(o, name, text);
}

/* A title has a limit in characters, and must not be empty. */
static bool
put_title(json_t *o, const char *title)
{
	size_t at = 0, n, chars = 0;
	json_t *v;

	while (chars < WEBEX_TITLE_MAX && (n = str_utf8_len(title + at)) > 0) {
		at += n;
		chars++;
	}
	v = at == 0 ? json_string("(no subject)") : json_stringn(title, at);
	return json_object_set_new(o, "title", v) == 0;
}

static enum err
dump(struct buf *out, json_t *o, bool good)
{
	char *text = good ? json_dumps(o, JSON_COMPACT) : NULL;
	json_free_t release;
	enum err e = ERR_NOMEM;

	buf_reset(out);
	if (text != NULL) {
		e = buf_puts(out, text);
		json_get_alloc_funcs(NULL, &release);
		release(text);
	}
	json_decref(o);
	return e;
}

/* How long it may be, and when it is over at the latest. */
static int64_t
end_of(int64_t start_s, int64_t end_s)
{
	if (end_s - start_s < WEBEX_SHORTEST_S)
		return start_s + WEBEX_SHORTEST_S;
	if (end_s - start_s > WEBEX_LONGEST_S)
		return start_s + WEBEX_LONGEST_S;
	return end_s;
}

enum err
webex_part_encode(struct buf *out, const struct msg_webex_book *m,
    const struct msg_confer_exception *x)
{
	json_t *o = json_object();

	if (o == NULL)
		return ERR_NOMEM;
	return dump(out, o,
	    put_title(o, x->subject) && put_time(o, "start", x->start_s) &&
		put_time(o, "end", end_of(x->start_s, x->end_s)) &&
		put_text(o, "timezone",
		    m->timezone[0] == '\0' ? "UTC" : m->timezone) &&
		put_text(o, "hostEmail", m->ctx.person) &&
		json_object_set_new(o, "sendEmail", json_false()) == 0);
}

/* Of a series the times are those of the first one, which net does not
 * know. */
void
webex_held_want(struct held *out, const struct msg_webex_book *m)
{
	memset(out, 0, sizeof(*out));
	(void)str_copy(out->title, sizeof(out->title), m->title);
	if (m->recurrence[0] != '\0')
		return;
	out->start_s = m->start_s - m->start_s % 60;
	out->end_s = end_of(m->start_s, m->end_s);
	out->end_s -= out->end_s % 60;
}

enum err
webex_meeting_encode(struct buf *out, const struct msg_webex_book *m,
    const char *space, bool is_new)
{
	json_t *o = json_object(), *tags;
	bool good;

	if (o == NULL)
		return ERR_NOMEM;
	good = put_title(o, m->title) && put_time(o, "start", m->start_s) &&
	       put_time(o, "end", end_of(m->start_s, m->end_s)) &&
	       put_text(
		   o, "timezone", m->timezone[0] == '\0' ? "UTC" : m->timezone);
	if (good && m->recurrence[0] != '\0')
		good = put_text(o, "recurrence", m->recurrence);
	else if (good && !is_new) /* it may have been a series */
		good = json_object_set_new(o, "recurrence", json_null()) == 0;
	/* Exchange tells the people; Webex is not to, and need not know who
	 * they are. */
	good = good && json_object_set_new(o, "sendEmail", json_false()) == 0;
	/* A meeting of a space is the app's own, which is its member. */
	if (good && space[0] == '\0')
		good = put_text(o, "hostEmail", m->ctx.person);
	if (good && is_new) {
		good = json_object_set_new(
			   o, "integrationTags", tags = json_array()) == 0 &&
		       json_array_append_new(tags, json_string(m->key)) == 0;
		if (good && space[0] != '\0')
			good = put_text(o, "roomId", space);
		else if (good)
			good = put_text(o, "siteUrl", m->ctx.site);
	}
	return dump(out, o, good);
}

enum err
webex_space_encode(struct buf *out, const char *title)
{
	json_t *o = json_object();

	if (o == NULL)
		return ERR_NOMEM;
	return dump(out, o, put_title(o, title));
}

enum err
webex_member_encode(struct buf *out, const char *space, const char *email)
{
	json_t *o = json_object();

	if (o == NULL)
		return ERR_NOMEM;
	return dump(out, o,
	    put_text(o, "roomId", space) && put_text(o, "personEmail", email));
}
