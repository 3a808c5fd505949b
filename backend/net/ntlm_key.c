/* ntlm_key.c - see ntlm.h: what is computed from the password. */
#include "config.h"

#include <locale.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <wctype.h>

#include "backend/net/md4.h"
#include "backend/net/ntlm_int.h"
#include "common/buf.h"
#include "common/secret.h"
#include "common/str.h"

static uint32_t
code_point(const unsigned char *s, size_t n)
{
	switch (n) {
	case 1:
		return s[0];
	case 2:
		return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
	case 3:
		return (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 |
		       (s[2] & 0x3fu);
	default:
		return (s[0] & 0x7u) << 18 | (s[1] & 0x3fu) << 12 |
		       (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
	}
}

static enum err
put_unit(struct buf *out, uint32_t unit)
{
	char le[2] = {(char)(unit & 0xff), (char)(unit >> 8)};

	return buf_put(out, le, 2);
}

/* Simple upper case of the basic plane, as the domain controller has it. */
static uint32_t
upper(uint32_t c, locale_t l)
{
	wint_t u;

	if (c < 0x80 || l == (locale_t)0)
		return c >= 'a' && c <= 'z' ? c - 32 : c;
	u = towupper_l((wint_t)c, l);
	return u < 0x10000 ? (uint32_t)u : c;
}

enum err
ntlm_utf16(struct buf *out, const char *text, bool to_upper)
{
	locale_t l = (locale_t)0;
	enum err e = ERR_OK;
	size_t n;

	/* Built into the C library; the program's own locale stays "C". */
	if (to_upper)
		l = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	for (; e == ERR_OK && *text != '\0'; text += n) {
		uint32_t c;

		if ((n = str_utf8_len(text)) == 0) {
			e = ERR_ARG;
			break;
		}
		c = code_point((const unsigned char *)text, n);
		if (c >= 0x10000) {
			c -= 0x10000;
			e = put_unit(out, 0xd800 + (c >> 10));
			c = 0xdc00 + (c & 0x3ff);
		} else if (to_upper) {
			c = upper(c, l);
		}
		if (e == ERR_OK)
			e = put_unit(out, c);
	}
	if (l != (locale_t)0)
		freelocale(l);
	return e;
}

enum err
ntlm_hmac(unsigned char out[NTLM_KEY_LEN],
    const unsigned char key[NTLM_KEY_LEN], const void *data, size_t n)
{
	unsigned len = NTLM_KEY_LEN;

	if (HMAC(EVP_md5(), key, NTLM_KEY_LEN, data, n, out, &len) == NULL ||
	    len != NTLM_KEY_LEN)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err
ntlm_owf_v2(unsigned char out[NTLM_KEY_LEN], const char *user,
    const char *domain, const char *password)
{
	struct buf wide = BUF_INIT(NTLM_MESSAGE_MAX);
	struct buf who = BUF_INIT(NTLM_MESSAGE_MAX);
	unsigned char hash[MD4_LEN];
	enum err e;

	if ((e = ntlm_utf16(&wide, password, false)) != ERR_OK ||
	    (e = ntlm_utf16(&who, user, true)) != ERR_OK ||
	    (e = ntlm_utf16(&who, domain, false)) != ERR_OK)
		goto out;
	md4(buf_str(&wide), wide.len, hash);
	e = ntlm_hmac(out, hash, buf_str(&who), who.len);
	mem_wipe(hash, sizeof(hash));
out:
	buf_wipe(&wide);
	buf_clear(&who);
	return e;
}

enum err
ntlm_proof(unsigned char out[NTLM_KEY_LEN],
    const unsigned char key[NTLM_KEY_LEN],
    const unsigned char nonce[NTLM_CHALLENGE_LEN], const void *data, size_t n)
{
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);
	enum err e;

	if ((e = buf_put(&b, nonce, NTLM_CHALLENGE_LEN)) == ERR_OK &&
	    (e = buf_put(&b, data, n)) == ERR_OK)
		e = ntlm_hmac(out, key, b.p, b.len);
	buf_clear(&b);
	return e;
}

enum err
ntlm_binding(unsigned char out[NTLM_KEY_LEN], const void *data, size_t n)
{
	/* Kind and length of both addresses: none. */
	static const char head[16];
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);
	unsigned len = NTLM_KEY_LEN;
	enum err e;

	if ((e = buf_put(&b, head, sizeof(head))) == ERR_OK &&
	    (e = ntlm_put_u32(&b, (uint32_t)n)) == ERR_OK &&
	    (e = buf_put(&b, data, n)) == ERR_OK &&
	    EVP_Digest(b.p, b.len, out, &len, EVP_md5(), NULL) != 1)
		e = ERR_NOMEM;
	buf_clear(&b);
	return e;
}
