/* ldap_io.c - see ldap_io.h. */
#include "config.h"

#include "backend/net/ldap_io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/net/dns_srv.h"
#include "backend/net/evidence.h"
#include "backend/net/http_tls.h"
#include "backend/net/ldap_gss.h"
#include "backend/net/url_guard.h"
#include "common/clock.h"
#include "common/ipc.h"

#define SLICE_MS 100 /* how soon a cancellation is seen */

enum err
ldap_io_wait(const struct ldap_io *io, short events, uint64_t max_ms)
{
	uint64_t now = clock_mono_ms(), end = io->where.deadline_ms;
	struct pollfd p = {.fd = io->fd, .events = events};
	int n, slice;

	if (max_ms < UINT64_MAX - now && now + max_ms < end)
		end = now + max_ms;
	for (;;) {
		if (atomic_load(io->where.cancelled))
			return ERR_CANCELLED;
		now = clock_mono_ms();
		if (now >= end)
			return ERR_TIMEOUT;
		slice = end - now < SLICE_MS ? (int)(end - now) : SLICE_MS;
		n = poll(&p, 1, slice);
		if (n > 0)
			return ERR_OK;
		if (n < 0 && errno != EINTR)
			return ERR_SYS;
	}
}

/* The layer: reads never wait (libldap polls before), writes do. */

static int
layer_setup(Sockbuf_IO_Desc *d, void *arg)
{
	d->sbiod_pvt = arg;
	return 0;
}

static int
layer_remove(Sockbuf_IO_Desc *d)
{
	d->sbiod_pvt = NULL;
	return 0;
}

static int
layer_ctrl(Sockbuf_IO_Desc *d, int opt, void *arg)
{
	const struct ldap_io *io = d->sbiod_pvt;

	(void)arg;
	if (opt == LBER_SB_OPT_DATA_READY && io->seal != NULL)
		return ldap_gss_has_data(io->seal);
	if (opt == LBER_SB_OPT_DATA_READY)
		return io->ssl != NULL && SSL_pending(io->ssl) > 0;
	return 0;
}

