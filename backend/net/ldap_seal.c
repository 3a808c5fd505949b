/* ldap_seal.c - the layer of ldap_gss.h: each packet is its length, four
 * bytes of it, and what gss_wrap() made (RFC 4422, 3.7). */
#include "config.h"

#include <errno.h>
#include <gssapi/gssapi.h>
#include <string.h>

#include "backend/net/ldap_gss.h"
#include "backend/net/ldap_io.h"
#include "backend/net/ldap_seal.h"
#include "common/alloc.h"

#define SEND_MAX (64u * 1024u) /* bytes in one packet of ours */

void
ldap_seal_clear(struct ldap_seal *s)
{
	OM_uint32 minor;

	mem_free(s->raw);
	(void)gss_release_buffer(&minor, &s->plain);
	memset(s, 0, sizeof(*s));
}

/* Nothing is read past the packet, so what waits is in the socket. */
static int
read_packet(struct ldap_seal *s)
{
	ber_slen_t got;

	while (s->head_n < sizeof(s->head)) {
		got = ldap_io_recv(s->io, s->head + s->head_n,
		    (ber_len_t)(sizeof(s->head) - s->head_n));
		if (got <= 0)
			return (int)got;
		s->head_n += (size_t)got;
	}
	if (s->raw == NULL) {
		s->raw_len = (size_t)s->head[0] << 24 |
			     (size_t)s->head[1] << 16 |
			     (size_t)s->head[2] << 8 | s->head[3];
		s->raw_n = 0;
		errno = EMSGSIZE;
		if (s->raw_len == 0 || s->raw_len > LDAP_GSS_PACKET_MAX ||
		    (s->raw = try_alloc(s->raw_len)) == NULL)
			return -1;
	}
	while (s->raw_n < s->raw_len) {
		got = ldap_io_recv(s->io, s->raw + s->raw_n,
		    (ber_len_t)(s->raw_len - s->raw_n));
		if (got <= 0)
			return (int)got;
		s->raw_n += (size_t)got;
	}
	return 1;
}

/* What was not sealed, or by somebody else, ends the connection. */
static int
open_packet(struct ldap_seal *s, void *ctx)
{
	gss_buffer_desc in = {s->raw_len, s->raw};
	OM_uint32 major, minor;
	int conf = 0;

	major = gss_unwrap(&minor, ctx, &in, &s->plain, &conf, NULL);
	mem_free(s->raw);
	s->raw = NULL;
	s->head_n = 0;
	s->at = 0;
	errno = EBADMSG;
	return GSS_ERROR(major) || !conf ? -1 : 1;
}

ber_slen_t
ldap_seal_recv(struct ldap_seal *s, void *ctx, void *p, ber_len_t n)
{
	OM_uint32 minor;
	int rc;

	while (s->at == s->plain.length) {
		(void)gss_release_buffer(&minor, &s->plain);
		s->at = 0;
		if ((rc = read_packet(s)) <= 0 ||
		    (rc = open_packet(s, ctx)) <= 0)
			return rc;
	}
	if (n > s->plain.length - s->at)
		n = s->plain.length - s->at;
	memcpy(p, (const char *)s->plain.value + s->at, n);
	s->at += n;
	return (ber_slen_t)n;
}

bool
ldap_seal_has_data(const struct ldap_seal *s)
{
	return s->at < s->plain.length;
}

static ber_slen_t
send_packet(struct ldap_seal *s, void *ctx, const void *p, ber_len_t n)
{
	gss_buffer_desc in = {n, (void *)(uintptr_t)p}, out = {0, NULL};
	OM_uint32 major, minor;
	unsigned char head[4];
	int conf = 0;
	ber_slen_t rc = -1;

	major = gss_wrap(&minor, ctx, 1, GSS_C_QOP_DEFAULT, &in, &conf, &out);
	errno = EBADMSG;
	if (GSS_ERROR(major) || !conf || out.length > LDAP_GSS_PACKET_MAX)
		goto out;
	head[0] = (unsigned char)(out.length >> 24);
	head[1] = (unsigned char)(out.length >> 16);
	head[2] = (unsigned char)(out.length >> 8);
	head[3] = (unsigned char)out.length;
	if ((rc = ldap_io_send(s->io, head, sizeof(head))) > 0)
		rc = ldap_io_send(s->io, out.value, (ber_len_t)out.length);
out:
	(void)gss_release_buffer(&minor, &out);
	return rc;
}

ber_slen_t
ldap_seal_send(struct ldap_seal *s, void *ctx, const void *p, ber_len_t n)
{
	ber_len_t done, part;

	for (done = 0; done < n; done += part) {
		part = n - done > SEND_MAX ? SEND_MAX : n - done;
		if (send_packet(s, ctx, (const char *)p + done, part) <= 0)
			return -1;
	}
	return (ber_slen_t)n;
}
