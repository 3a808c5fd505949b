/* negotiate.c - see negotiate.h. */
#include "config.h"

#include "backend/net/negotiate.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <string.h>

#include "common/buf.h"
#include "common/str.h"

/* 1.3.6.1.5.5.2 and 1.2.840.113554.1.2.2 */
static gss_OID_desc spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc krb5 = {9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};

struct gss {
	gss_cred_id_t cred;
	gss_name_t name;
	gss_ctx_id_t ctx;
	gss_buffer_desc token;
};

static enum err
failed(struct krb_result *out, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;
	bool of_mech = minor != 0;

	out->failure = "krb-failed";
	if (gss_display_status(&ignored, of_mech ? minor : major,
		of_mech ? GSS_C_MECH_CODE : GSS_C_GSS_CODE,
		of_mech ? &krb5 : GSS_C_NO_OID, &more, &text) == GSS_S_COMPLETE)
		(void)str_copy(out->text, sizeof(out->text), text.value);
	(void)gss_release_buffer(&ignored, &text);
	return ERR_PROTO;
}

static OM_uint32
prepare(struct gss *g, OM_uint32 *minor, struct krb_result *out)
{
	gss_key_value_element_desc element = {"ccache", out->cache};
	gss_key_value_set_desc store = {1, &element};
	gss_OID_set_desc only = {1, &krb5};
	gss_buffer_desc name = {strlen(out->service), out->service};
	OM_uint32 major;

	major = gss_acquire_cred_from(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    GSS_C_NO_OID_SET, GSS_C_INITIATE, &store, &g->cred, NULL, NULL);
	if (major == GSS_S_COMPLETE)
		major = gss_set_neg_mechs(minor, g->cred, &only);
	if (major == GSS_S_COMPLETE)
		major = gss_import_name(minor, &name,
		    (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, &g->name);
	return major;
}

static void
release(struct gss *g)
{
	OM_uint32 ignored;

	(void)gss_release_buffer(&ignored, &g->token);
	(void)gss_delete_sec_context(&ignored, &g->ctx, GSS_C_NO_BUFFER);
	(void)gss_release_name(&ignored, &g->name);
	(void)gss_release_cred(&ignored, &g->cred);
}

enum err
negotiate_token(struct buf *token, struct krb_result *out,
    const struct krb_ask *ask, const struct tls_binding *binding)
{
	struct gss_channel_bindings_struct channel = {0};
	struct gss g = {.cred = GSS_C_NO_CREDENTIAL,
	    .name = GSS_C_NO_NAME,
	    .ctx = GSS_C_NO_CONTEXT};
	OM_uint32 major, minor = 0;
	enum err e;

	if ((e = krb_cred_get(out, ask)) != ERR_OK)
		return e;
	channel.application_data.length = binding->len;
	channel.application_data.value = (void *)binding->data;
	major = prepare(&g, &minor, out);
	/* The server proves itself by TLS, so that one token does. */
	if (major == GSS_S_COMPLETE)
		major = gss_init_sec_context(&minor, g.cred, &g.ctx, g.name,
		    &spnego, GSS_C_CHANNEL_BOUND_FLAG, GSS_C_INDEFINITE,
		    binding->len > 0 ? &channel : GSS_C_NO_CHANNEL_BINDINGS,
		    GSS_C_NO_BUFFER, NULL, &g.token, NULL, NULL);
	if (major != GSS_S_COMPLETE && major != GSS_S_CONTINUE_NEEDED)
		e = failed(out, major, minor);
	else if ((e = buf_put(token, g.token.value, g.token.length)) != ERR_OK)
		out->failure = "krb-failed";
	release(&g);
	return e;
}
