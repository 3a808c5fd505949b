/* x509.h - reads PEM certificates that an administrator gives.
 * In libstore; web and ctl.  Pure, and needs no TLS library.  Only what a
 * list shows is read, and nothing is verified: the net worker's library does
 * that each time it connects.  The bytes are hostile: definite lengths, sizes
 * and depths are limited. */
#ifndef X509_H
#define X509_H

#include <stddef.h>

#include "common/err.h"
struct ca_list;

#define X509_DER_MAX 16384 /* bytes of one certificate */
#define X509_LIST_MAX 500 /* certificates in one text */
#define X509_NAME_MAX 1024 /* bytes of a name as text */

/* All certificates in the text; what is between them is skipped.  ERR_ARG:
 * none, or one is damaged. */
enum err x509_parse_pem(const char *text, size_t n, struct ca_list *out,
    struct errinfo *ei) ERR_CHECK;

#endif