ber_slen_t
ldap_io_recv(struct ldap_io *io, void *p, ber_len_t n)
{
	int got, why;

	if (io->ssl == NULL)
		return recv(io->fd, p, n, MSG_DONTWAIT);
	ERR_clear_error();
	got = SSL_read(io->ssl, p, n > INT_MAX ? INT_MAX : (int)n);
	if (got > 0)
		return got;
	why = SSL_get_error(io->ssl, got);
	if (why == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE
		    ? EAGAIN
		    : ECONNRESET;
	return -1;
}

static ber_slen_t
write_once(struct ldap_io *io, const void *p, ber_len_t n)
{
	int put;

	if (io->ssl == NULL)
		return send(io->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	ERR_clear_error();
	put = SSL_write(io->ssl, p, n > INT_MAX ? INT_MAX : (int)n);
	if (put > 0)
		return put;
	put = SSL_get_error(io->ssl, put);
	errno = put == SSL_ERROR_WANT_READ || put == SSL_ERROR_WANT_WRITE
		    ? EAGAIN
		    : ECONNRESET;
	return -1;
}

ber_slen_t
ldap_io_send(struct ldap_io *io, const void *p, ber_len_t n)
{
	ber_len_t done = 0;
	ber_slen_t put;

	while (done < n) {
		put = write_once(io, (const char *)p + done, n - done);
		if (put > 0) {
			done += (ber_len_t)put;
		} else if (put == 0 || errno != EAGAIN) {
			return -1;
		} else if (ldap_io_wait(io, POLLOUT, UINT64_MAX) != ERR_OK) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	return (ber_slen_t)n;
}

static ber_slen_t
layer_read(Sockbuf_IO_Desc *d, void *p, ber_len_t n)
{
	struct ldap_io *io = d->sbiod_pvt;

	return io->seal != NULL ? ldap_gss_recv(io->seal, p, n)
				: ldap_io_recv(io, p, n);
}

static ber_slen_t
layer_write(Sockbuf_IO_Desc *d, void *p, ber_len_t n)
{
	struct ldap_io *io = d->sbiod_pvt;

	return io->seal != NULL ? ldap_gss_send(io->seal, p, n)
				: ldap_io_send(io, p, n);
}

static int
layer_close(Sockbuf_IO_Desc *d)
{
	(void)d; /* ldap_io_close() does it */
	return 0;
}

Sockbuf_IO ldap_io_layer = {layer_setup, layer_remove, layer_ctrl, layer_read,
    layer_write, layer_close};

static void
tell_remote(const struct sockaddr *sa, socklen_t n, struct msg_evidence *ev)
{
	char host[INET6_ADDRSTRLEN], port[8], text[EV_REMOTE_MAX + 1];

	if (getnameinfo(sa, n, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	(void)snprintf(text, sizeof(text),
	    sa->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	evidence_text(&ev->remote, text, EV_REMOTE_MAX);
}

/* ERR_OK: connected.  The error number is left in *os. */
static enum err
connect_one(struct ldap_io *io, const struct addrinfo *a, int *os)
{
	socklen_t n = sizeof(*os);
	const int one = 1;
	enum err e;

	io->fd =
	    socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	*os = errno;
	if (io->fd < 0)
		return ERR_SYS;
	*os = 0;
	/* Small messages one after the other: without it each second one
	 * waits for the peer's delayed acknowledgement, 40 ms. */
	(void)setsockopt(io->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(io->fd, a->ai_addr, a->ai_addrlen) == 0)
		return ERR_OK;
	*os = errno;
	if (errno == EINPROGRESS) {
		e = ldap_io_wait(io, POLLOUT, LDAP_CONNECT_MS);
		if (e != ERR_OK)
			return e;
		if (getsockopt(io->fd, SOL_SOCKET, SO_ERROR, os, &n) == 0 &&
		    *os == 0)
			return ERR_OK;
	}
	return ERR_CONNECT;
}

static enum err
resolve(
    const struct ldap_where *w, struct addrinfo **out, struct msg_evidence *ev)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	uint64_t start_ms = clock_mono_ms();
	char port[8];
	int why;

	(void)snprintf(port, sizeof(port), "%u", (unsigned)w->port);
	why = getaddrinfo(w->host, port, &hints, out);
	if (why == 0)
		return ERR_OK;
	evidence_fail(ev, dns_failure(why, clock_mono_ms() - start_ms),
	    "%s: %s", w->host, gai_strerror(why));
	return (enum err)ev->code;
}

static void
fail_connect(struct msg_evidence *ev, enum err e, int os, bool refused)
{
	if (refused)
		evidence_fail(ev, "url-refused",
		    "the name leads to an address that the connector may not "
		    "contact");
	else if (e == ERR_CANCELLED)
		evidence_fail(ev, "cancelled", "cancelled");
	else if (e == ERR_TIMEOUT)
		evidence_fail(ev, "ldap-timeout", "no connection in time");
	else
		evidence_fail(ev, "ldap-unreachable", "%s", strerror(os));
}

enum err
ldap_io_connect(struct ldap_io *io, struct msg_evidence *ev)
{
	struct addrinfo *list = NULL, *a;
	unsigned tries = 0;
	bool refused = false;
	int os = 0;
	enum err e;

	if ((e = resolve(&io->where, &list, ev)) != ERR_OK)
		return e;
	e = ERR_CONNECT;
	for (a = list; a != NULL && tries < LDAP_ADDRESSES_MAX;
	     a = a->ai_next) {
		if (!url_guard_allows(a->ai_addr, io->where.allow_loopback)) {
			refused = tries == 0;
			continue;
		}
		refused = false;
		tries++;
		if (io->fd >= 0)
			close(io->fd);
		e = connect_one(io, a, &os);
		tell_remote(a->ai_addr, a->ai_addrlen, ev);
		if (e == ERR_OK || e == ERR_CANCELLED)
			break;
	}
	freeaddrinfo(list);
	if (e != ERR_OK)
		fail_connect(ev, e, os, refused);
	return e == ERR_OK ? ERR_OK : (enum err)ev->code;
}

static enum err
make_ssl(struct ldap_io *io)
{
	const struct ldap_where *w = &io->where;
	struct in6_addr any;

	if ((io->seen = tls_seen_new(w->host, w->verify)) == NULL ||
	    (io->ctx = SSL_CTX_new(TLS_client_method())) == NULL ||
	    tls_prepare(io->ctx, w->ca, io->seen) != ERR_OK ||
	    (io->ssl = SSL_new(io->ctx)) == NULL ||
	    SSL_set_fd(io->ssl, io->fd) != 1)
		return ERR_NOMEM;
	/* RFC 6066, 3: no literal address as server name. */
	if (inet_pton(AF_INET, w->host, &any) != 1 &&
	    inet_pton(AF_INET6, w->host, &any) != 1 &&
	    SSL_set_tlsext_host_name(io->ssl, w->host) != 1)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err
ldap_io_handshake(struct ldap_io *io, struct msg_evidence *ev)
{
	unsigned long error;
	const char *reason;
	int rc, why;
	enum err e;

	if (make_ssl(io) != ERR_OK) {
		evidence_fail_err(ev, ERR_NOMEM, "memory is out");
		return ERR_NOMEM;
	}
	ERR_clear_error();
	for (;;) {
		if ((rc = SSL_connect(io->ssl)) == 1)
			break;
		why = SSL_get_error(io->ssl, rc);
		if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
			tls_seen_tell(io->seen, ev);
			error = ERR_peek_last_error();
			reason = ERR_reason_error_string(error);
			if (!tls_seen_fail(io->seen, ev))
				evidence_fail(ev, tls_failure(io->seen, error),
				    "%s",
				    reason == NULL
					? "the server closed the connection"
					: reason);
			ERR_clear_error();
			return (enum err)ev->code;
		}
		e = ldap_io_wait(io,
		    why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, UINT64_MAX);
		if (e != ERR_OK) {
			evidence_fail(ev,
			    e == ERR_CANCELLED ? "cancelled" : "ldap-timeout",
			    "the server did not answer to TLS");
			return (enum err)ev->code;
		}
	}
	tls_seen_tell(io->seen, ev);
	evidence_text(&ev->tls_version, tls_version_of(io->ssl), 16);
	return ERR_OK;
}

void
ldap_io_close(struct ldap_io *io)
{
	if (io->ssl != NULL)
		(void)SSL_shutdown(io->ssl); /* says goodbye, does not wait */
	SSL_free(io->ssl);
	SSL_CTX_free(io->ctx);
	tls_seen_unref(io->seen);
	if (io->fd >= 0)
		close(io->fd);
	io->ssl = NULL;
	io->ctx = NULL;
	io->seen = NULL;
	io->fd = -1;
}
