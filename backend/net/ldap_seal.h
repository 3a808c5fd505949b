/* ldap_seal.h - packets that are signed and sealed: the inner half of
 * ldap_gss.h.  Runs in net, in a worker.  What comes is hostile. */
#ifndef LDAP_SEAL_H
#define LDAP_SEAL_H

#include <gssapi/gssapi.h>
#include <lber.h>
#include <stdbool.h>
#include <stddef.h>

struct ldap_io;

struct ldap_seal {
	struct ldap_io *io;
	unsigned char head[4]; /* length of the packet that is coming in */
	size_t head_n;
	unsigned char *raw; /* the packet */
	size_t raw_n, raw_len;
	gss_buffer_desc plain; /* opened, and read so far */
	size_t at;
};

/* ctx: an established gss_ctx_id_t. */
ber_slen_t ldap_seal_recv(struct ldap_seal *s, void *ctx, void *p, ber_len_t n);
ber_slen_t
ldap_seal_send(struct ldap_seal *s, void *ctx, const void *p, ber_len_t n);
bool ldap_seal_has_data(const struct ldap_seal *s);
void ldap_seal_clear(struct ldap_seal *s);

#endif
