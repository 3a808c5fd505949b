/* ldap_filter.h - is this text a search filter, a base, an attribute of a
 * directory?  Pure.  What an administrator typed is checked here before it is
 * stored, and in net once more before it is sent.  Filter: RFC 4515; name of
 * an entry: RFC 4514; attribute: RFC 4512, 1.4 and 2.5. */
#ifndef LDAP_FILTER_H
#define LDAP_FILTER_H

#include "common/err.h"

#define LDAP_FILTER_MAX 2048 /* bytes */
#define LDAP_FILTER_DEPTH 16 /* filters within filters */
#define LDAP_FILTER_ITEMS 128 /* comparisons */
#define LDAP_BASE_MAX 1024 /* bytes */
#define LDAP_ATTR_MAX 64 /* bytes */

/* The text says what is wrong and at which character.  Brackets around the
 * whole are needed; nothing may stand before or behind them. */
enum err ldap_filter_check(const char *s, struct errinfo *ei) ERR_CHECK;
/* KEY=VALUE parts with commas between; what is special in a value is written
 * behind a backslash. */
enum err ldap_base_check(const char *s, struct errinfo *ei) ERR_CHECK;
/* A name or an object identifier, perhaps with options ("sn;lang-tr"). */
enum err ldap_attr_check(const char *s, struct errinfo *ei) ERR_CHECK;

#endif
