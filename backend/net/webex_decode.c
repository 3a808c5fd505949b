/* webex_decode.c - see webex_client.h: what Webex answers. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/net/ews_item.h"
#include "backend/net/held.h"
#include "backend/net/json.h"
#include "backend/net/webex_client.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

/* Limits of the fields, as in ipc_msg.def. */
#define URL_MAX 2048
#define SIP_MAX 254
#define SHORT_MAX 64
#define LABEL_MAX 128
#define PASSWORD_MAX 128
#define SITE_MAX 253
#define SITES_MAX 64
#define NUMBERS_MAX 16
#define SCOPES_MAX 4096
#define LIST_MAX 1000
#define GRANT_MAX (64u * 1024u)
#define LIFE_MAX_S (3650 * 86400)
#define SAID_MAX 300

/* A short text that is safe to show, or NULL. */
static const char *
text_of(const json_t *o, const char *name, size_t max)
{
	const json_t *v = json_object_get(o, name);
	const char *s = json_string_value(v);

	if (s == NULL || json_string_length(v) > max ||
	    strlen(s) != json_string_length(v) || str_has_control(s))
		return NULL;
	return s;
}

/* *to is replaced; "" where there is no such text. */
static enum err
take(char **to, const json_t *o, const char *name, size_t max)
{
	const char *s = text_of(o, name, max);
	char *copy = try_strdup(s == NULL ? "" : s);

	if (copy == NULL)
		return ERR_NOMEM;
	mem_free(*to);
	*to = copy;
	return ERR_OK;
}

/* What goes into an invitation as a link. */
static enum err
take_link(char **to, const json_t *o, const char *name)
{
	const char *s = text_of(o, name, URL_MAX);
	char *copy;

	copy = try_strdup(s != NULL && str_has_prefix(s, "https://") ? s : "");
	if (copy == NULL)
		return ERR_NOMEM;
	mem_free(*to);
	*to = copy;
	return ERR_OK;
}

static enum err
read_object(
    json_t **out, const char *p, size_t n, size_t max, struct errinfo *ei)
{
	enum err e = json_read(out, p, n, max, ei);

	if (e == ERR_OK && !json_is_object(*out)) {
		json_decref(*out);
		return err_set(ei, ERR_PROTO, "the answer is no JSON object");
	}
	return e;
}

static enum err
read_items(
    json_t **root, json_t **items, const char *p, size_t n, struct errinfo *ei)
{
	enum err e = read_object(root, p, n, WEBEX_ANSWER_MAX, ei);

	if (e != ERR_OK)
		return e;
	*items = json_object_get(*root, "items");
	if (json_is_array(*items))
		return ERR_OK;
	json_decref(*root);
	return err_set(ei, ERR_PROTO, "the answer has no list of items");
}

static int64_t
seconds(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	json_int_t n = json_integer_value(v);

	return n < 0 ? 0 : n > LIFE_MAX_S ? LIFE_MAX_S : (int64_t)n;
}

/* RFC 6750 2.1: b64token; those of Webex have "_" as well. */
static enum err
take_token(struct secret *to, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	const char *s = json_string_value(v);
	size_t n = json_string_length(v), i;

	if (s == NULL)
		return ERR_OK;
	if (n == 0 || n > SECRET_MAX / 2)
		return ERR_PROTO;
	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return ERR_PROTO;
	return secret_set(to, s, n);
}

enum err
webex_grant_decode(
    struct webex_grant *out, const char *p, size_t n, struct errinfo *ei)
{
	struct webex_grant g = {0};
	json_t *o;
	enum err e;

	if ((e = read_object(&o, p, n, GRANT_MAX, ei)) != ERR_OK)
		return e;
	if ((e = take_token(&g.access, o, "access_token")) == ERR_OK &&
	    (e = take_token(&g.refresh, o, "refresh_token")) == ERR_OK)
		e = take(&g.scopes, o, "scope", SCOPES_MAX);
	if (e == ERR_OK && g.access.len == 0)
		e = ERR_PROTO;
	g.access_s = seconds(o, "expires_in");
	g.refresh_s = seconds(o, "refresh_token_expires_in");
	json_decref(o);
	if (e != ERR_OK) {
		webex_grant_clear(&g);
		return err_set(ei, e, "%s",
		    e == ERR_PROTO ? "the answer holds no token"
				   : err_default_text(e));
	}
	*out = g;
	return ERR_OK;
}

