/* dir_search.c - see dir_search.h. */
#include "config.h"

#include "backend/net/dir_search.h"

#include <string.h>
#include <strings.h>

#include "backend/net/evidence.h"
#include "backend/net/ldap.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/ldap_filter.h"
#include "common/str.h"

#define BASE_TEXT_MAX 1024
#define SEND_MAX 200 /* entries of a page, as in ipc_msg.def */
#define STEP 256
#define FIELDS_N 6

/* In the order of msg_dir_job.attrs, with the limits of ipc_msg.def. */
static const struct {
	size_t offset, max;
} fields[FIELDS_N] = {
    {offsetof(struct msg_dir_entry, mail), 254},
    {offsetof(struct msg_dir_entry, name), 512},
    {offsetof(struct msg_dir_entry, language), 64},
    {offsetof(struct msg_dir_entry, room_link), 2048},
    {offsetof(struct msg_dir_entry, room_number), 32},
    {offsetof(struct msg_dir_entry, room_video), 254},
};

struct dir_search {
	unsigned refs;
	char *base, *filter;
	char *attrs[FIELDS_N]; /* owned; NULL: not asked for */
	const char *asked[FIELDS_N + 1]; /* those, and what each is */
	size_t field[FIELDS_N];
	struct msg_dir_entry *v;
	size_t n, room, given;
	size_t bytes;
	size_t turn; /* which of `asked` comes next */
	struct msg_dir_entry now; /* the entry that is being read */
	unsigned unusable;
	bool is_cut, is_out;
};

static char **
text_of(struct msg_dir_entry *d, size_t i)
{
	return (char **)(void *)((char *)d + fields[i].offset);
}

static void
forget(struct dir_search *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		msg_dir_entry_free(&d->v[i]);
	mem_free(d->v);
	msg_dir_entry_free(&d->now);
	memset(&d->now, 0, sizeof(d->now));
	d->v = NULL;
	d->n = d->room = d->given = d->bytes = d->turn = 0;
	d->unusable = 0;
	d->is_cut = d->is_out = false;
}

void
dir_search_unref(void *arg)
{
	struct dir_search *d = arg;
	size_t i;

	if (d == NULL || --d->refs > 0)
		return;
	forget(d);
	for (i = 0; i < FIELDS_N; i++)
		mem_free(d->attrs[i]);
	mem_free(d->base);
	mem_free(d->filter);
	mem_free(d);
}

struct dir_search *
dir_search_ref(struct dir_search *d)
{
	d->refs++;
	return d;
}

static enum err
check(const struct msg_dir_job *m, struct errinfo *ei)
{
	size_t i;
	enum err e = ERR_OK;

	if ((*m->base != '\0' &&
		(e = ldap_base_check(m->base, ei)) != ERR_OK) ||
	    (e = ldap_filter_check(m->filter, ei)) != ERR_OK)
		return e;
	if (m->attrs.n != FIELDS_N || *m->attrs.v[0] == '\0')
		return err_set(ei, ERR_ARG, "no attribute for the address");
	for (i = 0; i < FIELDS_N && e == ERR_OK; i++)
		if (*m->attrs.v[i] != '\0')
			e = ldap_attr_check(m->attrs.v[i], ei);
	return e;
}

enum err
dir_search_new(
    struct dir_search **out, const struct msg_dir_job *m, struct errinfo *ei)
{
	struct dir_search *d;
	size_t i, n = 0;
	enum err e;

	if ((e = check(m, ei)) != ERR_OK)
		return e;
	if ((d = try_alloc(sizeof(*d))) == NULL)
		return err_set(ei, ERR_NOMEM, "memory is out");
	d->refs = 1;
	d->base = try_strdup(m->base);
	d->filter = try_strdup(m->filter);
	for (i = 0; i < FIELDS_N; i++) {
		if (*m->attrs.v[i] == '\0')
			continue;
		d->attrs[i] = try_strdup(m->attrs.v[i]);
		d->asked[n] = d->attrs[i];
		d->field[n++] = i;
		if (d->attrs[i] == NULL)
			goto nomem;
	}
	if (d->base == NULL || d->filter == NULL)
		goto nomem;
	*out = d;
	return ERR_OK;
nomem:
	dir_search_unref(d);
	return err_set(ei, ERR_NOMEM, "memory is out");
}

static bool
is_text(const char *s, size_t max)
{
	const size_t n = strlen(s);

	return n > 0 && n <= max && str_is_utf8(s, n) && !str_has_control(s) &&
	       strchr(s, '\t') == NULL;
}

/* proxyAddresses ([MS-OXOABK] 2.2.3.23): "SMTP:" in capitals is the one that
 * a person writes from, the others are not. */
