/* tls_binding.h - the channel binding "tls-server-end-point" of RFC 5929: a
 * hash of the certificate that the server of this very connection has shown.
 * Runs in net, where the connection lives. */
#ifndef TLS_BINDING_H
#define TLS_BINDING_H

#include <stddef.h>

#define TLS_BINDING_MAX 96 /* its name, a colon, a hash */

struct ssl_st;

struct tls_binding {
	unsigned char data[TLS_BINDING_MAX];
	size_t len; /* 0: there is none */
};

void tls_binding_of(struct tls_binding *out, struct ssl_st *ssl);

#endif
