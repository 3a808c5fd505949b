/* cms_client.c - see cms_client.h. */
#include "config.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/cms_client.h"
#include "backend/net/held.h"
#include "backend/net/evidence.h"
#include "backend/net/xml.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

#define USER_PREFIX "meet-"
#define USER_KEY_MAX 20 /* letters and digits of the key that are enough */
#define FIND_ROWS "20"

/* Limits of the fields, as in ipc_msg.def. */
#define SHORT_MAX 64
#define URI_MAX 200

enum err
cms_user(char out[CMS_USER_MAX], const char *key)
{
	char part[USER_KEY_MAX + 1];
	size_t n;

	for (n = 0; key[n] != '\0' && n < USER_KEY_MAX; n++) {
		if (!isalnum((unsigned char)key[n]))
			return ERR_ARG;
		part[n] = key[n];
	}
	part[n] = '\0';
	if (n == 0)
		return ERR_ARG;
	(void)snprintf(out, CMS_USER_MAX, USER_PREFIX "%s", part);
	str_lower(out);
	return ERR_OK;
}

void
cms_pin(char out[CMS_PIN_DIGITS + 1])
{
	size_t i;

	for (i = 0; i < CMS_PIN_DIGITS; i++)
		out[i] = (char)('0' + randombytes_uniform(10));
	out[CMS_PIN_DIGITS] = '\0';
}

static enum err
base(struct buf *out, const char *host, uint32_t port, const char *path)
{
	bool is_v6 = strchr(host, ':') != NULL;

	buf_reset(out);
	return buf_putf(out, "https://%s%s%s:%u/api/v1/%s", is_v6 ? "[" : "",
	    host, is_v6 ? "]" : "", (unsigned)port, path);
}

enum err
cms_url_space(struct buf *out, const char *host, uint32_t port, const char *id)
{
	enum err e = base(out, host, port, "coSpaces");

	if (e != ERR_OK || id[0] == '\0')
		return e;
	if ((e = buf_putc(out, '/')) != ERR_OK)
		return e;
	return url_encode(out, id);
}

enum err
cms_url_find(struct buf *out, const char *host, uint32_t port, const char *user)
{
	enum err e =
	    base(out, host, port, "coSpaces?limit=" FIND_ROWS "&filter=");

	return e == ERR_OK ? url_encode(out, user) : e;
}

enum err
cms_url_status(struct buf *out, const char *host, uint32_t port)
{
	return base(out, host, port, "system/status");
}

static enum err
put(struct buf *out, const char *name, const char *value)
{
	enum err e;

	if ((e = buf_putf(out, "%s%s=", out->len > 0 ? "&" : "", name)) !=
	    ERR_OK)
		return e;
	return url_encode(out, value);
}

enum err
cms_space_encode(struct buf *out, const char *title, const char *user,
    const char *key, const char *pin)
{
	char name[CMS_NAME_MAX];
	enum err e;

	buf_reset(out);
	(void)str_copy(
	    name, sizeof(name), title[0] == '\0' ? "(no subject)" : title);
	if ((e = put(out, "name", name)) != ERR_OK || pin == NULL)
		return e;
	if ((e = put(out, "uri", user)) != ERR_OK ||
	    (e = put(out, "passcode", pin)) != ERR_OK ||
	    (e = put(out, "requireCallId", "true")) != ERR_OK)
		return e;
	return put(out, "cdrTag", key);
}

/* "" where the child is missing, too long, or no text for a person. */
static enum err
take(char **to, const struct xml_node *n, const char *child, size_t max)
{
	const char *s = xml_text(xml_child(n, child));
	char *copy;

	if (strlen(s) > max || str_has_control(s))
		s = "";
	if ((copy = try_strdup(s)) == NULL)
		return ERR_NOMEM;
	mem_free(*to);
	*to = copy;
	return ERR_OK;
}

static enum err
open_doc(struct xml_doc **d, const char *p, size_t n, const char *root,
    struct errinfo *ei)
{
	enum err e = xml_parse(d, p, n, ei);

	if (e != ERR_OK)
		return e;
	if (str_eq(xml_root(*d)->name, root))
		return ERR_OK;
	xml_doc_free(*d);
	return err_set(ei, ERR_PROTO, "the answer is no <%s>", root);
}

