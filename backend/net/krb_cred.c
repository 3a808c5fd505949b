/* krb_cred.c - see krb_cred.h. */
#include "config.h"

#include "backend/net/krb_cred.h"

#include <inttypes.h>
#include <krb5.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/str.h"

#define RENEW_S 300 /* before a ticket ends */

/* What this call holds of the library. */
struct krb {
	krb5_context ctx;
	krb5_principal client, service;
	krb5_ccache cache;
};

/* What a fault of the library means for an administrator. */
static const struct {
	krb5_error_code code;
	const char *failure;
	bool refused;
} rows[] = {
    {KRB5KDC_ERR_PREAUTH_FAILED, "krb-refused", true},
    {KRB5KRB_AP_ERR_BAD_INTEGRITY, "krb-refused", true},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "krb-refused", true},
    {KRB5KDC_ERR_CLIENT_REVOKED, "krb-refused", true},
    {KRB5KDC_ERR_KEY_EXP, "krb-refused", true},
    {KRB5KDC_ERR_NAME_EXP, "krb-refused", true},
    {KRB5_REALM_UNKNOWN, "krb-no-kdc", false},
    {KRB5_REALM_CANT_RESOLVE, "krb-no-kdc", false},
    {KRB5_KDC_UNREACH, "krb-no-kdc", false},
    {KRB5KDC_ERR_WRONG_REALM, "krb-no-kdc", false},
    {KRB5KRB_AP_ERR_SKEW, "krb-clock", false},
    {KRB5_KDCREP_SKEW, "krb-clock", false},
    {KRB5KDC_ERR_NEVER_VALID, "krb-clock", false},
    {KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "krb-spn", false},
    {KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE, "krb-spn", false},
};

static enum err
failed(struct krb_result *out, struct krb *k, krb5_error_code code)
{
	const char *text;
	size_t i;

	out->failure = "krb-failed";
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code) {
			out->failure = rows[i].failure;
			out->refused = rows[i].refused;
			break;
		}
	text = krb5_get_error_message(k->ctx, code);
	(void)str_copy(out->text, sizeof(out->text), text);
	krb5_free_error_message(k->ctx, text);
	return out->refused ? ERR_AUTH : ERR_CONNECT;
}

static bool
upper_copy(char out[KRB_NAME_MAX], const char *from)
{
	char *p;

	if (*from == '\0' || !str_copy(out, KRB_NAME_MAX, from))
		return false;
	for (p = out; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 32);
	return true;
}

bool
krb_realm_of(char out[KRB_NAME_MAX], const char *ad_domain, const char *account,
    const char *host)
{
	const char *at = strrchr(account, '@');
	const char *dot = strchr(host, '.');

	if (*ad_domain != '\0')
		return upper_copy(out, ad_domain);
	if (at != NULL && strchr(account, '\\') == NULL)
		return upper_copy(out, at + 1);
	return dot != NULL && upper_copy(out, dot + 1);
}

/* name@domain is an "enterprise" name, which the domain controller knows by
 * the attribute userPrincipalName, also where the domain is not the realm. */
static krb5_error_code
make_client(struct krb *k, const struct krb_ask *ask)
{
	const char *slash = strchr(ask->account, '\\');
	krb5_error_code code;

	if (slash != NULL)
		return krb5_build_principal(k->ctx, &k->client,
		    (unsigned)strlen(ask->realm), ask->realm, slash + 1,
		    (char *)NULL);
	code = krb5_build_principal(k->ctx, &k->client,
	    (unsigned)strlen(ask->realm), ask->realm, ask->account,
	    (char *)NULL);
	if (code == 0 && strchr(ask->account, '@') != NULL)
		k->client->type = KRB5_NT_ENTERPRISE_PRINCIPAL;
	return code;
}