void
webex_grant_clear(struct webex_grant *g)
{
	secret_clear(&g->access);
	secret_clear(&g->refresh);
	mem_free(g->scopes);
	memset(g, 0, sizeof(*g));
}

static enum err
take_number(struct msg_call_number *to, const json_t *row)
{
	const char *kind = text_of(row, "tollType", SHORT_MAX);
	enum err e;

	to->is_free = kind != NULL && str_caseeq(kind, "tollFree");
	if ((e = take(&to->label, row, "label", LABEL_MAX)) != ERR_OK)
		return e;
	return take(&to->number, row, "callInNumber", SHORT_MAX);
}

/* "links" is a list in a meeting, and one object in a Personal Room. */
static const json_t *
global_link(const json_t *links)
{
	const char *rel;
	size_t i;

	if (json_is_object(links))
		return links;
	for (i = 0; i < json_array_size(links); i++) {
		rel = text_of(json_array_get(links, i), "rel", SHORT_MAX);
		if (rel != NULL && str_caseeq(rel, "globalCallinNumbers"))
			return json_array_get(links, i);
	}
	return NULL;
}

static enum err
take_phone(struct msg_webex_booking *out, const json_t *t)
{
	const json_t *rows = json_object_get(t, "callInNumbers");
	size_t n = json_array_size(rows), i;
	enum err e;

	if ((e = take(&out->access_code, t, "accessCode", SHORT_MAX)) !=
		ERR_OK ||
	    (e = take_link(&out->global_url,
		 global_link(json_object_get(t, "links")), "href")) != ERR_OK)
		return e;
	n = n > NUMBERS_MAX ? NUMBERS_MAX : n;
	if (n == 0 || out->numbers != NULL)
		return ERR_OK;
	if ((out->numbers = try_alloc(n * sizeof(*out->numbers))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n && e == ERR_OK; i++) {
		out->numbers_n = i + 1;
		e = take_number(&out->numbers[i], json_array_get(rows, i));
	}
	return e;
}

static enum err
take_meeting(struct msg_webex_booking *out, const json_t *o)
{
	const struct {
		char **to;
		const char *name;
		size_t max;
	} rows[] = {
	    {&out->meeting_id, "id", WEBEX_ID_MAX},
	    {&out->space_id, "roomId", WEBEX_ID_MAX},
	    {&out->sip, "sipAddress", SIP_MAX},
	    {&out->number, "meetingNumber", SHORT_MAX},
	    {&out->password, "password", PASSWORD_MAX},
	    {&out->video_password, "phoneAndVideoSystemPassword", SHORT_MAX},
	    {&out->dial_ip, "dialInIpAddress", SHORT_MAX},
	};
	enum err e;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((e = take(rows[i].to, o, rows[i].name, rows[i].max)) !=
		    ERR_OK)
			return e;
	if ((e = take_link(&out->join_url, o, "webLink")) != ERR_OK)
		return e;
	return take_phone(out, json_object_get(o, "telephony"));
}

enum err
webex_meeting_decode(
    struct msg_webex_booking *out, const char *p, size_t n, struct errinfo *ei)
{
	json_t *o;
	enum err e = read_object(&o, p, n, WEBEX_ANSWER_MAX, ei);

	if (e != ERR_OK)
		return e;
	e = take_meeting(out, o);
	json_decref(o);
	if (e == ERR_OK &&
	    (out->meeting_id[0] == '\0' || out->join_url[0] == '\0'))
		e = err_set(ei, ERR_PROTO,
		    "the answer has no meeting with a link to join");
	return e;
}

static int64_t
time_of(const json_t *o, const char *name)
{
	const char *s = text_of(o, name, SHORT_MAX);
	int64_t t = 0;

	return s != NULL && ews_time_parse(s, &t) == ERR_OK ? t : 0;
}

enum err
webex_held_decode(struct held *out, const char *p, size_t n, struct errinfo *ei)
{
	const char *title;
	json_t *o;
	enum err e = read_object(&o, p, n, WEBEX_ANSWER_MAX, ei);

	memset(out, 0, sizeof(*out));
	if (e != ERR_OK)
		return e;
	if ((title = text_of(o, "title", HELD_TITLE_MAX)) != NULL)
		(void)str_copy(out->title, sizeof(out->title), title);
	out->start_s = time_of(o, "start");
	out->end_s = time_of(o, "end");
	json_decref(o);
	return ERR_OK;
}

enum err
webex_room_decode(
    struct msg_webex_booking *out, const char *p, size_t n, struct errinfo *ei)
{
	json_t *o;
	enum err e = read_object(&o, p, n, WEBEX_ANSWER_MAX, ei);

	if (e != ERR_OK)
		return e;
	if ((e = take_link(&out->join_url, o, "personalMeetingRoomLink")) ==
		ERR_OK &&
	    (e = take(&out->sip, o, "sipAddress", SIP_MAX)) == ERR_OK &&
	    (e = take(&out->dial_ip, o, "dialInIpAddress", SHORT_MAX)) ==
		ERR_OK)
		e = take_phone(out, json_object_get(o, "telephony"));
	json_decref(o);
	if (e == ERR_OK && out->join_url[0] == '\0')
		e = err_set(
		    ei, ERR_PROTO, "the answer has no link of a Personal Room");
	return e;
}

static bool
has_tag(const json_t *row, const char *tag)
{
	const json_t *tags = json_object_get(row, "integrationTags");
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(tags); i++) {
		s = json_string_value(json_array_get(tags, i));
		if (s != NULL && str_eq(s, tag))
			return true;
	}
	return false;
}

