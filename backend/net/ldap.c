/* ldap.c - see ldap.h. */
#include "config.h"

#include "backend/net/ldap.h"

#include <ldap.h>
#include <openldap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/ldap_ad.h"
#include "backend/net/ldap_gss.h"
#include "backend/net/ldap_int.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"

#define SLICE_MS 100 /* how soon a cancellation is seen */

void
ldap_link_init(void)
{
	LDAPAPIInfo info = {.ldapai_info_version = LDAP_API_INFO_VERSION};

	(void)setenv("LDAPNOINIT", "1", 1);
	/* Any option of all handles makes it initialize itself. */
	if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) != LDAP_OPT_SUCCESS)
		return;
	ldap_memfree(info.ldapai_vendor_name);
	ber_memvfree((void **)info.ldapai_extensions);
}

enum err
ldap_link_connect(
    struct ldap_link **out, const struct ldap_where *w, struct msg_evidence *ev)
{
	struct ldap_link *l = try_alloc(sizeof(*l));
	const int version = LDAP_VERSION3;
	ber_len_t max = LDAP_INCOMING_MAX;
	Sockbuf *sb = NULL;
	enum err e;

	if (l == NULL)
		goto nomem;
	l->io.where = *w;
	l->io.fd = -1;
	if ((e = ldap_io_connect(&l->io, ev)) != ERR_OK) {
		ldap_link_close(l);
		return e;
	}
	/* The layer below is ours: libldap opens and looks up nothing. */
	if (ldap_init_fd(l->io.fd, LDAP_PROTO_EXT, NULL, &l->ld) !=
		LDAP_SUCCESS ||
	    ldap_get_option(l->ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS ||
	    sb == NULL ||
	    ber_sockbuf_add_io(
		sb, &ldap_io_layer, LBER_SBIOD_LEVEL_PROVIDER, &l->io) != 0 ||
	    ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &max) < 0 ||
	    ldap_set_option(l->ld, LDAP_OPT_PROTOCOL_VERSION, &version) !=
		LDAP_OPT_SUCCESS ||
	    ldap_set_option(l->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) !=
		LDAP_OPT_SUCCESS)
		goto nomem;
	*out = l;
	return ERR_OK;
nomem:
	ldap_link_close(l);
	evidence_fail_err(ev, ERR_NOMEM, "memory is out");
	return ERR_NOMEM;
}

void
ldap_link_lost(struct ldap_link *l, struct msg_evidence *ev, const char *what)
{
	int code = LDAP_OTHER;

	(void)ldap_get_option(l->ld, LDAP_OPT_RESULT_CODE, &code);
	if (code == LDAP_SERVER_DOWN)
		evidence_fail(ev, "connection-closed",
		    "%s: the server closed the connection", what);
	else
		evidence_fail(
		    ev, "ldap-failed", "%s: %s", what, ldap_err2string(code));
}

/* The next message of a request.  *type: LDAP_RES_*. */
enum err
ldap_link_next(struct ldap_link *l, int id, const char *what, LDAPMessage **out,
    int *type, struct msg_evidence *ev)
{
	const struct ldap_where *w = &l->io.where;
	struct timeval slice = {0, SLICE_MS * 1000};

	do {
		*out = NULL;
		*type = ldap_result(l->ld, id, LDAP_MSG_ONE, &slice, out);
		if (*type > 0)
			return ERR_OK;
		if (*type < 0) {
			ldap_link_lost(l, ev, what);
			return (enum err)ev->code;
		}
		if (atomic_load(w->cancelled)) {
			evidence_fail(ev, "cancelled", "%s", what);
			return ERR_CANCELLED;
		}
	} while (clock_mono_ms() < w->deadline_ms);
	evidence_fail(ev, "ldap-timeout", "%s: no answer in time", what);
	return ERR_TIMEOUT;
}

static const char *
failure_of(int code)
{
	switch (code) {
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_INVALID_DN_SYNTAX: /* OpenLDAP for a name that is no DN */
		return "ldap-bind";
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
		return "ldap-needs-tls";
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_BUSY:
	case LDAP_UNAVAILABLE:
		return "ldap-timeout";
	case LDAP_AUTH_METHOD_NOT_SUPPORTED:
		return "ldap-gss";
	default:
		return "ldap-failed";
	}
}

/* The server's text goes to the evidence; Active Directory says in it what
 * is wrong with the account. */
enum err
ldap_link_refused(
    struct msg_evidence *ev, const char *what, int code, const char *text)
{
	const char *failure = NULL;

	if (code == LDAP_INVALID_CREDENTIALS && text != NULL)
		failure = ldap_ad_failure(text);
	evidence_fail(ev, failure != NULL ? failure : failure_of(code),
	    "%s: %s%s%s", what, ldap_err2string(code),
	    text != NULL && *text != '\0' ? ": " : "",
	    text == NULL ? "" : text);
	return (enum err)ev->code;
}

