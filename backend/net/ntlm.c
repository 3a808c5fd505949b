/* ntlm.c - see ntlm.h.  Numbers are little endian; section numbers are those
 * of [MS-NLMP]. */
#include "config.h"

#include "backend/net/ntlm.h"

#include <string.h>

#include "backend/net/ntlm_int.h"
#include "common/buf.h"
#include "common/secret.h"
#include "common/str.h"

/* 2.2.2.5 */
#define F_UNICODE 0x00000001u
#define F_REQUEST_TARGET 0x00000004u
#define F_NTLM 0x00000200u
#define F_ALWAYS_SIGN 0x00008000u
#define F_EXTENDED_SECURITY 0x00080000u
#define F_TARGET_INFO 0x00800000u
#define F_VERSION 0x02000000u
#define F_128 0x20000000u
#define OUR_FLAGS                                                \
	(F_UNICODE | F_REQUEST_TARGET | F_NTLM | F_ALWAYS_SIGN | \
	    F_EXTENDED_SECURITY | F_TARGET_INFO | F_VERSION | F_128)

/* 2.2.2.1 */
#define AV_EOL 0u
#define AV_FLAGS 6u
#define AV_TIMESTAMP 7u
#define AV_TARGET_NAME 9u
#define AV_BINDINGS 10u
#define AV_FLAG_MIC 2u

#define CHALLENGE_MIN 32 /* up to the flags and the nonce */
#define CHALLENGE_INFO_AT 40 /* where the fields of the AV pairs are */
#define HEAD_LEN 88 /* of Type 3, version and integrity code included */
#define MIC_AT 72
#define MIC_LEN 16
#define INFO_MAX 2048

static const char signature[8] = "NTLMSSP";
/* 10.0, build 17763, revision 15 of NTLM: what a server logs. */
static const unsigned char version[8] = {10, 0, 0x63, 0x45, 0, 0, 0, 15};

static uint32_t
get_u16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
get_u32(const unsigned char *p)
{
	return get_u16(p) | get_u16(p + 2) << 16;
}

static enum err
put_u16(struct buf *out, uint32_t v)
{
	char le[2] = {(char)(v & 0xff), (char)(v >> 8 & 0xff)};

	return buf_put(out, le, sizeof(le));
}

enum err
ntlm_put_u32(struct buf *out, uint32_t v)
{
	enum err e = put_u16(out, v & 0xffff);

	return e == ERR_OK ? put_u16(out, v >> 16) : e;
}

static enum err
put_u64(struct buf *out, uint64_t v)
{
	enum err e = ntlm_put_u32(out, (uint32_t)v);

	return e == ERR_OK ? ntlm_put_u32(out, (uint32_t)(v >> 32)) : e;
}

enum err
ntlm_negotiate(struct buf *out)
{
	static const char none[16]; /* no domain, no workstation */
	enum err e;

	if ((e = buf_put(out, signature, sizeof(signature))) != ERR_OK ||
	    (e = ntlm_put_u32(out, 1)) != ERR_OK ||
	    (e = ntlm_put_u32(out, OUR_FLAGS)) != ERR_OK ||
	    (e = buf_put(out, none, sizeof(none))) != ERR_OK)
		return e;
	return buf_put(out, version, sizeof(version));
}

/* The length of a list of AV pairs with its end, or 0 where it is none. */
static size_t
walk_info(struct ntlm_challenge *c, const unsigned char *p, size_t n)
{
	size_t at = 0;

	while (n - at >= 4) {
		uint32_t id = get_u16(p + at), len = get_u16(p + at + 2);

		at += 4;
		if (id == AV_EOL)
			return len == 0 ? at : 0;
		if (len > n - at)
			return 0;
		if (id == AV_TIMESTAMP && len == 8) {
			c->has_time = true;
			c->time = (uint64_t)get_u32(p + at + 4) << 32 |
				  get_u32(p + at);
		}
		at += len;
	}
	return 0;
}

enum err
ntlm_challenge_parse(struct ntlm_challenge *out, const void *data, size_t n)
{
	const unsigned char *p = data;
	struct ntlm_challenge c;
	uint32_t len, at;

	memset(&c, 0, sizeof(c));
	if (n < CHALLENGE_MIN || n > NTLM_MESSAGE_MAX ||
	    memcmp(p, signature, sizeof(signature)) != 0 || get_u32(p + 8) != 2)
		return ERR_PROTO;
	c.flags = get_u32(p + 20);
	memcpy(c.nonce, p + 24, sizeof(c.nonce));
	if ((c.flags & F_UNICODE) == 0)
		return ERR_PROTO;
	if ((c.flags & F_TARGET_INFO) != 0 && n >= CHALLENGE_INFO_AT + 8) {
		len = get_u16(p + CHALLENGE_INFO_AT);
		at = get_u32(p + CHALLENGE_INFO_AT + 4);
		if (len > INFO_MAX || at > n || len > n - at)
			return ERR_PROTO;
		c.info_len = walk_info(&c, p + at, len);
		if (len > 0 && c.info_len == 0)
			return ERR_PROTO;
		if (c.info_len > 0)
			c.info = p + at;
	}
	*out = c;
	return ERR_OK;
}

