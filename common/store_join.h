/* store_join.h - what an administrator chose for the join details.
 * config.db: settings jd_*, and header and footer of each language. */
#ifndef STORE_JOIN_H
#define STORE_JOIN_H

#include "common/err.h"

struct join_details;
struct store;
struct store_actor;

/* out is to be cleared with join_details_clear() whatever is returned. */
enum err store_join_get(
    struct store *s, struct join_details *out, struct errinfo *ei) ERR_CHECK;
/* Header and footer of a language, as join_text_check() made them; both ""
 * takes them away.  One revision; nothing when both are as they were. */
enum err store_join_put(struct store *s, const struct store_actor *who,
    const char *language, const char *header, const char *footer,
    struct errinfo *ei) ERR_CHECK;
/* The template of a language, as join_template_check() made it; "" takes it
 * away.  One revision; nothing when it is as it was. */
enum err store_join_template_put(struct store *s, const struct store_actor *who,
    const char *language, const char *source, struct errinfo *ei) ERR_CHECK;

#endif
