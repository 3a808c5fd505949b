/* hook_sign.c - see hook_sign.h. */
#include "config.h"

#include "backend/net/hook_sign.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/secret.h"
#include "common/str.h"

#define SIGNED_MAX (1024u * 1024u) /* bytes: a body and a time */
#define SHA256_LEN 32

enum err
hook_sign(char out[HOOK_SIGN_MAX], const struct secret *key, int64_t now_s,
    const char *body, size_t n)
{
	unsigned char mac[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	struct buf b = BUF_INIT(SIGNED_MAX);
	unsigned len = 0;
	enum err e;

	if ((e = buf_putf(&b, "%" PRId64 ".", now_s)) != ERR_OK ||
	    (e = buf_put(&b, body, n)) != ERR_OK)
		goto out;
	if (HMAC(EVP_sha256(), key->p, (int)key->len,
		(const unsigned char *)buf_str(&b), b.len, mac, &len) == NULL ||
	    len != SHA256_LEN) {
		e = ERR_SYS;
		goto out;
	}
	hex_encode(mac, sizeof(mac), hex);
	(void)snprintf(out, HOOK_SIGN_MAX, "t=%" PRId64 ",v1=%s", now_s, hex);
out:
	buf_clear(&b);
	return e;
}
