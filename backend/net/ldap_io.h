/* ldap_io.h - the bytes under ldap.c: a socket, TLS over it, and the layer
 * that libldap reads and writes through.  Runs in net, in a worker. */
#ifndef LDAP_IO_H
#define LDAP_IO_H

#include <lber.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "backend/net/ldap.h"

struct tls_seen;

struct ldap_io {
	struct ldap_where where; /* borrowed texts */
	int fd;
	SSL_CTX *ctx;
	SSL *ssl; /* NULL: plain, as long as StartTLS is not done */
	struct tls_seen *seen;
};

extern Sockbuf_IO ldap_io_layer;

enum err ldap_io_connect(struct ldap_io *io, struct msg_evidence *ev) ERR_CHECK;
enum err
ldap_io_handshake(struct ldap_io *io, struct msg_evidence *ev) ERR_CHECK;
/* Waits for POLLIN or POLLOUT.  ERR_TIMEOUT at the deadline, or after max_ms
 * when that is sooner; ERR_CANCELLED. */
enum err
ldap_io_wait(const struct ldap_io *io, short events, uint64_t max_ms) ERR_CHECK;
void ldap_io_close(struct ldap_io *io);

#endif
