/* str.h - text: bounded copies, checks, lists, hex, base64, UTF-8, JSON and
 * HTML escaping where a library has nothing smaller. */
#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;

struct strlist {
	char **v;
	size_t n;
};

enum err strlist_add(struct strlist *l, const char *s) ERR_CHECK;
enum err strlist_addn(struct strlist *l, const char *s, size_t n) ERR_CHECK;
bool strlist_has(const struct strlist *l, const char *s); /* ASCII caseless */
void strlist_clear(struct strlist *l);

/* Always NUL-terminated; false when `from` did not fit (then truncated at
 * a character boundary). */
bool str_copy(char *to, size_t to_size, const char *from);
bool str_eq(const char *a, const char *b);
bool str_caseeq(const char *a, const char *b); /* ASCII only */
bool str_has_prefix(const char *s, const char *prefix);
bool str_has_suffix_nocase(const char *s, const char *suffix);
void str_lower(char *s); /* ASCII only, in place */
char *str_trim(char *s); /* in place, ASCII space */
bool str_is_utf8(const char *s, size_t n); /* also refuses NUL */
/* Bytes of the valid character at s, 0 where there is none. */
size_t str_utf8_len(const char *s);
bool str_has_control(const char *s); /* C0 and DEL, but \t */
bool str_has_bidi(const char *s); /* marks that turn the direction */
/* Appends s; NUL and each byte that is not UTF-8 become U+FFFD.  What a peer
 * calls text goes through here before it goes into a message or a page. */
enum err str_utf8_clean(struct buf *out, const char *s, size_t n) ERR_CHECK;
/* Characters, not bytes; s is valid UTF-8. */
size_t str_utf8_count(const char *s);
/* Decimal digits only.  ERR_ARG: something else; ERR_TOOBIG: over max. */
enum err str_to_u64(const char *s, uint64_t max, uint64_t *out) ERR_CHECK;

void hex_encode(const unsigned char *p, size_t n, char *out /* 2n+1 */);
enum err hex_decode(const char *s, unsigned char *out, size_t n) ERR_CHECK;
/* Random hex name of n bytes of entropy; out has 2n+1. */
void str_random_hex(char *out, size_t n);

enum err html_escape(struct buf *b, const char *s) ERR_CHECK;
enum err url_encode(struct buf *b, const char *s) ERR_CHECK; /* RFC 3986 */

#endif
