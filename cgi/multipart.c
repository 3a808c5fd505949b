/* multipart.c - see multipart.h. */
#include "config.h"

#include "cgi/multipart.h"

#include <string.h>

#include "common/secret.h"
#include "common/str.h"

#define TYPE "multipart/form-data"

static enum err
no_form(struct errinfo *ei, const char *why)
{
	return err_set(
	    ei, ERR_ARG, "The form with the file cannot be read: %s.", why);
}

/* -- the window -- */

/* False: there is nothing more, or no room for it. */
static bool
fill(struct multipart *m)
{
	size_t n;

	if (m->at > 0) {
		memmove(m->window, m->window + m->at, m->len - m->at);
		m->len -= m->at;
		m->at = 0;
	}
	if (m->len == sizeof(m->window))
		return false;
	n = m->read(m->arg, m->window + m->len, sizeof(m->window) - m->len);
	m->len += n;
	return n > 0;
}

static bool
has(struct multipart *m, size_t n)
{
	while (m->len - m->at < n)
		if (!fill(m))
			return false;
	return true;
}

static char *
find(struct multipart *m, const char *what, size_t n)
{
	return memmem(m->window + m->at, m->len - m->at, what, n);
}

/* The next bytes of a part; *n is 0 before its delimiter. */
static enum err
data(struct multipart *m, char *to, size_t room, size_t *n, struct errinfo *ei)
{
	size_t have, len;
	char *stop;

	for (;;) {
		have = m->len - m->at;
		if ((stop = find(m, m->delim, m->delim_len)) != NULL)
			len = (size_t)(stop - (m->window + m->at));
		else /* the delimiter may begin in the last bytes */
			len = have < m->delim_len ? 0 : have - m->delim_len + 1;
		if (stop != NULL || len > 0)
			break;
		if (!fill(m))
			return no_form(ei, "it ends too early");
	}
	*n = len < room ? len : room;
	memcpy(to, m->window + m->at, *n);
	m->at += *n;
	return ERR_OK;
}

/* -- parts -- */

static enum err
delimiter(struct multipart *m, struct errinfo *ei)
{
	const char *next;

	if (!has(m, m->delim_len + 2))
		return no_form(ei, "it ends too early");
	next = m->window + m->at + m->delim_len;
	if (memcmp(m->window + m->at, m->delim, m->delim_len) != 0)
		return no_form(ei, "a part does not begin with its boundary");
	if (memcmp(next, "\r\n", 2) != 0 && memcmp(next, "--", 2) != 0)
		return no_form(ei, "a boundary goes on");
	m->ended = next[0] == '-';
	m->at += m->delim_len + 2;
	if (!m->ended)
		return ERR_OK;
	/* The end of the last line, and nothing behind it. */
	if (has(m, 1) &&
	    (!has(m, 2) || memcmp(m->window + m->at, "\r\n", 2) != 0 ||
		has(m, 3)))
		return no_form(ei, "something follows its end");
	return ERR_OK;
}

static bool
is_line(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return n > 0 && s[0] != ' ';
}

/* What `; word="..."` begins with; NULL: something else does. */
static const char *
quoted(const char *p, const char *end, const char *word, const char **value,
    size_t *n)
{
	const size_t len = strlen(word);
	const char *close;

	if ((size_t)(end - p) < len || memcmp(p, word, len) != 0)
		return NULL;
	p += len;
	if ((close = memchr(p, '"', (size_t)(end - p))) == NULL)
		return NULL;
	*value = p;
	*n = (size_t)(close - p);
	return close + 1;
}

struct part {
	const char *name;
	size_t name_len;
	bool is_file;
};

/* Content-Disposition, as HTML section 4.10.21.8 has browsers write it: no
 * escapes, a quote is %22. */
static bool
disposition(struct part *part, const char *p, size_t n)
{
	const char *end = p + n, *next, *ignored;
	size_t len;

	if (part->name != NULL)
		return false;
	next =
	    quoted(p, end, " form-data; name=\"", &part->name, &part->name_len);
	if (next == NULL)
		return false;
	if (next == end)
		return true;
	next = quoted(next, end, "; filename=\"", &ignored, &len);
	part->is_file = true;
	return next == end;
}