enum err
webex_found_decode(struct msg_webex_booking *out, const char *p, size_t n,
    const char *tag, struct errinfo *ei)
{
	json_t *root, *items;
	enum err e = read_items(&root, &items, p, n, ei);
	size_t i;

	if (e != ERR_OK)
		return e;
	for (i = 0; i < json_array_size(items); i++)
		if (has_tag(json_array_get(items, i), tag))
			break;
	if (i == json_array_size(items))
		e = err_set(ei, ERR_NOTFOUND, "there is no such meeting");
	else
		e = take_meeting(out, json_array_get(items, i));
	json_decref(root);
	if (e == ERR_OK && out->meeting_id[0] == '\0')
		e = err_set(ei, ERR_PROTO, "the meeting has no id");
	return e;
}

static bool
is_then(const json_t *row, const char *name, int64_t want_s)
{
	const char *s = text_of(row, name, SHORT_MAX);
	int64_t at;

	return s != NULL && ews_time_parse(s, &at) == ERR_OK &&
	       at == want_s - want_s % 60;
}

/* What webex_client.c made of the title. */
static bool
is_title(const char *title, const char *name)
{
	size_t n = strlen(name);

	return strncmp(title, name, n) == 0 &&
	       (title[n] == '\0' ||
		   str_utf8_count(name) == (size_t)WEBEX_TITLE_MAX);
}

/* An id ends with when the series has it begin, as in the description's
 * example; where it does not, one that was not moved begins then. */
static bool
is_part(const json_t *row, const struct msg_confer_exception *x)
{
	const char *id = text_of(row, "id", WEBEX_ID_MAX), *at;
	time_t t = (time_t)(x->original_s - x->original_s % 60);
	char stamp[24];
	struct tm tm;

	if (id == NULL || gmtime_r(&t, &tm) == NULL ||
	    strftime(stamp, sizeof(stamp), "_%Y%m%dT%H%M%SZ", &tm) == 0)
		return false;
	if ((at = strrchr(id, '_')) != NULL)
		return str_eq(at, stamp);
	return is_then(row, "start", x->original_s);
}

enum err
webex_part_decode(char **id, bool *is_same, const char *p, size_t n,
    const struct msg_confer_exception *x, struct errinfo *ei)
{
	json_t *root, *items, *row;
	enum err e = read_items(&root, &items, p, n, ei);
	const char *title;
	size_t i;

	if (e != ERR_OK)
		return e;
	for (i = 0; i < json_array_size(items); i++)
		if (is_part(json_array_get(items, i), x))
			break;
	if (i == json_array_size(items)) {
		json_decref(root);
		return err_set(ei, ERR_NOTFOUND, "there is no such meeting");
	}
	row = json_array_get(items, i);
	title = text_of(row, "title", 4 * WEBEX_TITLE_MAX);
	*is_same = is_then(row, "start", x->start_s) &&
		   is_then(row, "end", x->end_s) && title != NULL &&
		   is_title(x->subject, title);
	e = take(id, row, "id", WEBEX_ID_MAX);
	json_decref(root);
	return e;
}

