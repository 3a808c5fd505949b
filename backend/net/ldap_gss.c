/* ldap_gss.c - see ldap_gss.h. */
#include "config.h"

#include "backend/net/ldap_gss.h"

#include <arpa/inet.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/ldap_int.h"
#include "backend/net/ldap_seal.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

#define NAME_MAX_LEN 600
#define WHY_MAX 300
#define WANTED                                                    \
	(GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | \
	    GSS_C_SEQUENCE_FLAG | GSS_C_REPLAY_FLAG)
#define MECH "GSS-SPNEGO"

struct ldap_gss {
	struct ldap_seal seal;
	gss_cred_id_t cred;
	gss_name_t self, peer;
	gss_ctx_id_t ctx;
};

enum gss_way { WAY_KERBEROS, WAY_NTLM, WAY__MAX };

static char krb5_oid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
static char ntlm_oid[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
static char spnego_oid[] = "\x2b\x06\x01\x05\x05\x02";
static gss_OID_desc spnego = {sizeof(spnego_oid) - 1, spnego_oid};
static gss_OID_desc mechs[WAY__MAX] = {
    [WAY_KERBEROS] = {sizeof(krb5_oid) - 1, krb5_oid},
    [WAY_NTLM] = {sizeof(ntlm_oid) - 1, ntlm_oid},
};
static const char *const names[WAY__MAX] = {"Kerberos", "NTLM"};

/* -- the layer -- */

ber_slen_t
ldap_gss_recv(struct ldap_gss *g, void *p, ber_len_t n)
{
	return ldap_seal_recv(&g->seal, g->ctx, p, n);
}

ber_slen_t
ldap_gss_send(struct ldap_gss *g, const void *p, ber_len_t n)
{
	return ldap_seal_send(&g->seal, g->ctx, p, n);
}

bool
ldap_gss_has_data(const struct ldap_gss *g)
{
	return ldap_seal_has_data(&g->seal);
}

void
ldap_gss_free(struct ldap_gss *g)
{
	OM_uint32 minor;

	if (g == NULL)
		return;
	(void)gss_delete_sec_context(&minor, &g->ctx, GSS_C_NO_BUFFER);
	(void)gss_release_cred(&minor, &g->cred);
	(void)gss_release_name(&minor, &g->self);
	(void)gss_release_name(&minor, &g->peer);
	ldap_seal_clear(&g->seal);
	mem_free(g);
}

/* -- names -- */

bool
ldap_gss_principal(
    const char *account, const char *domain, char *out, size_t size)
{
	const char *slash = strchr(account, '\\'), *at = strchr(account, '@');
	const char *name = slash != NULL ? slash + 1 : account;
	char realm[256];
	size_t n = slash == NULL && at != NULL ? (size_t)(at - name)
					       : strlen(name),
	       i;
	int len;

	if (n == 0 || !str_copy(realm, sizeof(realm), domain))
		return false;
	for (i = 0; realm[i] != '\0'; i++)
		if (realm[i] >= 'a' && realm[i] <= 'z')
			realm[i] = (char)(realm[i] - 'a' + 'A');
	/* A name whose second half is another domain is known to the
	 * directory as a whole (RFC 6806, 5). */
	if (slash == NULL && at != NULL && !str_caseeq(at + 1, domain))
		len = snprintf(
		    out, size, "%.*s\\@%s@%s", (int)n, name, at + 1, realm);
	else
		len = snprintf(out, size, "%.*s@%s", (int)n, name, realm);
	return len > 0 && (size_t)len < size;
}

static OM_uint32
import(OM_uint32 *minor, const char *text, gss_OID type, gss_name_t *out)
{
	gss_buffer_desc b = {strlen(text), (void *)(uintptr_t)text};

	return gss_import_name(minor, &b, type, out);
}

/* The realm of a server is left to the KDC: its own DNS would be asked for
 * the host's canonical name otherwise. */
static OM_uint32
import_names(struct ldap_gss *g, const struct ldap_where *w,
    const struct cred *cred, enum gss_way way, OM_uint32 *minor)
{
	char self[NAME_MAX_LEN], peer[NAME_MAX_LEN];
	gss_OID type = GSS_KRB5_NT_PRINCIPAL_NAME;
	OM_uint32 major;

	if (way == WAY_NTLM) {
		(void)snprintf(peer, sizeof(peer), "ldap@%s", w->host);
		major =
		    import(minor, cred->account, GSS_C_NT_USER_NAME, &g->self);
		if (GSS_ERROR(major))
			return major;
		return import(
		    minor, peer, GSS_C_NT_HOSTBASED_SERVICE, &g->peer);
	}
	*minor = 0;
	if (!ldap_gss_principal(cred->account, w->domain, self, sizeof(self)))
		return GSS_S_BAD_NAME;
	if (strstr(self, "\\@") != NULL)
		type = GSS_KRB5_NT_ENTERPRISE_NAME;
	(void)snprintf(peer, sizeof(peer), "ldap/%s@", w->host);
	major = import(minor, self, type, &g->self);
	if (GSS_ERROR(major))
		return major;
	return import(minor, peer, GSS_KRB5_NT_PRINCIPAL_NAME, &g->peer);
}

/* -- what went wrong -- */

static void
status_text(
    OM_uint32 major, OM_uint32 minor, gss_OID mech, char *out, size_t size)
{
	OM_uint32 ms, more = 0;
	gss_buffer_desc t = {0, NULL};
	bool by_mech = minor != 0;

	if (GSS_ERROR(gss_display_status(&ms, by_mech ? minor : major,
		by_mech ? GSS_C_MECH_CODE : GSS_C_GSS_CODE, mech, &more, &t))) {
		(void)snprintf(out, size, "GSS-API error %08x/%08x",
		    (unsigned)major, (unsigned)minor);
		return;
	}
	(void)snprintf(out, size, "%.*s", (int)t.length, (char *)t.value);
	(void)gss_release_buffer(&ms, &t);
}

/* The KDC speaks of the account or of the clock: no other way would do
 * better, and another refused password would bring it nearer to a lock. */
static const char *
final_failure(OM_uint32 minor)
{
	static const struct {
		krb5_error_code code;
		const char *failure;
	} rows[] = {
	    {KRB5KDC_ERR_PREAUTH_FAILED, "ldap-bind"},
	    {KRB5KRB_AP_ERR_BAD_INTEGRITY, "ldap-bind"},
	    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "ldap-account-unknown"},
	    {KRB5KDC_ERR_CLIENT_REVOKED, "ldap-account-revoked"},
	    {KRB5KDC_ERR_NAME_EXP, "ldap-account-expired"},
	    {KRB5KDC_ERR_KEY_EXP, "ldap-password-expired"},
	    {KRB5KRB_AP_ERR_SKEW, "ldap-clock"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((OM_uint32)rows[i].code == minor)
			return rows[i].failure;
	return NULL;
}

/* -- the exchange -- */

/* Sends a token; the answer's token goes to *in.  *done: the server is
 * content. */
static enum err
send_leg(struct ldap_link *l, gss_buffer_t out, struct berval **in, bool *done,
    struct msg_evidence *ev)
{
	struct berval bv = {(ber_len_t)out->length, out->value};
	LDAPMessage *m = NULL;
	int id = -1, type = 0, code = LDAP_OTHER;
	char *text = NULL;
	enum err e;

	if (ldap_sasl_bind(l->ld, "", MECH, &bv, NULL, NULL, &id) !=
	    LDAP_SUCCESS) {
		ldap_link_lost(l, ev, "bind");
		return (enum err)ev->code;
	}
	if ((e = ldap_link_next(l, id, "bind", &m, &type, ev)) != ERR_OK)
		return e;
	if (ldap_parse_sasl_bind_result(l->ld, m, in, 0) == LDAP_DECODING_ERROR)
		code = LDAP_DECODING_ERROR;
	else if (ldap_parse_result(l->ld, m, &code, NULL, &text, NULL, NULL,
		     0) != LDAP_SUCCESS)
		code = LDAP_DECODING_ERROR;
	ldap_msgfree(m);
	*done = code == LDAP_SUCCESS;
	if (code != LDAP_SUCCESS && code != LDAP_SASL_BIND_IN_PROGRESS)
		e = ldap_link_refused(ev, "bind", code, text);
	ldap_memfree(text);
	return e;
}

static OM_uint32
acquire(
    struct ldap_gss *g, const struct cred *cred, gss_OID mech, OM_uint32 *minor)
{
	gss_buffer_desc pw = {
	    cred->secret.len, (void *)(uintptr_t)secret_peek(&cred->secret)};
	gss_OID_set_desc set = {1, mech};
	OM_uint32 ms;

	(void)gss_release_cred(&ms, &g->cred);
	return gss_acquire_cred_with_password(minor, g->self, &pw,
	    GSS_C_INDEFINITE, &set, GSS_C_INITIATE, &g->cred, NULL, NULL);
}

/* The first token, with nothing sent to the directory so far.  SPNEGO asks
 * all mechanisms and does not tell what one of them found wrong with the
 * password: so the one that is meant is asked before. */
static OM_uint32
first_token(struct ldap_gss *g, const struct ldap_where *w,
    const struct cred *cred, enum gss_way way, gss_buffer_t out,
    OM_uint32 *minor)
{
	gss_OID_set_desc inner = {1, &mechs[way]};
	OM_uint32 major;

	major = import_names(g, w, cred, way, minor);
	if (GSS_ERROR(major))
		return major;
	major = acquire(g, cred, &mechs[way], minor);
	if (GSS_ERROR(major))
		return major;
	major = acquire(g, cred, &spnego, minor);
	if (GSS_ERROR(major))
		return major;
	major = gss_set_neg_mechs(minor, g->cred, &inner);
	if (GSS_ERROR(major))
		return major;
	return gss_init_sec_context(minor, g->cred, &g->ctx, g->peer, &spnego,
	    WANTED, 0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, out,
	    NULL, NULL);
}

static enum err
fail_gss(
    struct msg_evidence *ev, enum gss_way way, OM_uint32 major, OM_uint32 minor)
{
	const char *final = final_failure(minor);
	char why[WHY_MAX];

	status_text(major, minor, &mechs[way], why, sizeof(why));
	evidence_fail(
	    ev, final != NULL ? final : "ldap-gss", "%s: %s", names[way], why);
	return (enum err)ev->code;
}

/* The legs after the first token has been made, which it takes. */
static enum err
exchange(struct ldap_link *l, struct ldap_gss *g, enum gss_way way,
    gss_buffer_t token, OM_uint32 major, struct msg_evidence *ev)
{
	OM_uint32 minor = 0, ms, flags = 0;
	struct berval *in = NULL;
	gss_buffer_desc got;
	bool done = false;
	unsigned legs;
	enum err e = ERR_OK;

	for (legs = 0; legs < LDAP_GSS_LEGS_MAX && !done; legs++) {
		e = send_leg(l, token, &in, &done, ev);
		(void)gss_release_buffer(&ms, token);
		if (e != ERR_OK)
			break;
		if (in == NULL || major == GSS_S_COMPLETE) {
			ber_bvfree(in);
			in = NULL;
			continue;
		}
		got.length = in->bv_len;
		got.value = in->bv_val;
		major = gss_init_sec_context(&minor, g->cred, &g->ctx, g->peer,
		    &spnego, WANTED, 0, GSS_C_NO_CHANNEL_BINDINGS, &got, NULL,
		    token, NULL, NULL);
		ber_bvfree(in);
		in = NULL;
		if (GSS_ERROR(major)) {
			e = fail_gss(ev, way, major, minor);
			break;
		}
	}
	ber_bvfree(in);
	(void)gss_release_buffer(&ms, token);
	if (e != ERR_OK)
		return e;
	/* Who answers has proved itself, and all that follows is sealed. */
	if (!done || major != GSS_S_COMPLETE ||
	    GSS_ERROR(gss_inquire_context(
		&minor, g->ctx, NULL, NULL, NULL, NULL, &flags, NULL, NULL)) ||
	    (flags & GSS_C_CONF_FLAG) == 0 || (flags & GSS_C_INTEG_FLAG) == 0)
		evidence_fail(ev, "ldap-gss",
		    "%s: the server would not sign and seal", names[way]);
	return (enum err)ev->code;
}

/* ERR_OK with *why not empty: this way cannot be gone, and nothing was
 * sent. */
static enum err
try_way(struct ldap_link *l, const struct cred *cred, enum gss_way way,
    char why[WHY_MAX], struct msg_evidence *ev)
{
	struct ldap_gss *g = try_alloc(sizeof(*g));
	gss_buffer_desc token = {0, NULL};
	OM_uint32 major, minor = 0, ms;
	enum err e;

	*why = '\0';
	if (g == NULL) {
		evidence_fail_err(ev, ERR_NOMEM, "memory is out");
		return ERR_NOMEM;
	}
	major = first_token(g, &l->io.where, cred, way, &token, &minor);
	if (GSS_ERROR(major)) {
		(void)gss_release_buffer(&ms, &token);
		e = ERR_OK;
		if (final_failure(minor) != NULL)
			e = fail_gss(ev, way, major, minor);
		else
			status_text(major, minor, &mechs[way], why, WHY_MAX);
		ldap_gss_free(g);
		return e;
	}
	if ((e = exchange(l, g, way, &token, major, ev)) != ERR_OK) {
		ldap_gss_free(g);
		return e;
	}
	g->seal.io = &l->io;
	l->gss = g;
	l->io.seal = g;
	evidence_text(&ev->auth_used, names[way], 16);
	return ERR_OK;
}

enum err
ldap_gss_bind(
    struct ldap_link *l, const struct cred *cred, struct msg_evidence *ev)
{
	char why[WHY_MAX], krb[WHY_MAX] = "no ticket is given for an address";
	struct in6_addr any;
	const char *host = l->io.where.host;
	enum err e = ERR_OK;

	if (inet_pton(AF_INET, host, &any) != 1 &&
	    inet_pton(AF_INET6, host, &any) != 1)
		e = try_way(l, cred, WAY_KERBEROS, krb, ev);
	if (e != ERR_OK || *krb == '\0')
		return e;
	/* NTLM shows a password's hash to whoever answers, so it has to be
	 * chosen. */
	if (!cred->bound.ntlm) {
		evidence_fail(ev, "ldap-gss",
		    "Kerberos: %s.  NTLM is not among the record's "
		    "authentication types.",
		    krb);
		return (enum err)ev->code;
	}
	e = try_way(l, cred, WAY_NTLM, why, ev);
	if (e == ERR_OK && *why != '\0')
		evidence_fail(
		    ev, "ldap-gss", "Kerberos: %s.  NTLM: %s", krb, why);
	else if (e == ERR_OK)
		evidence_text(&ev->detail, krb, EV_DETAIL_MAX);
	return (enum err)ev->code;
}