enum err
cms_version_decode(
    struct msg_cms_version *out, const char *p, size_t n, struct errinfo *ei)
{
	struct xml_doc *d;
	enum err e;

	if ((e = open_doc(&d, p, n, "status", ei)) != ERR_OK)
		return e;
	e = take(&out->version, xml_root(d), "softwareVersion", SHORT_MAX);
	xml_doc_free(d);
	if (e == ERR_OK && out->version[0] == '\0')
		e = err_set(ei, ERR_PROTO, "the answer names no version");
	return e;
}

static enum err
take_id(char **to, const struct xml_node *n, struct errinfo *ei)
{
	const char *s = xml_attr(n, "id");

	if (s == NULL || s[0] == '\0' || strlen(s) > CMS_ID_MAX ||
	    str_has_control(s))
		return err_set(ei, ERR_PROTO, "a space has no id");
	mem_free(*to);
	*to = try_strdup(s);
	return *to == NULL ? ERR_NOMEM : ERR_OK;
}

enum err
cms_space_decode(
    struct msg_cms_booking *out, const char *p, size_t n, struct errinfo *ei)
{
	const struct xml_node *s;
	struct xml_doc *d;
	enum err e;

	if ((e = open_doc(&d, p, n, "coSpace", ei)) != ERR_OK)
		return e;
	s = xml_root(d);
	if ((e = take_id(&out->space_id, s, ei)) == ERR_OK &&
	    (e = take(&out->uri, s, "uri", URI_MAX)) == ERR_OK &&
	    (e = take(&out->call_id, s, "callId", SHORT_MAX)) == ERR_OK)
		e = take(&out->passcode, s, "passcode", SHORT_MAX);
	xml_doc_free(d);
	if (e == ERR_OK && out->uri[0] == '\0')
		e = err_set(ei, ERR_PROTO, "the space has no address");
	return e;
}

void
cms_held_decode(struct held *out, const char *p, size_t n)
{
	struct xml_doc *d;

	memset(out, 0, sizeof(*out));
	if (open_doc(&d, p, n, "coSpace", NULL) != ERR_OK)
		return;
	(void)str_copy(out->title, sizeof(out->title),
	    xml_text(xml_child(xml_root(d), "name")));
	xml_doc_free(d);
}

enum err
cms_find_decode(
    char **id, const char *p, size_t n, const char *user, struct errinfo *ei)
{
	const struct xml_node *s;
	struct xml_doc *d;
	enum err e;

	if ((e = open_doc(&d, p, n, "coSpaces", ei)) != ERR_OK)
		return e;
	s = xml_child(xml_root(d), "coSpace");
	while (s != NULL && !str_caseeq(xml_text(xml_child(s, "uri")), user))
		s = xml_next(s, "coSpace");
	e = s == NULL ? err_set(ei, ERR_NOTFOUND, "there is no such space")
		      : take_id(id, s, ei);
	xml_doc_free(d);
	return e;
}

enum err
cms_location_id(char **id, const char *location, struct errinfo *ei)
{
	static const char mark[] = "/api/v1/coSpaces/";
	const char *s = location == NULL ? NULL : strstr(location, mark);
	size_t n;

	if (s != NULL) {
		s += sizeof(mark) - 1;
		for (n = 0; isalnum((unsigned char)s[n]) || s[n] == '-'; n++)
			;
		if (n > 0 && n <= CMS_ID_MAX && s[n] == '\0') {
			mem_free(*id);
			*id = try_strndup(s, n);
			return *id == NULL ? ERR_NOMEM : ERR_OK;
		}
	}
	return err_set(ei, ERR_PROTO, "the answer does not say what was made");
}

void
cms_failure(char *out, size_t size, const char *p, size_t n)
{
	const struct xml_node *f;
	struct xml_doc *d;

	out[0] = '\0';
	if (open_doc(&d, p, n, "failureDetails", NULL) != ERR_OK)
		return;
	if ((f = xml_child(xml_root(d), NULL)) != NULL)
		(void)str_copy(out, size, f->name);
	xml_doc_free(d);
}
