/* cred_bound.c - see cred_bound.h; how the text is made is in
 * store_exchange_binding.c. */
#include "config.h"

#include "backend/net/cred_bound.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/ipc.h"
#include "common/seal.h"
#include "common/str.h"

#define LINE_MAX_LEN SEAL_BINDING_MAX
#define PORT_HTTPS 443

/* The part "name=value" among those that ";" joins. */
static bool
part_is(const char *line, const char *name, const char *value)
{
	size_t n = strlen(name), v = strlen(value), len;

	for (;; line += len + 1) {
		len = strcspn(line, ";");
		if (len == n + 1 + v && strncmp(line, name, n) == 0 &&
		    line[n] == '=' && strncmp(line + n + 1, value, v) == 0)
			return true;
		if (line[len] == '\0')
			return false;
	}
}

/* One of those that "," joins. */
static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if (len == n && strncmp(list, word, n) == 0)
			return true;
		if (list[len] == '\0')
			return false;
	}
}

static bool
copy_part(char *out, const char *from)
{
	size_t n = strcspn(from, ";");

	if (n == 0 || n >= CRED_HOST_MAX)
		return false;
	memcpy(out, from, n);
	out[n] = '\0';
	return true;
}

static bool
parse_target(struct cred_bound *b, const char *target)
{
	static const char direct[] = "direct:";
	static const char discover[] = "autodiscover:ad=";
	enum query_mode m;
	const char *dc;

	b->query = QUERY__MAX;

	if (str_has_prefix(target, direct))
		return copy_part(b->host, target + strlen(direct));
	if (!str_has_prefix(target, discover))
		return false;
	if (!part_is(target, "scp", "yes"))
		return true;
	for (m = QUERY_LDAP; m < QUERY__MAX; m++)
		if (part_is(target, "query", query_mode_bound(m)))
			b->query = m;
	if ((dc = strstr(target, ";dc=")) != NULL &&
	    !copy_part(b->ad_server, dc + strlen(";dc=")))
		return false;
	return copy_part(b->ad_domain, target + strlen(discover));
}

/* A number among the parts; false: there is one that is no port. */
static bool
port_part(const char *target, uint32_t *out)
{
	static const char mark[] = ";port=";
	const char *port = strstr(target, mark);
	char text[8];
	size_t len;
	uint64_t n;

	if (port == NULL)
		return true;
	port += strlen(mark);
	len = strcspn(port, ";");
	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, port, len);
	text[len] = '\0';
	if (str_to_u64(text, 65535, &n) != ERR_OK || n == 0)
		return false;
	*out = (uint32_t)n;
	return true;
}

/* "service:HOST;type=TYPE;field=KEY", with ";port=PORT" before the type where
 * it is not 443, as confer.c makes it. */
static bool
parse_service(struct cred_bound *b, const char *target)
{
	static const char begin[] = "service:";

	return str_has_prefix(target, begin) &&
	       copy_part(b->host, target + strlen(begin)) &&
	       port_part(target, &b->port);
}

/* "workspace:HOST;port=PORT;mailbox=ADDRESS", with ";pin=SHA256" where one
 * certificate alone counts, as bound_box.c makes it. */
static bool
parse_workspace(struct cred_bound *b, const char *target, const char *tls)
{
	static const char begin[] = "workspace:", mark[] = ";pin=";
	const char *pin = strstr(target, mark);

	b->https_verify = true;
	b->basic = true;
	if (!str_has_prefix(target, begin) ||
	    !copy_part(b->host, target + strlen(begin)) ||
	    !port_part(target, &b->port) || b->port == 0 ||
	    str_eq(tls, "pin") != (pin != NULL) ||
	    (pin == NULL && !str_eq(tls, "ca")))
		return false;
	return pin == NULL ||
	       (pin[strlen(mark)] != '\0' &&
		   str_copy(b->pin, sizeof(b->pin), pin + strlen(mark)));
}

/* "BEGINHOST;port=PORT", as proxy_field.c and delivery_field.c make it. */
static bool
parse_host_port(struct cred_bound *b, const char *begin, const char *target,
    uint32_t *port_out)
{
	static const char mark[] = ";port=";
	const char *port = strstr(target, mark);
	uint64_t n;

	if (!str_has_prefix(target, begin) || port == NULL ||
	    !copy_part(b->host, target + strlen(begin)) ||
	    str_to_u64(port + strlen(mark), 65535, &n) != ERR_OK || n == 0)
		return false;
	*port_out = (uint32_t)n;
	return true;
}

static bool
parse_proxy(struct cred_bound *b, const char *target, const char *auth)
{
	b->use = CRED_PROXY;
	return str_eq(auth, "basic") &&
	       parse_host_port(b, "proxy:", target, &b->proxy_port);
}

static bool
parse_mail(
    struct cred_bound *b, const char *target, const char *tls, const char *auth)
{
	b->use = CRED_MAIL;
	b->starttls = str_eq(tls, "starttls");
	return str_eq(auth, "smtp") && (b->starttls || str_eq(tls, "tls")) &&
	       parse_host_port(b, "mail:", target, &b->mail_port);
}

static bool
parse_hook(
    struct cred_bound *b, const char *target, const char *tls, const char *auth)
{
	static const char begin[] = "webhook:";

	b->use = CRED_WEBHOOK;
	return str_eq(auth, "hmac-sha256") && str_eq(tls, "https") &&
	       str_has_prefix(target, begin) &&
	       str_copy(b->url, sizeof(b->url), target + strlen(begin)) &&
	       b->url[0] != '\0';
}