static const char *
address_in(const struct ldap_entry *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (str_has_prefix(e->v[i], "SMTP:"))
			return e->v[i] + strlen("SMTP:");
	for (i = 0; i < e->n; i++)
		if (strchr(e->v[i], ':') == NULL)
			return e->v[i];
	return "";
}

static bool
take_value(struct dir_search *d, size_t field, const struct ldap_entry *e)
{
	const char *v = "";
	char *copy;

	if (field == 0)
		v = address_in(e);
	else if (e->n > 0)
		v = e->v[0];
	if (!is_text(v, fields[field].max))
		return true;
	if (d->bytes + strlen(v) > DIR_BYTES_MAX) {
		d->is_cut = true;
		return false;
	}
	if ((copy = try_strdup(v)) == NULL) {
		d->is_out = true;
		return false;
	}
	d->bytes += strlen(v);
	*text_of(&d->now, field) = copy;
	return true;
}

static bool
keep(struct dir_search *d)
{
	struct msg_dir_entry *v;

	if (d->now.mail == NULL || strchr(d->now.mail, '@') == NULL) {
		msg_dir_entry_free(&d->now);
		memset(&d->now, 0, sizeof(d->now));
		d->unusable++;
		return true;
	}
	if (d->n == d->room) {
		v = try_realloc(d->v, (d->room * 2 + STEP) * sizeof(*v));
		if (v == NULL) {
			d->is_out = true;
			return false;
		}
		d->v = v;
		d->room = d->room * 2 + STEP;
	}
	d->v[d->n++] = d->now;
	memset(&d->now, 0, sizeof(d->now));
	return true;
}

/* Each attribute that was asked for comes once, in that order. */
static bool
take(void *arg, const struct ldap_entry *e)
{
	struct dir_search *d = arg;

	if (!take_value(d, d->field[d->turn], e))
		return false;
	if (d->asked[++d->turn] != NULL)
		return true;
	d->turn = 0;
	return keep(d);
}

static bool
take_base(void *arg, const struct ldap_entry *e)
{
	struct msg_scp_result *r = arg;

	if (e->n > 0 && strlen(e->v[0]) <= BASE_TEXT_MAX)
		evidence_text(&r->base_dn, e->v[0], BASE_TEXT_MAX);
	return true;
}

/* [MS-ADTS] 3.1.1.3.2.3: the domain of the controller that answers. */
static enum err
find_base(struct ldap_link *l, struct msg_scp_result *r)
{
	static const char *const attrs[] = {"defaultNamingContext", NULL};
	struct ldap_search root = {.base = "",
	    .filter = "(objectClass=*)",
	    .attrs = attrs,
	    .entries_max = 1,
	    .fn = take_base,
	    .arg = r};
	enum err e = ldap_link_search(l, &root, &r->ev);

	if (e == ERR_OK && (r->base_dn == NULL || *r->base_dn == '\0')) {
		evidence_fail(&r->ev, "ldap-base",
		    "the root entry names no defaultNamingContext: enter a "
		    "base");
		e = (enum err)r->ev.code;
	}
	return e;
}

enum err
dir_search_run(void *arg, struct ldap_link *l, struct msg_scp_result *r)
{
	struct dir_search *d = arg;
	struct ldap_search s = {.subtree = true,
	    .filter = d->filter,
	    .attrs = d->asked,
	    .entries_max = DIR_ENTRIES_MAX,
	    .page = DIR_PAGE,
	    .fn = take,
	    .arg = d};
	enum err e = ERR_OK;

	forget(d);
	evidence_text(&r->base_dn, d->base, BASE_TEXT_MAX);
	if (*d->base == '\0' && (e = find_base(l, r)) != ERR_OK)
		return e;
	s.base = r->base_dn;
	e = ldap_link_search(l, &s, &r->ev);
	d->is_cut = d->is_cut || s.is_cut;
	if (d->is_out) {
		evidence_fail_err(&r->ev, ERR_NOMEM, "memory is out");
		e = ERR_NOMEM;
	}
	return e;
}

void
dir_search_page(struct dir_search *d, struct msg_dir_page *out)
{
	out->entries = d->v == NULL ? NULL : d->v + d->given;
	out->entries_n = d->n - d->given;
	if (out->entries_n > SEND_MAX)
		out->entries_n = SEND_MAX;
}

void
dir_search_took(struct dir_search *d, size_t n)
{
	d->given += n;
}

void
dir_search_tell(const struct dir_search *d, struct msg_dir_result *out)
{
	out->unusable = d->unusable;
	out->is_cut = d->is_cut;
}