/* Ends behind the empty line; part points into the window. */
static enum err
head(struct multipart *m, struct part *part, struct errinfo *ei)
{
	static const char key[] = "content-disposition:";
	const size_t key_len = sizeof(key) - 1;
	char *stop, *p, *eol;

	memset(part, 0, sizeof(*part));
	while ((stop = find(m, "\r\n\r\n", 4)) == NULL)
		if (m->len - m->at >= MULTIPART_HEAD_MAX + 4 || !fill(m))
			break;
	if (stop != NULL ? stop > m->window + m->at + MULTIPART_HEAD_MAX
			 : m->len - m->at >= MULTIPART_HEAD_MAX + 4)
		return err_set(ei, ERR_TOOBIG,
		    "The headers of a part are longer than %d bytes.",
		    MULTIPART_HEAD_MAX);
	if (stop == NULL)
		return no_form(ei, "it ends too early");
	for (p = m->window + m->at; p < stop; p = eol + 2) {
		size_t n;

		/* There is one: stop begins with it. */
		eol = memmem(p, (size_t)(stop + 2 - p), "\r\n", 2);
		n = (size_t)(eol - p);
		if (!is_line(p, n))
			return no_form(ei, "a header of a part is no line");
		if (n > key_len && strncasecmp(p, key, key_len) == 0 &&
		    !disposition(part, p + key_len, n - key_len))
			return no_form(ei, "a part is not named as it should");
	}
	if (part->name == NULL)
		return no_form(ei, "a part has no name");
	m->at = (size_t)(stop + 4 - m->window);
	return ERR_OK;
}

static enum err
too_long(struct errinfo *ei)
{
	return err_set(ei, ERR_TOOBIG,
	    "The fields before the file are longer than %d bytes.",
	    MULTIPART_FIELDS_MAX);
}

/* Name, NUL, value, NUL. */
static enum err
field(struct multipart *m, const struct part *part, struct req_fields *f,
    struct errinfo *ei)
{
	char *name = m->block + m->block_len, *value;
	const char *end = m->block + sizeof(m->block);
	size_t len = 0, n;
	enum err e;

	if ((size_t)(end - name) < part->name_len + 2)
		return too_long(ei);
	memcpy(name, part->name, part->name_len);
	name[part->name_len] = '\0';
	value = name + part->name_len + 1;
	do {
		const size_t room = (size_t)(end - value) - len - 1;

		if ((e = data(m, value + len, room, &n, ei)) != ERR_OK)
			return e;
		/* Nothing because of the room, and not of its end. */
		if (n == 0 &&
		    find(m, m->delim, m->delim_len) != m->window + m->at)
			return too_long(ei);
		len += n;
	} while (n > 0);
	value[len] = '\0';
	m->block_len = (size_t)(value + len + 1 - m->block);
	return req_add_field(f, name, part->name_len, value, len, ei);
}

/* -- the form -- */

bool
multipart_is(const char *content_type)
{
	return strncmp(content_type, TYPE, strlen(TYPE)) == 0;
}

/* bcharsnospace of RFC 2046 section 5.1.1, less what would need quotes. */
static enum err
boundary(struct multipart *m, const char *type, struct errinfo *ei)
{
	static const char begin[] = TYPE "; boundary=";
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'+_-.";
	const char *word = type + sizeof(begin) - 1;
	size_t n;

	if (!str_has_prefix(type, begin))
		return no_form(ei, "it names no boundary");
	n = strlen(word);
	if (n == 0 || n > MULTIPART_BOUNDARY_MAX || word[strspn(word, ok)] != 0)
		return no_form(ei, "its boundary is none");
	memcpy(m->delim, "\r\n--", 4);
	memcpy(m->delim + 4, word, n + 1);
	m->delim_len = n + 4;
	return ERR_OK;
}

enum err
multipart_begin(struct multipart *m, const char *content_type,
    multipart_read_fn read, void *arg, struct req_fields *f, struct errinfo *ei)
{
	struct part part;
	enum err e;

	memset(m, 0, sizeof(*m));
	m->read = read;
	m->arg = arg;
	f->n = 0;
	if ((e = boundary(m, content_type, ei)) != ERR_OK)
		return e;
	/* The line before the first one has ended. */
	memcpy(m->window, "\r\n", 2);
	m->len = 2;
	for (;;) {
		if ((e = delimiter(m, ei)) != ERR_OK || m->ended ||
		    (e = head(m, &part, ei)) != ERR_OK)
			return e;
		if (part.is_file)
			break;
		/* The window moves on: what is put there is a copy. */
		if ((e = field(m, &part, f, ei)) != ERR_OK)
			return e;
	}
	if (!req_is_name(part.name, part.name_len))
		return no_form(ei, "the file is of no field of these pages");
	memcpy(m->file, part.name, part.name_len);
	return ERR_OK;
}

bool
multipart_is_empty(struct multipart *m)
{
	return has(m, m->delim_len) &&
	       find(m, m->delim, m->delim_len) == m->window + m->at;
}

enum err
multipart_file(
    struct multipart *m, char *to, size_t room, size_t *n, struct errinfo *ei)
{
	enum err e;

	*n = 0;
	if (m->ended || m->file[0] == '\0')
		return ERR_OK;
	if ((e = data(m, to, room, n, ei)) != ERR_OK || *n > 0)
		return e;
	if ((e = delimiter(m, ei)) == ERR_OK && !m->ended)
		e = no_form(ei, "something follows the file");
	return e;
}

void
multipart_clear(struct multipart *m)
{
	mem_wipe(m, sizeof(*m));
}
