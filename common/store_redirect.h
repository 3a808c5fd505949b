/* store_redirect.h - hosts that Autodiscover led to, in state.db. */
#ifndef STORE_REDIRECT_H
#define STORE_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define REDIRECT_KEEP 500 /* hosts; the oldest go first */

struct redirect {
	char *host;
	bool trusted; /* something vouched for it: not to be decided about */
	char *url, *source, *came_from, *mail_domain;
	/* What a request without credentials met, at probed_s (0: never). */
	char *remote, *probe_failure;
	char *cert_subject, *cert_issuer, *cert_sha256;
	int64_t cert_not_after_s, probed_s;
	int64_t first_s, last_s, count, waiting;
};
struct redirect_list {
	struct redirect *v;
	size_t n;
};
void redirect_clear(struct redirect *r);
void redirect_list_clear(struct redirect_list *l);
/* Newest first. */
enum err store_redirect_list(
    struct store *s, struct redirect_list *out, struct errinfo *ei) ERR_CHECK;
/* Times and counts are the store's own; with probed_s 0 what is known of
 * the certificate stays. */
enum err store_redirect_saw(
    struct store *s, const struct redirect *r, struct errinfo *ei) ERR_CHECK;
enum err store_redirect_waiting(
    struct store *s, const char *host, int64_t n, struct errinfo *ei) ERR_CHECK;

#endif