/* Takes m. */
static enum err
read_result(struct ldap_link *l, LDAPMessage *m, const char *what,
    struct msg_evidence *ev)
{
	char *text = NULL;
	int code = LDAP_OTHER;

	if (ldap_parse_result(l->ld, m, &code, NULL, &text, NULL, NULL, 1) !=
	    LDAP_SUCCESS)
		code = LDAP_DECODING_ERROR;
	if (code != LDAP_SUCCESS)
		(void)!ldap_link_refused(ev, what, code, text);
	ldap_memfree(text);
	return (enum err)ev->code;
}

static enum err
start_tls(struct ldap_link *l, struct msg_evidence *ev)
{
	LDAPMessage *m = NULL;
	int id = -1, type = 0;
	enum err e;

	if (ldap_extended_operation(l->ld, LDAP_EXOP_START_TLS, NULL, NULL,
		NULL, &id) != LDAP_SUCCESS) {
		ldap_link_lost(l, ev, "StartTLS");
		return (enum err)ev->code;
	}
	e = ldap_link_next(l, id, "StartTLS", &m, &type, ev);
	if (e != ERR_OK)
		return e;
	if (read_result(l, m, "StartTLS", ev) != ERR_OK) {
		evidence_forgive(ev);
		evidence_fail(ev, "ldap-starttls",
		    "the password is not sent in the clear");
	}
	return (enum err)ev->code;
}

enum err
ldap_link_secure(struct ldap_link *l, struct msg_evidence *ev)
{
	enum err e;

	if (l->io.where.mode == QUERY_STARTTLS &&
	    (e = start_tls(l, ev)) != ERR_OK)
		return e;
	return ldap_io_handshake(&l->io, ev);
}

enum err
ldap_link_bind(
    struct ldap_link *l, const struct cred *cred, struct msg_evidence *ev)
{
	struct berval bv;
	LDAPMessage *m = NULL;
	int id = -1, type = 0, rc;
	enum err e;

	/* RFC 4513, 5.1.2: a name without a password "succeeds". */
	if (cred->secret.len == 0 || *cred->account == '\0') {
		evidence_fail(ev, "cred-missing", "the password is empty");
		return (enum err)ev->code;
	}
	if (l->io.where.mode == QUERY_LDAP)
		return ldap_gss_bind(l, cred, ev);
	if (l->io.ssl == NULL) {
		evidence_fail(ev, "ldap-needs-tls", "there is no TLS");
		return (enum err)ev->code;
	}
	bv.bv_val = (char *)(uintptr_t)secret_peek(&cred->secret);
	bv.bv_len = cred->secret.len;
	rc = ldap_sasl_bind(
	    l->ld, cred->account, LDAP_SASL_SIMPLE, &bv, NULL, NULL, &id);
	if (rc != LDAP_SUCCESS) {
		ldap_link_lost(l, ev, "bind");
		return (enum err)ev->code;
	}
	if ((e = ldap_link_next(l, id, "bind", &m, &type, ev)) != ERR_OK)
		return e;
	return read_result(l, m, "bind", ev);
}

/* One attribute's values, as text; what is no text is left out. */
static bool
give_values(struct ldap_link *l, LDAPMessage *m, const char *dn,
    const char *attr, const struct ldap_search *s)
{
	struct berval **vals = ldap_get_values_len(l->ld, m, attr);
	char *v[LDAP_VALUES_MAX];
	struct ldap_entry e = {dn, attr, v, 0};
	bool more;
	int i;

	for (i = 0; vals != NULL && vals[i] != NULL && e.n < LDAP_VALUES_MAX;
	     i++)
		if (vals[i]->bv_val != NULL &&
		    memchr(vals[i]->bv_val, '\0', vals[i]->bv_len) == NULL)
			v[e.n++] = vals[i]->bv_val; /* NUL-terminated */
	more = s->fn(s->arg, &e);
	ldap_value_free_len(vals);
	return more;
}

static bool
give_entry(struct ldap_link *l, LDAPMessage *m, const struct ldap_search *s)
{
	char *dn = ldap_get_dn(l->ld, m);
	bool more = true;
	size_t i;

	for (i = 0; dn != NULL && more && s->attrs[i] != NULL; i++)
		more = give_values(l, m, dn, s->attrs[i], s);
	ldap_memfree(dn);
	return more;
}

/* One page of a search that is under way. */
struct page {
	LDAPControl *control; /* what goes out with the request */
	struct berval *cookie; /* where the next one begins; NULL: none */
	unsigned n; /* so far */
};

static void
page_clear(struct page *p)
{
	if (p->control != NULL)
		ldap_control_free(p->control);
	p->control = NULL;
	ber_bvfree(p->cookie);
	p->cookie = NULL;
}

/* RFC 2696, 3: an empty cookie says that nothing follows.  *cut: it does not
 * say. */
