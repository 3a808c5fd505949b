/* sig.c - see sig.h. */
#include "config.h"

#include "pkg/sig.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "common/buf.h"
#include "common/str.h"
#include "pkg/refuse.h"

/* Nothing signs this line, so it has one spelling: minisign's own. */
#define UNTRUSTED "untrusted comment: signature from minisign secret key"
#define TRUSTED "trusted comment: "
#define RAW_LEN (2 + SIG_ID_LEN + SIG_LEN)
#define BASE64_LEN(n) \
	sodium_base64_ENCODED_LEN((n), sodium_base64_VARIANT_ORIGINAL)

/* Decodes, and encodes again: the bits that base64 leaves over and blanks
 * that a decoder skips are bytes that somebody could change. */
static bool
decode(const char *line, unsigned char *raw, size_t raw_len)
{
	char again[BASE64_LEN(RAW_LEN)];
	size_t n;

	if (sodium_base642bin(raw, raw_len, line, strlen(line), NULL, &n, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    n != raw_len)
		return false;
	(void)sodium_bin2base64(
	    again, sizeof(again), raw, raw_len, sodium_base64_VARIANT_ORIGINAL);
	return str_eq(again, line);
}

/* Four lines, each ended by one newline, and nothing behind. */
static bool
split(char *text, char *line[4])
{
	char *p = text;
	unsigned i;

	for (i = 0; i < 4; i++) {
		line[i] = p;
		if ((p = strchr(p, '\n')) == NULL)
			return false;
		*p++ = '\0';
	}
	return *p == '\0';
}

enum err
sig_parse(struct sig *s, const char *text, size_t n, struct refusal *why)
{
	unsigned char raw[RAW_LEN];
	char copy[SIG_TEXT_MAX], *line[4];
	struct sig new;

	if (n >= sizeof(copy) || memchr(text, '\0', n) != NULL)
		return refuse(why, REFUSE_BAD_SIGNATURE, "its form");
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (!split(copy, line) || !str_eq(line[0], UNTRUSTED) ||
	    !str_has_prefix(line[2], TRUSTED) ||
	    !decode(line[1], raw, sizeof(raw)) ||
	    !decode(line[3], new.global, sizeof(new.global)) ||
	    !str_copy(
		new.comment, sizeof(new.comment), line[2] + strlen(TRUSTED)))
		return refuse(why, REFUSE_BAD_SIGNATURE, "its form");
	if (memcmp(raw, "Ed", 2) == 0)
		return refuse(why, REFUSE_LEGACY_SIGNATURE, "%s", "");
	if (memcmp(raw, "ED", 2) != 0)
		return refuse(why, REFUSE_BAD_SIGNATURE, "its algorithm");
	memcpy(new.id, raw + 2, SIG_ID_LEN);
	memcpy(new.sig, raw + 2 + SIG_ID_LEN, SIG_LEN);
	*s = new;
	return ERR_OK;
}

/* What the second signature is over. */
static size_t
global_text(
    unsigned char *out, const unsigned char sig[SIG_LEN], const char *comment)
{
	const size_t n = strlen(comment);

	memcpy(out, sig, SIG_LEN);
	memcpy(out + SIG_LEN, comment, n);
	return SIG_LEN + n;
}

enum err
sig_verify(const struct sig *s, const struct sig_keys *k,
    const unsigned char hash[SIG_HASH_LEN], struct refusal *why)
{
	unsigned char text[SIG_LEN + SIG_COMMENT_MAX];
	char id[2 * SIG_ID_LEN + 1];
	size_t i, n;

	for (i = 0; i < k->n; i++)
		if (memcmp(k->v[i].id, s->id, SIG_ID_LEN) == 0)
			break;
	if (i == k->n) {
		hex_encode(s->id, SIG_ID_LEN, id);
		return refuse(why, REFUSE_OTHER_KEY, "key %s", id);
	}
	n = global_text(text, s->sig, s->comment);
	if (crypto_sign_verify_detached(
		s->sig, hash, SIG_HASH_LEN, k->v[i].key) != 0)
		return refuse(why, REFUSE_BAD_SIGNATURE, "of the files");
	if (crypto_sign_verify_detached(s->global, text, n, k->v[i].key) != 0)
		return refuse(why, REFUSE_BAD_SIGNATURE, "of the comment");
	return ERR_OK;
}

enum err
sig_make(struct buf *to, const struct sig_sk *sk,
    const unsigned char hash[SIG_HASH_LEN], const char *comment,
    struct errinfo *ei)
{
	unsigned char raw[RAW_LEN] = {'E', 'D'}, global[SIG_LEN];
	unsigned char text[SIG_LEN + SIG_COMMENT_MAX];
	char a[BASE64_LEN(RAW_LEN)], b[BASE64_LEN(SIG_LEN)];
	size_t n;

	if (strlen(comment) >= SIG_COMMENT_MAX || str_has_control(comment))
		return err_set(ei, ERR_ARG, "the comment is too long.");
	memcpy(raw + 2, sk->id, SIG_ID_LEN);
	if (crypto_sign_detached(
		raw + 2 + SIG_ID_LEN, NULL, hash, SIG_HASH_LEN, sk->key) != 0)
		return err_set(ei, ERR_SYS, "the signature was not made.");
	n = global_text(text, raw + 2 + SIG_ID_LEN, comment);
	if (crypto_sign_detached(global, NULL, text, n, sk->key) != 0)
		return err_set(ei, ERR_SYS, "the signature was not made.");
	(void)sodium_bin2base64(
	    a, sizeof(a), raw, sizeof(raw), sodium_base64_VARIANT_ORIGINAL);
	(void)sodium_bin2base64(b, sizeof(b), global, sizeof(global),
	    sodium_base64_VARIANT_ORIGINAL);
	return buf_putf(
	    to, "%s\n%s\n" TRUSTED "%s\n%s\n", UNTRUSTED, a, comment, b);
}
