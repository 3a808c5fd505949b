/* store_ca.h - the trusted CA certificates, in config.db, and whether one
 * that is offered belongs there. */
#ifndef STORE_CA_H
#define STORE_CA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;
struct store_actor;

#define CA_SOON_S (30 * INT64_C(86400)) /* it is said that one ends */
#define CA_FINGERPRINT_MAX 96 /* bytes of "AB:CD:..." */

struct ca_cert {
	char *sha256, *pem, *subject, *issuer;
	int64_t not_after_s, added_s;
	char *added_by;
	/* Only where it was read from PEM (x509.h). */
	int64_t not_before_s;
	bool is_ca; /* may issue others */
};
struct ca_list {
	struct ca_cert *v;
	size_t n;
};
void ca_list_clear(struct ca_list *l);
enum err store_ca_list(
    struct store *s, struct ca_list *out, struct errinfo *ei) ERR_CHECK;
enum err store_ca_put(struct store *s, const struct store_actor *who,
    const struct ca_cert *c, struct errinfo *ei) ERR_CHECK;
enum err store_ca_delete(struct store *s, const struct store_actor *who,
    const char *sha256, struct errinfo *ei) ERR_CHECK;

/* What becomes of a certificate that is offered. */
enum ca_verdict {
	CA_GOOD,
	CA_THERE, /* in the list already, or twice in what is offered */
	CA_EXPIRED, /* is never taken */
	CA_NOT_A_CA, /* is taken only where an administrator insists */
	CA_VERDICT__MAX
};
/* c: one of `offered`, as read from PEM. */
enum ca_verdict ca_judge(const struct ca_list *have,
    const struct ca_list *offered, const struct ca_cert *c, int64_t now_s);
const char *ca_verdict_name(enum ca_verdict v); /* "good" "there" ... */
const char *ca_verdict_text(enum ca_verdict v); /* a sentence */

/* "AB:CD:...", as other tools print it, of lower-case hex and back.  false:
 * there are not 64 hex digits in it. */
void ca_fingerprint(const char *sha256, char out[CA_FINGERPRINT_MAX]);
bool ca_fingerprint_parse(const char *typed, char out[65]);

#endif
