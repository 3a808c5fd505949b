/* ntlm.h - the messages of NTLM version 2, [MS-NLMP] 2.2.1 and 3.3.2.
 * Pure; runs in net.  Version 1 is never made.  Nothing is signed or sealed
 * with the session key but the message integrity code, so no key is
 * exchanged and RC4 is not needed.  The challenge is a peer's, hostile. */
#ifndef NTLM_H
#define NTLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;

#define NTLM_KEY_LEN 16
#define NTLM_CHALLENGE_LEN 8
#define NTLM_MESSAGE_MAX 8192 /* bytes of a message, theirs or ours */

/* Type 1. */
enum err ntlm_negotiate(struct buf *out) ERR_CHECK;

/* What a Type 2 says; info points into the message. */
struct ntlm_challenge {
	uint32_t flags;
	unsigned char nonce[NTLM_CHALLENGE_LEN];
	const unsigned char *info; /* AV pairs, their end included, or NULL */
	size_t info_len;
	bool has_time; /* MsvAvTimestamp */
	uint64_t time; /* of the server: 100 ns since 1601 */
};
/* ERR_PROTO: not a challenge. */
enum err ntlm_challenge_parse(
    struct ntlm_challenge *out, const void *p, size_t n) ERR_CHECK;
/* Servers that know version 2 send AV pairs. */
bool ntlm_challenge_is_v2(const struct ntlm_challenge *c);

/* Type 3, as an answer to both messages before it. */
struct ntlm_answer {
	const char *account; /* name@domain or DOMAIN\name, UTF-8 */
	const char *password; /* UTF-8 */
	const char *spn; /* "HTTP/host" */
	/* MD5 of the channel bindings; zeros: there is no channel. */
	unsigned char binding[NTLM_KEY_LEN];
	unsigned char nonce[NTLM_CHALLENGE_LEN]; /* ours, random */
	uint64_t time; /* of now, where the server does not say */
	const void *negotiate, *challenge; /* as they were sent */
	size_t negotiate_len, challenge_len;
};
enum err
ntlm_authenticate(struct buf *out, const struct ntlm_answer *a) ERR_CHECK;

/* MD5 over gss_channel_bindings_struct with this application data and no
 * addresses, [MS-NLMP] 2.2.2.1 and RFC 4121 4.1.1.2. */
enum err ntlm_binding(
    unsigned char out[NTLM_KEY_LEN], const void *data, size_t n) ERR_CHECK;

/* The computations of 3.3.2, for the test vectors. */
enum err ntlm_owf_v2(unsigned char out[NTLM_KEY_LEN], const char *user,
    const char *domain, const char *password) ERR_CHECK;
/* HMAC over nonce and data: NTProofStr where data is "temp", the front of
 * LMv2 where it is the client's nonce. */
enum err ntlm_proof(unsigned char out[NTLM_KEY_LEN],
    const unsigned char key[NTLM_KEY_LEN],
    const unsigned char nonce[NTLM_CHALLENGE_LEN], const void *data,
    size_t n) ERR_CHECK;

#endif
