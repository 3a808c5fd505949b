/* room_rule.h - Personal Rooms by rule: link and video address of everybody's
 * room, made from the mailbox address by a pattern.  Pure.
 * {local} is what stands before the @, {domain} what stands behind it,
 * {address} both.  In a link each is percent-encoded (RFC 3986 2.1). */
#ifndef ROOM_RULE_H
#define ROOM_RULE_H

#include <stdbool.h>

#include "common/err.h"

struct buf;

#define ROOM_RULE_MAX 2048 /* bytes of a pattern, and of what comes out */

/* Does a pattern make an https link, or a video address, for an address as
 * people have it?  The text is for beside the field. */
enum err room_rule_check(
    const char *pattern, bool is_link, struct errinfo *ei) ERR_CHECK;
/* Appends to out. */
enum err room_rule_expand(struct buf *out, const char *pattern,
    const char *address, bool is_link, struct errinfo *ei) ERR_CHECK;

#endif
