/* trust.h - the Trust List as rules: may the service account be sent to a
 * host that Autodiscover leads to?  Pure; runs in engine, web and ctl.
 * Hosts come from foreign servers. */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

enum trust { TRUST_PENDING, TRUST_ALLOWED, TRUST_BLOCKED, TRUST__MAX };

#define TRUST_PATTERN_MAX 256 /* bytes, with the brackets of an IPv6 */
#define TRUST_NOTE_MAX 512 /* bytes */
#define TRUST_RULES_MAX 1000

struct trust_rule {
	char *pattern; /* a host, or "*." and a domain */
	enum trust state; /* never TRUST_PENDING */
	char *note, *decided_by;
	int64_t decided_s;
};
struct trust_list {
	struct trust_rule *v;
	size_t n;
};

const char *trust_name(enum trust t); /* "pending" "allowed" "blocked" */
/* TRUST_PENDING where unknown. */
enum trust trust_parse(const char *s);

/* What a person typed (a host, an https address, or "*." and a domain) as a
 * pattern: lower case, no port.  ERR_ARG: it is none of these. */
enum err trust_pattern(
    const char *typed, char *out, size_t size, struct errinfo *ei) ERR_CHECK;
/* The rule for a host, or NULL: the host itself before a wildcard, which
 * stands for exactly one label, as in certificates. */
const struct trust_rule *
trust_find(const struct trust_list *l, const char *host);
enum trust trust_judge(const struct trust_list *l, const char *host);
/* Do both lists decide alike? */
bool trust_is_same(const struct trust_list *a, const struct trust_list *b);

/* How a host was found, for a person: "scp" is "Service connection point in
 * the directory". */
const char *trust_source_text(const char *source);

#endif
