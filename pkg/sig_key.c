/* sig_key.c - key files of minisign; see sig.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/secret.h"
#include "common/str.h"
#include "pkg/sig.h"

#define COMMENT "untrusted comment: "
#define KEYS_TEXT_MAX (SIG_TEXT_MAX * SIG_KEYS_MAX)
#define PK_RAW_LEN (2 + SIG_ID_LEN + 32)
/* "Ed", how it is encrypted, "B2"; salt, two limits; id, key, checksum. */
#define SK_HEAD_LEN 6
#define SK_SALT_LEN 32
#define SK_BODY_LEN (SIG_ID_LEN + 64 + 32)
#define SK_RAW_LEN (SK_HEAD_LEN + SK_SALT_LEN + 16 + SK_BODY_LEN)
#define SCRYPT_MEM_MAX (UINT64_C(1) << 31) /* of what a key file may ask */

static enum err
not_a_key(const char *path, struct errinfo *ei)
{
	return err_set(ei, ERR_ARG, "%s is not a key of minisign.", path);
}

static bool
decode(const char *line, unsigned char *raw, size_t raw_len)
{
	size_t n;

	return sodium_base642bin(raw, raw_len, line, strlen(line), NULL, &n,
		   NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       n == raw_len;
}

static char *
next_line(char **rest)
{
	char *line = *rest, *end;

	if ((end = strchr(line, '\n')) != NULL)
		*end++ = '\0';
	else
		end = line + strlen(line);
	*rest = end;
	return str_trim(line);
}

/* Comment and key, as often as there are keys. */
enum err
sig_keys_load(struct sig_keys *k, const char *path, struct errinfo *ei)
{
	struct buf b = BUF_INIT(KEYS_TEXT_MAX);
	unsigned char raw[PK_RAW_LEN];
	struct sig_keys new = {.n = 0};
	char *rest, *line;
	enum err e;

	if ((e = file_slurp(path, &b, ei)) != ERR_OK)
		goto out;
	for (rest = b.p; rest != NULL && *rest != '\0';) {
		line = next_line(&rest);
		if (*line == '\0' || str_has_prefix(line, COMMENT))
			continue;
		if (new.n == SIG_KEYS_MAX || !decode(line, raw, sizeof(raw)) ||
		    memcmp(raw, "Ed", 2) != 0) {
			e = not_a_key(path, ei);
			goto out;
		}
		memcpy(new.v[new.n].id, raw + 2, SIG_ID_LEN);
		memcpy(new.v[new.n].key, raw + 2 + SIG_ID_LEN, 32);
		new.n++;
	}
	if (new.n == 0) {
		e = not_a_key(path, ei);
		goto out;
	}
	*k = new;
out:
	buf_clear(&b);
	return e;
}

static uint64_t
little_endian(const unsigned char *p)
{
	uint64_t v = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static void
checksum(unsigned char out[32], const unsigned char *body)
{
	crypto_generichash_state st;

	(void)crypto_generichash_init(&st, NULL, 0, 32);
	(void)crypto_generichash_update(&st, (const unsigned char *)"Ed", 2);
	(void)crypto_generichash_update(&st, body, SIG_ID_LEN + 64);
	(void)crypto_generichash_final(&st, out, 32);
}

static enum err
decrypt(unsigned char *raw, const struct secret *password, const char *path,
    struct errinfo *ei)
{
	const unsigned char *salt = raw + SK_HEAD_LEN;
	unsigned char *body = raw + SK_RAW_LEN - SK_BODY_LEN;
	unsigned char stream[SK_BODY_LEN];
	uint64_t ops = little_endian(salt + SK_SALT_LEN);
	uint64_t mem = little_endian(salt + SK_SALT_LEN + 8);
	size_t i;

	if (password == NULL)
		return err_set(
		    ei, ERR_AUTH, "%s is encrypted with a password.", path);
	if (mem > SCRYPT_MEM_MAX ||
	    crypto_pwhash_scryptsalsa208sha256(stream, sizeof(stream),
		secret_peek(password), password->len, salt, ops,
		(size_t)mem) != 0)
		return err_set(ei, ERR_NOMEM,
		    "%s asks for more memory than there is.", path);
	for (i = 0; i < SK_BODY_LEN; i++)
		body[i] ^= stream[i];
	mem_wipe(stream, sizeof(stream));
	return ERR_OK;
}

static enum err
open_key(struct sig_sk *sk, unsigned char *raw, const struct secret *password,
    const char *path, struct errinfo *ei)
{
	static const unsigned char none[2] = {0, 0};
	const unsigned char *body = raw + SK_RAW_LEN - SK_BODY_LEN;
	unsigned char sum[32];
	enum err e;

	if (memcmp(raw, "Ed", 2) != 0 || memcmp(raw + 4, "B2", 2) != 0)
		return not_a_key(path, ei);
	if (memcmp(raw + 2, "Sc", 2) == 0) {
		if ((e = decrypt(raw, password, path, ei)) != ERR_OK)
			return e;
	} else if (memcmp(raw + 2, none, 2) != 0) {
		return not_a_key(path, ei);
	}
	checksum(sum, body);
	if (sodium_memcmp(sum, body + SIG_ID_LEN + 64, 32) != 0)
		return err_set(
		    ei, ERR_AUTH, "The password is not the one of %s.", path);
	memcpy(sk->id, body, SIG_ID_LEN);
	memcpy(sk->key, body + SIG_ID_LEN, 64);
	return ERR_OK;
}

enum err
sig_sk_load(struct sig_sk *sk, const char *path, const struct secret *password,
    struct errinfo *ei)
{
	struct buf b = BUF_INIT(SIG_TEXT_MAX);
	unsigned char raw[SK_RAW_LEN];
	char *rest, *line;
	enum err e;

	if ((e = file_slurp(path, &b, ei)) != ERR_OK)
		goto out;
	if ((rest = b.p) == NULL) {
		e = not_a_key(path, ei);
		goto out;
	}
	line = next_line(&rest);
	if (!str_has_prefix(line, COMMENT) ||
	    !decode(next_line(&rest), raw, sizeof(raw)))
		e = not_a_key(path, ei);
	else
		e = open_key(sk, raw, password, path, ei);
out:
	mem_wipe(raw, sizeof(raw));
	buf_wipe(&b);
	return e;
}

void
sig_sk_clear(struct sig_sk *sk)
{
	mem_wipe(sk, sizeof(*sk));
}

static enum err
write_key(const char *path, mode_t mode, const char *what,
    const unsigned char *raw, size_t raw_len, struct errinfo *ei)
{
	char text[sodium_base64_ENCODED_LEN(
	    SK_RAW_LEN, sodium_base64_VARIANT_ORIGINAL)];
	bool good = false;
	int fd, n;

	(void)sodium_bin2base64(
	    text, sizeof(text), raw, raw_len, sodium_base64_VARIANT_ORIGINAL);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd >= 0) {
		n = dprintf(fd, COMMENT "%s\n%s\n", what, text);
		good = n > 0 && fsync(fd) == 0;
		(void)close(fd);
	}
	mem_wipe(text, sizeof(text));
	return good ? ERR_OK
		    : err_set(ei, ERR_SYS, "Cannot write %s: %s", path,
			  strerror(errno));
}

enum err
sig_keys_write(const char *pk_path, const char *sk_path, struct errinfo *ei)
{
	unsigned char sk[SK_RAW_LEN] = {'E', 'd', 0, 0, 'B', '2'};
	unsigned char pk[PK_RAW_LEN] = {'E', 'd'};
	unsigned char *body = sk + SK_RAW_LEN - SK_BODY_LEN;
	enum err e;

	randombytes_buf(body, SIG_ID_LEN);
	(void)crypto_sign_keypair(pk + 2 + SIG_ID_LEN, body + SIG_ID_LEN);
	memcpy(pk + 2, body, SIG_ID_LEN);
	checksum(body + SIG_ID_LEN + 64, body);
	e = write_key(sk_path, 0400, "minisign secret key", sk, sizeof(sk), ei);
	if (e == ERR_OK)
		e = write_key(
		    pk_path, 0644, "minisign public key", pk, sizeof(pk), ei);
	mem_wipe(sk, sizeof(sk));
	return e;
}
