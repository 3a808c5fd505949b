/* ca_store.h - whom we believe: the administrator's CA list and, where it is
 * wanted, the system's.  Runs in net; what is parsed is an upload of the
 * administrator, and still not trusted to be well-formed. */
#ifndef CA_STORE_H
#define CA_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct ca_list; /* opaque: parsed certificates */
struct ca_store; /* opaque: what verification looks things up in */
struct x509_store_st;

#define CA_SYSTEM_PATH "/etc/ssl/certs/ca-certificates.crt"
#define CA_SYSTEM_MAX (4u * 1024u * 1024u) /* bytes of that file */
#define CA_LIST_MAX 4096 /* certificates */

/* What is no certificate in the text is passed over; ERR_PROTO when a block
 * that says it is one cannot be read.  An empty text is an empty list. */
enum err ca_list_parse(struct ca_list **out, const char *pem, size_t n,
    struct errinfo *ei) ERR_CHECK;
size_t ca_list_count(const struct ca_list *l);
void ca_list_free(struct ca_list *l);

/* Either may be NULL.  Both are copied. */
enum err ca_store_new(struct ca_store **out, const struct ca_list *own,
    const struct ca_list *system, struct errinfo *ei) ERR_CHECK;
/* Counted: connections keep the store that they were opened with.  Safe
 * between threads. */
struct ca_store *ca_store_ref(struct ca_store *s);
void ca_store_unref(struct ca_store *s);
struct x509_store_st *ca_store_x509(const struct ca_store *s); /* borrowed */

#endif