enum err
webex_sites_decode(
    struct msg_webex_sites *out, const char *p, size_t n, struct errinfo *ei)
{
	json_t *o, *rows;
	const char *s;
	enum err e = read_object(&o, p, n, WEBEX_ANSWER_MAX, ei);
	size_t i;

	if (e != ERR_OK)
		return e;
	rows = json_object_get(o, "sites");
	if (!json_is_array(rows))
		e = err_set(ei, ERR_PROTO, "the answer has no list of sites");
	for (i = 0; i < json_array_size(rows) && e == ERR_OK &&
		    out->sites.n < SITES_MAX;
	     i++) {
		const json_t *row = json_array_get(rows, i);

		if ((s = text_of(row, "siteUrl", SITE_MAX)) == NULL)
			continue;
		if ((e = strlist_add(&out->sites, s)) == ERR_OK &&
		    json_is_true(json_object_get(row, "default")))
			e = take(&out->default_site, row, "siteUrl", SITE_MAX);
	}
	json_decref(o);
	return e;
}

enum err
webex_id_decode(char **out, const char *p, size_t n, struct errinfo *ei)
{
	json_t *o;
	char *id = NULL;
	enum err e = read_object(&o, p, n, WEBEX_ANSWER_MAX, ei);

	if (e != ERR_OK)
		return e;
	e = take(&id, o, "id", WEBEX_ID_MAX);
	json_decref(o);
	if (e == ERR_OK && id[0] == '\0')
		e = err_set(ei, ERR_PROTO, "the answer has no id");
	if (e != ERR_OK) {
		mem_free(id);
		return e;
	}
	mem_free(*out);
	*out = id;
	return ERR_OK;
}

enum err
webex_items_decode(struct strlist *out, const char *p, size_t n,
    const char *member, struct errinfo *ei)
{
	json_t *root, *items;
	const char *s;
	enum err e = read_items(&root, &items, p, n, ei);
	size_t i;

	if (e != ERR_OK)
		return e;
	for (i = 0; i < json_array_size(items) && i < LIST_MAX && e == ERR_OK;
	     i++) {
		s = text_of(json_array_get(items, i), member, WEBEX_ID_MAX);
		if (s != NULL)
			e = strlist_add(out, s);
	}
	json_decref(root);
	return e;
}

enum err
webex_spaces_decode(struct strlist *out, const char *p, size_t n,
    const char *title, int64_t since_s, struct errinfo *ei)
{
	json_t *root, *items;
	const char *id, *name, *when;
	enum err e = read_items(&root, &items, p, n, ei);
	int64_t at;
	size_t i;

	if (e != ERR_OK)
		return e;
	for (i = 0; i < json_array_size(items) && i < LIST_MAX && e == ERR_OK;
	     i++) {
		const json_t *row = json_array_get(items, i);

		id = text_of(row, "id", WEBEX_ID_MAX);
		name = text_of(row, "title", 4 * WEBEX_TITLE_MAX);
		when = text_of(row, "created", SHORT_MAX);
		if (id == NULL || name == NULL || when == NULL ||
		    !is_title(title, name) ||
		    ews_time_parse(when, &at) != ERR_OK || at < since_s)
			continue;
		e = strlist_add(out, id);
	}
	json_decref(root);
	return e;
}

void
webex_error_text(char *out, size_t size, const char *p, size_t n)
{
	const char *said, *track;
	json_t *o, *errors;

	out[0] = '\0';
	if (read_object(&o, p, n, WEBEX_ANSWER_MAX, NULL) != ERR_OK)
		return;
	errors = json_object_get(o, "errors");
	said = text_of(json_array_get(errors, 0), "description", 2 * SAID_MAX);
	if (said == NULL)
		said = text_of(o, "message", 2 * SAID_MAX);
	if (said == NULL) /* RFC 6749 5.2 */
		said = text_of(o, "error_description", 2 * SAID_MAX);
	track = text_of(o, "trackingId", LABEL_MAX);
	if (said != NULL)
		(void)snprintf(out, size, "%s%s%s%s", said,
		    track == NULL ? "" : " (", track == NULL ? "" : track,
		    track == NULL ? "" : ")");
	json_decref(o);
}
