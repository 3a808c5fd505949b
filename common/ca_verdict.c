/* ca_verdict.c - does a certificate that is offered belong in the trusted CA
 * list?  Pure; see store_ca.h. */
#include <string.h>

#include "common/store_ca.h"
#include "common/str.h"

static const struct {
	const char *name, *text;
} verdicts[CA_VERDICT__MAX] = {
    [CA_GOOD] = {"good", "A CA certificate that is valid now."},
    [CA_THERE] = {"there", "It is trusted already."},
    [CA_EXPIRED] = {"expired",
	"It has ended: no certificate that it issued is valid any more. It is "
	"not taken."},
    [CA_NOT_A_CA] = {"not-a-ca",
	"It is not a CA certificate: it may issue no others, and vouches for "
	"nothing but itself."},
};

static bool
is_listed(const struct ca_list *l, size_t n, const char *sha256)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(l->v[i].sha256, sha256))
			return true;
	return false;
}

enum ca_verdict
ca_judge(const struct ca_list *have, const struct ca_list *offered,
    const struct ca_cert *c, int64_t now_s)
{
	if (is_listed(have, have->n, c->sha256) ||
	    is_listed(offered, (size_t)(c - offered->v), c->sha256))
		return CA_THERE;
	if (c->not_after_s <= now_s)
		return CA_EXPIRED;
	return c->is_ca ? CA_GOOD : CA_NOT_A_CA;
}

const char *
ca_verdict_name(enum ca_verdict v)
{
	return v < CA_VERDICT__MAX ? verdicts[v].name : "";
}

const char *
ca_verdict_text(enum ca_verdict v)
{
	return v < CA_VERDICT__MAX ? verdicts[v].text : "";
}

static char
upper(char hex)
{
	return hex >= 'a' && hex <= 'f' ? (char)(hex - 'a' + 'A') : hex;
}

void
ca_fingerprint(const char *sha256, char out[CA_FINGERPRINT_MAX])
{
	size_t i, n = 0;

	for (i = 0; sha256[i] != '\0' && sha256[i + 1] != '\0' &&
		    n + 3 < CA_FINGERPRINT_MAX;
	     i += 2) {
		if (n > 0)
			out[n++] = ':';
		out[n++] = upper(sha256[i]);
		out[n++] = upper(sha256[i + 1]);
	}
	out[n] = '\0';
}

bool
ca_fingerprint_parse(const char *typed, char out[65])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == ':' || *typed == ' ')
			continue;
		if (n == 64 || strchr("0123456789abcdefABCDEF", *typed) == NULL)
			return false;
		out[n++] = *typed;
	}
	out[n] = '\0';
	str_lower(out);
	return n == 64;
}
