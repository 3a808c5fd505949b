/* ldap_io.h - the bytes under ldap.c: a socket, TLS over it, and the layer
 * that libldap reads and writes through.  Runs in net, in a worker. */
#ifndef LDAP_IO_H
#define LDAP_IO_H

#include <lber.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "backend/net/ldap.h"

struct ldap_gss;
struct tls_seen;

struct ldap_io {
	struct ldap_where where; /* borrowed texts */
	int fd;
	SSL_CTX *ctx;
	SSL *ssl; /* NULL: plain, as long as StartTLS is not done */
	struct ldap_gss *seal; /* NULL: as long as nobody has signed in */
	struct tls_seen *seen;
};

extern Sockbuf_IO ldap_io_layer;

/* The bytes as they are on the wire, which ldap_gss.c seals: reads do not
 * wait (errno EAGAIN), writes do, for all of them. */
ber_slen_t ldap_io_recv(struct ldap_io *io, void *p, ber_len_t n);
ber_slen_t ldap_io_send(struct ldap_io *io, const void *p, ber_len_t n);

enum err ldap_io_connect(struct ldap_io *io, struct msg_evidence *ev) ERR_CHECK;
enum err
ldap_io_handshake(struct ldap_io *io, struct msg_evidence *ev) ERR_CHECK;
/* Waits for POLLIN or POLLOUT.  ERR_TIMEOUT at the deadline, or after max_ms
 * when that is sooner; ERR_CANCELLED. */
enum err
ldap_io_wait(const struct ldap_io *io, short events, uint64_t max_ms) ERR_CHECK;
void ldap_io_close(struct ldap_io *io);

#endif