/* The ticket for tickets that is there is good for a while. */
static bool
is_fresh(struct krb *k)
{
	krb5_principal who = NULL, tgs = NULL;
	krb5_creds want, got;
	bool fresh = false;
	const krb5_data *realm;

	memset(&want, 0, sizeof(want));
	memset(&got, 0, sizeof(got));
	if (krb5_cc_get_principal(k->ctx, k->cache, &who) != 0)
		return false;
	realm = krb5_princ_realm(k->ctx, who);
	if (krb5_build_principal_ext(k->ctx, &tgs, realm->length, realm->data,
		KRB5_TGS_NAME_SIZE, KRB5_TGS_NAME, realm->length, realm->data,
		0) == 0) {
		want.client = who;
		want.server = tgs;
		if (krb5_cc_retrieve_cred(k->ctx, k->cache, 0, &want, &got) ==
		    0) {
			fresh = got.times.endtime - RENEW_S >
				(krb5_timestamp)time(NULL);
			krb5_free_cred_contents(k->ctx, &got);
		}
	}
	krb5_free_principal(k->ctx, tgs);
	krb5_free_principal(k->ctx, who);
	return fresh;
}

static krb5_error_code
sign_in(struct krb *k, const struct krb_ask *ask)
{
	krb5_get_init_creds_opt *opt = NULL;
	krb5_creds creds;
	krb5_error_code code;

	memset(&creds, 0, sizeof(creds));
	if ((code = krb5_get_init_creds_opt_alloc(k->ctx, &opt)) != 0)
		return code;
	krb5_get_init_creds_opt_set_canonicalize(opt, 1);
	krb5_get_init_creds_opt_set_forwardable(opt, 0);
	krb5_get_init_creds_opt_set_proxiable(opt, 0);
	code = krb5_get_init_creds_opt_set_out_ccache(k->ctx, opt, k->cache);
	if (code == 0)
		code = krb5_get_init_creds_password(k->ctx, &creds, k->client,
		    ask->password, NULL, NULL, 0, NULL, opt);
	krb5_free_cred_contents(k->ctx, &creds);
	krb5_get_init_creds_opt_free(k->ctx, opt);
	return code;
}

/* The name is used as it is: no DNS server may turn it into another. */
static krb5_error_code
get_ticket(struct krb *k, const char *service)
{
	krb5_creds want, *got = NULL;
	krb5_error_code code;

	memset(&want, 0, sizeof(want));
	if ((code = krb5_parse_name(k->ctx, service, &k->service)) != 0 ||
	    (code = krb5_cc_get_principal(k->ctx, k->cache, &want.client)) != 0)
		return code;
	want.server = k->service;
	code = krb5_get_credentials(k->ctx, 0, k->cache, &want, &got);
	krb5_free_creds(k->ctx, got);
	krb5_free_principal(k->ctx, want.client);
	return code;
}

static void
krb_end(struct krb *k)
{
	if (k->ctx == NULL)
		return;
	if (k->cache != NULL)
		(void)krb5_cc_close(k->ctx, k->cache);
	krb5_free_principal(k->ctx, k->client);
	krb5_free_principal(k->ctx, k->service);
	krb5_free_context(k->ctx);
}

static void
cache_name(char out[KRB_NAME_MAX], uint64_t cred_id)
{
	(void)snprintf(out, KRB_NAME_MAX, "MEMORY:calconn-%" PRIu64, cred_id);
}

enum err
krb_cred_get(struct krb_result *out, const struct krb_ask *ask)
{
	struct krb k = {0};
	krb5_error_code code;
	enum err e = ERR_OK;

	memset(out, 0, sizeof(*out));
	cache_name(out->cache, ask->cred_id);
	/* Without a realm it is the one of the client, or referred to. */
	(void)snprintf(out->service, sizeof(out->service), "%s@", ask->service);
	if ((code = krb5_init_context(&k.ctx)) != 0 ||
	    (code = make_client(&k, ask)) != 0 ||
	    (code = krb5_cc_resolve(k.ctx, out->cache, &k.cache)) != 0) {
		e = failed(out, &k, code);
		goto out;
	}
	if (!is_fresh(&k) && (code = sign_in(&k, ask)) != 0) {
		e = failed(out, &k, code);
		goto out;
	}
	out->proven = true;
	if ((code = get_ticket(&k, out->service)) != 0)
		e = failed(out, &k, code);
out:
	krb_end(&k);
	return e;
}

void
krb_cred_drop(uint64_t cred_id)
{
	char name[KRB_NAME_MAX];
	krb5_ccache cache = NULL;
	krb5_context ctx = NULL;

	cache_name(name, cred_id);
	if (krb5_init_context(&ctx) != 0)
		return;
	if (krb5_cc_resolve(ctx, name, &cache) == 0)
		(void)krb5_cc_destroy(ctx, cache);
	krb5_free_context(ctx);
}
