/* proxy_target.c - the server that a test of the proxy leads to, as a person
 * types it; see store_proxy.h.  Pure. */
#include <string.h>

#include "common/store_proxy.h"
#include "common/str.h"
#include "common/valid.h"

enum err
proxy_target(const char *typed, char *host, uint32_t *port, struct errinfo *ei)
{
	char text[PROXY_HOST_MAX + 16], *s, *colon;
	uint64_t n = 0;

	if (!str_copy(text, sizeof text, typed))
		return err_set(ei, ERR_ARG, "This is too long for a server.");
	s = str_trim(text);
	str_lower(s);
	colon = strrchr(s, ':');
	/* One colon ends a name; more are of an IPv6 address. */
	if (*s == '[') {
		s++;
		colon = strchr(s, ']');
		if (colon == NULL || (colon[1] != '\0' && colon[1] != ':'))
			return err_set(ei, ERR_ARG,
			    "Write an IPv6 address as [2001:db8::1]:443.");
		*colon++ = '\0';
		colon = *colon == ':' ? colon : NULL;
	} else if (colon != NULL && strchr(s, ':') != colon) {
		colon = NULL;
	}
	if (colon != NULL) {
		*colon++ = '\0';
		if (str_to_u64(colon, 65535, &n) != ERR_OK || n == 0)
			return err_set(ei, ERR_ARG,
			    "After the colon stands a port from 1 to 65535.");
	}
	if (valid_address(s, ei) != ERR_OK)
		return ERR_ARG;
	(void)str_copy(host, PROXY_HOST_MAX, s);
	*port = (uint32_t)n;
	return ERR_OK;
}
