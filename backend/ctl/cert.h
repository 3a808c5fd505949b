/* cert.h - certificates of a PEM file, as the store keeps them.  The one
 * place of calconnctl that parses foreign bytes with OpenSSL. */
#ifndef CTL_CERT_H
#define CTL_CERT_H

#include <stddef.h>

#include "common/err.h"
#include "common/store_admin.h"

#define CERT_FILE_MAX 1048576 /* bytes of a file */
#define CERT_FILE_N 500 /* certificates in it */

/* All certificates in the text; what is between them is skipped, as in the
 * bundles that people have.  ERR_ARG: none, or one is damaged. */
enum err cert_parse_pem(const char *text, size_t n, struct ca_list *out,
    struct errinfo *ei) ERR_CHECK;

#endif