bool
ntlm_challenge_is_v2(const struct ntlm_challenge *c)
{
	return c->info != NULL;
}

static enum err
put_pair(struct buf *out, uint32_t id, const void *p, size_t n)
{
	enum err e;

	if ((e = put_u16(out, id)) != ERR_OK ||
	    (e = put_u16(out, (uint32_t)n)) != ERR_OK)
		return e;
	return buf_put(out, p, n);
}

/* The server's pairs, then ours, 3.1.5.1.2: that there is an integrity
 * code, what the channel is, and whom we mean to speak with. */
static enum err
put_info(struct buf *out, const struct ntlm_challenge *c,
    const struct ntlm_answer *a)
{
	struct buf spn = BUF_INIT(INFO_MAX);
	unsigned char flags[4] = {0};
	size_t at = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && at < c->info_len) {
		uint32_t id = get_u16(c->info + at);
		size_t len = get_u16(c->info + at + 2);

		at += 4;
		if (id == AV_FLAGS && len == 4)
			memcpy(flags, c->info + at, 4);
		else if (id != AV_EOL && id != AV_FLAGS &&
			 id != AV_TARGET_NAME && id != AV_BINDINGS)
			e = put_pair(out, id, c->info + at, len);
		at += len;
	}
	if (c->has_time)
		flags[0] |= AV_FLAG_MIC;
	if (e == ERR_OK && (flags[0] | flags[1] | flags[2] | flags[3]) != 0)
		e = put_pair(out, AV_FLAGS, flags, sizeof(flags));
	if (e == ERR_OK)
		e = put_pair(out, AV_BINDINGS, a->binding, NTLM_KEY_LEN);
	if (e == ERR_OK && (e = ntlm_utf16(&spn, a->spn, false)) == ERR_OK)
		e = put_pair(out, AV_TARGET_NAME, buf_str(&spn), spn.len);
	if (e == ERR_OK)
		e = put_pair(out, AV_EOL, "", 0);
	buf_clear(&spn);
	return e;
}

/* "temp" of 3.3.2, an NTLMv2_CLIENT_CHALLENGE with four zeros behind. */
static enum err
put_temp(struct buf *out, const struct ntlm_challenge *c,
    const struct ntlm_answer *a)
{
	static const char head[8] = {1, 1}, none[4];
	enum err e;

	if ((e = buf_put(out, head, sizeof(head))) != ERR_OK ||
	    (e = put_u64(out, c->has_time ? c->time : a->time)) != ERR_OK ||
	    (e = buf_put(out, a->nonce, sizeof(a->nonce))) != ERR_OK ||
	    (e = buf_put(out, none, sizeof(none))) != ERR_OK ||
	    (e = put_info(out, c, a)) != ERR_OK)
		return e;
	return buf_put(out, none, sizeof(none));
}

struct parts {
	struct buf user, domain, lm, nt;
	unsigned char session[NTLM_KEY_LEN];
};

/* Both answers, and the session key. */
static enum err
respond(struct parts *p, const struct ntlm_challenge *c,
    const struct ntlm_answer *a, const unsigned char key[NTLM_KEY_LEN])
{
	struct buf temp = BUF_INIT(NTLM_MESSAGE_MAX);
	unsigned char proof[NTLM_KEY_LEN];
	static const char zeros[24];
	enum err e;

	if ((e = put_temp(&temp, c, a)) != ERR_OK ||
	    (e = ntlm_proof(proof, key, c->nonce, temp.p, temp.len)) !=
		ERR_OK ||
	    (e = buf_put(&p->nt, proof, sizeof(proof))) != ERR_OK ||
	    (e = buf_put(&p->nt, temp.p, temp.len)) != ERR_OK ||
	    (e = ntlm_hmac(p->session, key, proof, sizeof(proof))) != ERR_OK)
		goto out;
	/* With the time of the server there is none of version 2 of LM. */
	if (c->has_time) {
		e = buf_put(&p->lm, zeros, sizeof(zeros));
	} else if ((e = ntlm_proof(proof, key, c->nonce, a->nonce,
			sizeof(a->nonce))) == ERR_OK &&
		   (e = buf_put(&p->lm, proof, sizeof(proof))) == ERR_OK) {
		e = buf_put(&p->lm, a->nonce, sizeof(a->nonce));
	}
out:
	buf_clear(&temp);
	return e;
}

