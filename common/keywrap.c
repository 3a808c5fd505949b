/* keywrap.c - see keywrap.h. */
#include "common/keywrap.h"

#include <sodium.h>
#include <string.h>

#include "common/alloc.h"
#include "common/secret.h"

#define VERSION 1
#define AT_SALT 1
#define AT_OPS (AT_SALT + crypto_pwhash_SALTBYTES)
#define AT_MIB (AT_OPS + 4)
#define AT_NONCE (AT_MIB + 4)
#define AT_BOX (AT_NONCE + crypto_secretbox_NONCEBYTES)
#define OPS 3
/* What a file may ask for: it is hostile. */
#define OPS_MAX 8
#define STACK_WIPED 16384u

_Static_assert(AT_BOX + crypto_secretbox_MACBYTES + SEAL_SK_LEN == KEYWRAP_LEN,
    "the parts of a wrapped key");

static void
put_u32(unsigned char *p, unsigned v)
{
	p[0] = (unsigned char)(v >> 24);
	p[1] = (unsigned char)(v >> 16);
	p[2] = (unsigned char)(v >> 8);
	p[3] = (unsigned char)v;
}

static unsigned
get_u32(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	       (unsigned)p[2] << 8 | p[3];
}

static enum err
derive(const unsigned char *wrapped, const struct secret *passphrase,
    unsigned char key[crypto_secretbox_KEYBYTES], struct errinfo *ei)
{
	const unsigned ops = get_u32(wrapped + AT_OPS);
	const unsigned mib = get_u32(wrapped + AT_MIB);

	if (ops < crypto_pwhash_OPSLIMIT_MIN || ops > OPS_MAX || mib < 1 ||
	    mib > KEYWRAP_MIB)
		return err_set(ei, ERR_UNSUPPORTED,
		    "The key of the backup asks for more than this version "
		    "does.");
	if (crypto_pwhash(key, crypto_secretbox_KEYBYTES,
		secret_peek(passphrase), passphrase->len, wrapped + AT_SALT,
		ops, (size_t)mib << 20, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(ei, ERR_NOMEM,
		    "There is not enough memory for the passphrase.");
	return ERR_OK;
}

enum err
keywrap_make(const unsigned char sk[SEAL_SK_LEN],
    const struct secret *passphrase, unsigned char out[KEYWRAP_LEN],
    struct errinfo *ei)
{
	unsigned char key[crypto_secretbox_KEYBYTES];
	enum err e;

	if (passphrase->len < KEYWRAP_PASSPHRASE_MIN ||
	    passphrase->len > KEYWRAP_PASSPHRASE_MAX)
		return err_set(ei, ERR_ARG,
		    "The passphrase needs %d to %d bytes.",
		    KEYWRAP_PASSPHRASE_MIN, KEYWRAP_PASSPHRASE_MAX);
	if (sodium_init() < 0)
		return err_set(ei, ERR_SYS, "No random numbers are available.");
	out[0] = VERSION;
	randombytes_buf(out + AT_SALT, crypto_pwhash_SALTBYTES);
	put_u32(out + AT_OPS, OPS);
	put_u32(out + AT_MIB, KEYWRAP_MIB);
	randombytes_buf(out + AT_NONCE, crypto_secretbox_NONCEBYTES);
	if ((e = derive(out, passphrase, key, ei)) == ERR_OK &&
	    crypto_secretbox_easy(
		out + AT_BOX, sk, SEAL_SK_LEN, out + AT_NONCE, key) != 0)
		e = err_set(ei, ERR_SYS, "The key cannot be wrapped.");
	sodium_memzero(key, sizeof(key));
	sodium_stackzero(STACK_WIPED);
	return e;
}

enum err
keywrap_open(const unsigned char *wrapped, size_t n,
    const struct secret *passphrase, unsigned char pk[SEAL_PK_LEN],
    unsigned char sk[SEAL_SK_LEN], struct errinfo *ei)
{
	unsigned char key[crypto_secretbox_KEYBYTES];
	enum err e;

	if (n != KEYWRAP_LEN || wrapped[0] != VERSION)
		return err_set(ei, ERR_UNSUPPORTED,
		    "The key of the backup has a form that this version does "
		    "not know.");
	if (passphrase->len > KEYWRAP_PASSPHRASE_MAX)
		return err_set(ei, ERR_AUTH, "The passphrase is wrong.");
	if ((e = derive(wrapped, passphrase, key, ei)) == ERR_OK &&
	    (crypto_secretbox_open_easy(sk, wrapped + AT_BOX, n - AT_BOX,
		 wrapped + AT_NONCE, key) != 0 ||
		crypto_scalarmult_base(pk, sk) != 0))
		e = err_set(ei, ERR_AUTH,
		    "The passphrase is wrong, or the key of the backup was "
		    "changed.");
	sodium_memzero(key, sizeof(key));
	sodium_stackzero(STACK_WIPED);
	return e;
}

enum err
keywrap_reseal(const unsigned char pk[SEAL_PK_LEN],
    const unsigned char sk[SEAL_SK_LEN], const unsigned char *box, size_t n,
    const unsigned char to_pk[SEAL_PK_LEN], unsigned char *out, size_t *out_len)
{
	unsigned char *inner;
	size_t len;
	enum err e = ERR_OK;

	if (n <= crypto_box_SEALBYTES || n > SEAL_BOX_MAX)
		return ERR_AUTH;
	len = n - crypto_box_SEALBYTES;
	if ((inner = try_alloc(len)) == NULL)
		return ERR_NOMEM;
	if (crypto_box_seal_open(inner, box, n, pk, sk) != 0 ||
	    crypto_box_seal(out, inner, len, to_pk) != 0)
		e = ERR_AUTH;
	else
		*out_len = n;
	mem_wipe(inner, len);
	mem_free(inner);
	sodium_stackzero(STACK_WIPED);
	return e;
}