enum err
cred_bound_parse(struct cred_bound *out, const char *binding)
{
	char kind[32], target[LINE_MAX_LEN], tls[64], auth[32];
	struct cred_bound b;

	memset(&b, 0, sizeof(b));
	if (!seal_binding_get(binding, "kind", kind, sizeof(kind)) ||
	    !seal_binding_get(binding, "target", target, sizeof(target)) ||
	    !seal_binding_get(binding, "tls", tls, sizeof(tls)) ||
	    !seal_binding_get(binding, "auth", auth, sizeof(auth)))
		return ERR_BOUND;
	if (str_eq(kind, "proxy") || str_eq(kind, "mail") ||
	    str_eq(kind, "webhook")) {
		if (!(kind[0] == 'p'     ? parse_proxy(&b, target, auth)
			: kind[0] == 'm' ? parse_mail(&b, target, tls, auth)
					 : parse_hook(&b, target, tls, auth)))
			return ERR_BOUND;
		*out = b;
		return ERR_OK;
	}
	if (str_eq(kind, "conferencing")) {
		if (!parse_service(&b, target))
			return ERR_BOUND;
		/* There is no setting that would switch it off. */
		b.https_verify = true;
		b.oauth = has_word(auth, "oauth");
		b.ntlm = has_word(auth, "ntlm");
		b.basic = has_word(auth, "basic");
		*out = b;
		return ERR_OK;
	}
	if (str_eq(kind, "workspace")) {
		if (!str_eq(auth, "basic") || !parse_workspace(&b, target, tls))
			return ERR_BOUND;
		*out = b;
		return ERR_OK;
	}
	if (!str_eq(kind, "exchange") || !parse_target(&b, target))
		return ERR_BOUND;
	b.use = CRED_EXCHANGE;
	/* Off only where that is what was bound. */
	b.https_verify = !part_is(tls, "https", "no");
	b.ldap_verify = !part_is(tls, "ldap", "no");
	b.kerberos = has_word(auth, "kerberos");
	b.ntlm = has_word(auth, "ntlm");
	b.basic = has_word(auth, "basic");
	*out = b;
	return ERR_OK;
}

/* An address may be written in more than one way. */
static bool
same_host(const char *a, const char *b)
{
	struct in6_addr x, y;

	if (inet_pton(AF_INET6, a, &x) == 1 && inet_pton(AF_INET6, b, &y) == 1)
		return memcmp(&x, &y, sizeof(x)) == 0;
	return str_caseeq(a, b);
}

const char *
cred_bound_http(const struct cred_bound *b, const struct msg_access *via,
    const char *host, uint16_t port, const char *pin)
{
	if (b->use == CRED_PROXY)
		return "the password was entered for a proxy";
	if (b->use != CRED_EXCHANGE)
		return "the secret was entered for sending alarms";
	if (b->oauth)
		return "the secret was entered for tokens";
	if ((via->auth_kerberos && !b->kerberos) ||
	    (via->auth_ntlm && !b->ntlm) || (via->auth_basic && !b->basic))
		return "the password was not entered for this "
		       "authentication type";
	if (b->https_verify && !via->tls_verify)
		return "the password was entered for TLS verification on";
	if (b->host[0] != '\0' && !same_host(b->host, host))
		return "the password was entered for another host";
	if (b->host[0] != '\0' && port != (b->port == 0 ? PORT_HTTPS : b->port))
		return "the password was entered for another port";
	if (!str_eq(b->pin, pin))
		return "the password was entered for another certificate";
	return NULL;
}

const char *
cred_bound_ldap(const struct cred_bound *b, const struct msg_scp_job *job,
    bool allow_loopback)
{
	if (b->use != CRED_EXCHANGE || b->ad_domain[0] == '\0' ||
	    !str_caseeq(b->ad_domain, job->domain))
		return "the password was not entered for this directory";
	if (!same_host(b->ad_server, job->server))
		return "the password was not entered for this domain "
		       "controller";
	if (job->port != 0 && !allow_loopback)
		return "the password was not entered for this port";
	if ((unsigned)b->query != job->mode)
		return "the password was not entered for this query mode";
	if (b->ldap_verify && !job->tls_verify)
		return "the password was entered for TLS verification on";
	return NULL;
}

const char *
cred_bound_proxy(const struct cred_bound *b, const char *host, uint32_t port)
{
	if (b->use != CRED_PROXY || b->proxy_port == 0)
		return "the password was not entered for a proxy";
	if (b->proxy_port != port || !same_host(b->host, host))
		return "the password was entered for another proxy";
	return NULL;
}

const char *
cred_bound_mail(const struct cred_bound *b, const struct msg_mail_job *job)
{
	if (b->use != CRED_MAIL)
		return "the password was not entered for a mail server";
	if (b->mail_port != job->port || !same_host(b->host, job->host))
		return "the password was entered for another mail server";
	if (b->starttls != job->starttls)
		return "the password was entered for another encryption";
	return NULL;
}

const char *
cred_bound_hook(
    const struct cred_bound *b, const struct msg_access *via, const char *url)
{
	if (b->use != CRED_WEBHOOK)
		return "the key was not entered for a webhook";
	if (!str_eq(b->url, url))
		return "the key was entered for another webhook";
	if (!via->tls_verify)
		return "the key was entered for TLS verification on";
	return NULL;
}
