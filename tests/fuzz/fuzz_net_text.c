/* fuzz_net_text.c - the small grammars of net: DNS messages, challenges of a
 * WWW-Authenticate header, URLs, times, lists of certificates. */
#include <stdint.h>
#include <string.h>

#include "backend/net/ca_store.h"
#include "backend/net/dns_srv.h"
#include "backend/net/ews_item.h"
#include "backend/net/http_auth.h"
#include "backend/net/url_guard.h"
#include "common/alloc.h"
#include "common/str.h"
#include "common/valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_dns(const uint8_t *data, size_t size)
{
	struct dns_srv out[DNS_SRV_MAX];
	size_t n = 0, i;

	if (dns_srv_parse(data, size, out, &n) != ERR_OK)
		return;
	for (i = 0; i < n; i++)
		if (out[i].port == 0 || valid_host(out[i].host, NULL) != ERR_OK)
			fatal("a server that is none");
}

static void
one_url(const char *text)
{
	struct url_parts p = {0};

	if (url_guard_check(&p, text, false, NULL) != ERR_OK)
		return;
	if (!str_has_prefix(p.origin, "https://") || p.port == 0 ||
	    strchr(p.host, '@') != NULL || p.url == NULL)
		fatal("a URL that should have been refused");
	url_parts_clear(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = try_strndup((const char *)data, size);
	struct http_offers o = {0};
	struct ca_list *l = NULL;
	char offered[64];
	int64_t when;

	if (text == NULL)
		return 0;
	one_dns(data, size);
	one_url(text);
	http_offers_add(&o, (const char *)data, size);
	http_offers_text(&o, offered, sizeof(offered));
	(void)!ews_time_parse(text, &when);
	if (ca_list_parse(&l, (const char *)data, size, NULL) == ERR_OK)
		ca_list_free(l);
	mem_free(text);
	return 0;
}