static bool
page_next(struct ldap_link *l, struct page *p, LDAPControl **answer, bool *cut)
{
	struct berval cookie = {0, NULL};
	LDAPControl *c =
	    ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answer, NULL);
	ber_int_t estimate = 0;
	bool more;

	if (c == NULL) {
		/* A server without pages answers all at once. */
		*cut = *cut || p->cookie != NULL;
		return false;
	}
	if (ldap_parse_pageresponse_control(l->ld, c, &estimate, &cookie) !=
	    LDAP_SUCCESS) {
		*cut = true;
		return false;
	}
	ber_bvfree(p->cookie);
	p->cookie = ber_bvdup(&cookie);
	if (cookie.bv_len > 0 && p->cookie == NULL)
		*cut = true;
	more = cookie.bv_len > 0 && p->cookie != NULL && p->n < LDAP_PAGES_MAX;
	ber_memfree(cookie.bv_val);
	return more;
}

/* Takes m, the end of a page.  *again: another page follows. */
static enum err
read_found(struct ldap_link *l, LDAPMessage *m, const char *what,
    struct ldap_search *s, struct page *p, bool *again, struct msg_evidence *ev)
{
	LDAPControl **controls = NULL;
	char *text = NULL;
	int code = LDAP_OTHER;

	if (ldap_parse_result(l->ld, m, &code, NULL, &text, NULL, &controls,
		1) != LDAP_SUCCESS)
		code = LDAP_DECODING_ERROR;
	*again = code == LDAP_SUCCESS && s->page != 0 &&
		 page_next(l, p, controls, &s->is_cut);
	if (code == LDAP_SUCCESS && s->page != 0 && p->n >= LDAP_PAGES_MAX)
		s->is_cut = true;
	if (code == LDAP_SIZELIMIT_EXCEEDED ||
	    (s->page != 0 && code == LDAP_ADMINLIMIT_EXCEEDED))
		s->is_cut = true;
	else if (code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX)
		evidence_fail(ev, "ldap-base", "%s below %s: %s%s%s", what,
		    s->base, ldap_err2string(code), text != NULL ? ": " : "",
		    text != NULL ? text : "");
	else if (code != LDAP_SUCCESS)
		(void)!ldap_link_refused(ev, what, code, text);
	ldap_memfree(text);
	ldap_controls_free(controls);
	return (enum err)ev->code;
}

/* *out: its number.  Asks for the first page or the next one. */
static enum err
send_search(struct ldap_link *l, const struct ldap_search *s, struct page *p,
    const char *what, int *out, struct msg_evidence *ev)
{
	LDAPControl *controls[2] = {NULL, NULL};
	char *attrs[8] = {NULL};
	size_t i;

	/* libldap does not write to them, and says so nowhere. */
	for (i = 0; i < 7 && s->attrs[i] != NULL; i++)
		attrs[i] = (char *)(uintptr_t)s->attrs[i];
	if (p->control != NULL)
		ldap_control_free(p->control);
	p->control = NULL;
	if (s->page != 0 && ldap_create_page_control(l->ld, (ber_int_t)s->page,
				p->cookie, 1, &p->control) != LDAP_SUCCESS) {
		ldap_link_lost(l, ev, what);
		return (enum err)ev->code;
	}
	p->n++;
	controls[0] = p->control;
	if (ldap_search_ext(l->ld, s->base,
		s->subtree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_BASE, s->filter,
		attrs, 0, p->control != NULL ? controls : NULL, NULL, NULL,
		s->page != 0 ? 0 : (int)s->entries_max, out) != LDAP_SUCCESS) {
		ldap_link_lost(l, ev, what);
		return (enum err)ev->code;
	}
	return ERR_OK;
}

enum err
ldap_link_search(
    struct ldap_link *l, struct ldap_search *s, struct msg_evidence *ev)
{
	const char *what = *s->base == '\0' ? "root entry" : "search";
	LDAPMessage *m = NULL;
	struct page page = {NULL, NULL, 0};
	unsigned entries = 0;
	int id = -1, type = 0;
	bool more = true, again = false;
	enum err e;

	e = send_search(l, s, &page, what, &id, ev);
	while (e == ERR_OK) {
		e = ldap_link_next(l, id, what, &m, &type, ev);
		if (e != ERR_OK)
			break;
		if (type == LDAP_RES_SEARCH_RESULT) {
			e = read_found(l, m, what, s, &page, &again, ev);
			if (e != ERR_OK || !again)
				break;
			e = send_search(l, s, &page, what, &id, ev);
			continue;
		}
		if (type == LDAP_RES_SEARCH_ENTRY && more)
			more =
			    ++entries <= s->entries_max && give_entry(l, m, s);
		ldap_msgfree(m);
		if (!more) {
			s->is_cut = true;
			(void)ldap_abandon_ext(l->ld, id, NULL, NULL);
			break;
		}
	}
	page_clear(&page);
	return e;
}

void
ldap_link_close(struct ldap_link *l)
{
	if (l == NULL)
		return;
	/* An unbind would only be noise for the server. */
	if (l->ld != NULL)
		(void)ldap_destroy(l->ld);
	ldap_gss_free(l->gss);
	ldap_io_close(&l->io);
	mem_free(l);
}