static enum err
put_field(struct buf *out, size_t len, size_t *at)
{
	enum err e;

	if ((e = put_u16(out, (uint32_t)len)) != ERR_OK ||
	    (e = put_u16(out, (uint32_t)len)) != ERR_OK ||
	    (e = ntlm_put_u32(out, (uint32_t)*at)) != ERR_OK)
		return e;
	*at += len;
	return ERR_OK;
}

/* 2.2.1.3, with an integrity code of zeros. */
static enum err
put_message(struct buf *out, const struct parts *p, uint32_t flags)
{
	static const char mic[MIC_LEN];
	size_t at = HEAD_LEN, lm_at, end;
	enum err e;

	lm_at = at + p->domain.len + p->user.len;
	end = lm_at + p->lm.len + p->nt.len;
	if ((e = buf_put(out, signature, sizeof(signature))) != ERR_OK ||
	    (e = ntlm_put_u32(out, 3)) != ERR_OK ||
	    (e = put_field(out, p->lm.len, &lm_at)) != ERR_OK ||
	    (e = put_field(out, p->nt.len, &lm_at)) != ERR_OK ||
	    (e = put_field(out, p->domain.len, &at)) != ERR_OK ||
	    (e = put_field(out, p->user.len, &at)) != ERR_OK ||
	    (e = put_field(out, 0, &at)) != ERR_OK || /* workstation */
	    (e = put_field(out, 0, &end)) != ERR_OK || /* session key */
	    (e = ntlm_put_u32(out, flags)) != ERR_OK ||
	    (e = buf_put(out, version, sizeof(version))) != ERR_OK ||
	    (e = buf_put(out, mic, sizeof(mic))) != ERR_OK ||
	    (e = buf_put(out, buf_str(&p->domain), p->domain.len)) != ERR_OK ||
	    (e = buf_put(out, buf_str(&p->user), p->user.len)) != ERR_OK ||
	    (e = buf_put(out, buf_str(&p->lm), p->lm.len)) != ERR_OK)
		return e;
	return buf_put(out, buf_str(&p->nt), p->nt.len);
}

/* Over all three messages, 3.1.5.1.2. */
static enum err
put_mic(struct buf *out, const struct ntlm_answer *a,
    const unsigned char key[NTLM_KEY_LEN])
{
	struct buf all = BUF_INIT(3 * NTLM_MESSAGE_MAX);
	unsigned char mic[MIC_LEN];
	enum err e;

	if ((e = buf_put(&all, a->negotiate, a->negotiate_len)) == ERR_OK &&
	    (e = buf_put(&all, a->challenge, a->challenge_len)) == ERR_OK &&
	    (e = buf_put(&all, out->p, out->len)) == ERR_OK &&
	    (e = ntlm_hmac(mic, key, all.p, all.len)) == ERR_OK)
		memcpy(out->p + MIC_AT, mic, sizeof(mic));
	buf_clear(&all);
	return e;
}

enum err
ntlm_authenticate(struct buf *out, const struct ntlm_answer *a)
{
	struct parts p = {.user = BUF_INIT(NTLM_MESSAGE_MAX),
	    .domain = BUF_INIT(NTLM_MESSAGE_MAX),
	    .lm = BUF_INIT(NTLM_MESSAGE_MAX),
	    .nt = BUF_INIT(NTLM_MESSAGE_MAX)};
	const char *slash = strchr(a->account, '\\');
	const char *user = slash == NULL ? a->account : slash + 1;
	unsigned char key[NTLM_KEY_LEN] = {0};
	char domain[INFO_MAX] = "";
	struct ntlm_challenge c;
	enum err e;

	if ((e = ntlm_challenge_parse(&c, a->challenge, a->challenge_len)) !=
	    ERR_OK)
		return e;
	if (slash != NULL) {
		if ((size_t)(slash - a->account) >= sizeof(domain))
			return ERR_TOOBIG;
		memcpy(domain, a->account, (size_t)(slash - a->account));
	}
	buf_reset(out);
	if ((e = ntlm_owf_v2(key, user, domain, a->password)) != ERR_OK ||
	    (e = ntlm_utf16(&p.user, user, false)) != ERR_OK ||
	    (e = ntlm_utf16(&p.domain, domain, false)) != ERR_OK ||
	    (e = respond(&p, &c, a, key)) != ERR_OK ||
	    (e = put_message(out, &p, OUR_FLAGS & (c.flags | F_VERSION))) !=
		ERR_OK)
		goto out;
	if (c.has_time)
		e = put_mic(out, a, p.session);
out:
	mem_wipe(key, sizeof(key));
	mem_wipe(p.session, sizeof(p.session));
	buf_clear(&p.user);
	buf_clear(&p.domain);
	buf_clear(&p.lm);
	buf_clear(&p.nt);
	return e;
}
