/* json.h - texts out of one flat JSON object.  Runs in net, pure.  The bytes
 * are hostile: size and depth are limited, names may not come twice, and what
 * is no text, or longer than its limit, is refused. */
#ifndef NET_JSON_H
#define NET_JSON_H

#include <stddef.h>

#include "common/err.h"

#define JSON_TEXT_MAX 65536 /* bytes of a document */

struct json_want {
	const char *name; /* in any letter case */
	char **to; /* owned by the caller; stays NULL where it is missing */
	size_t max; /* bytes */
};

/* ERR_PROTO: no such object; ERR_TOOBIG: over a limit.  Nothing is left in
 * *to then.  Members that nobody wants are passed over. */
struct json_t; /* jansson's */
/* A document of at most max bytes; the caller's to json_decref().  Errors as
 * above. */
enum err json_read(struct json_t **out, const char *p, size_t n, size_t max,
    struct errinfo *ei) ERR_CHECK;
/* Once, before the first document: what is freed is wiped, since an answer
 * may hold a token. */
void json_wipe_all(void);

enum err json_take(const char *p, size_t n, const struct json_want *want,
    size_t want_n, struct errinfo *ei) ERR_CHECK;

#endif
