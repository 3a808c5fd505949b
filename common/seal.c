#include "common/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

/* Inside a box: u8 version, u16 big endian length of the binding, binding,
 * secret. */
#define INNER_VERSION 1
#define INNER_HEAD 3
#define INNER_MAX (INNER_HEAD + SEAL_BINDING_MAX + SECRET_MAX)
#define KEY_FILE_MAX 256
#define PK_TAG "calconn-seal-pk 1 "
#define SK_TAG "calconn-seal-sk 1 "
/* libsodium leaves the first block of the plain text on the stack: so much
 * of it is wiped after each use. */
#define STACK_WIPED 16384u

_Static_assert(SEAL_PK_LEN == crypto_box_PUBLICKEYBYTES, "X25519");
_Static_assert(SEAL_SK_LEN == crypto_box_SECRETKEYBYTES, "X25519");
_Static_assert(
    INNER_MAX + crypto_box_SEALBYTES <= SEAL_BOX_MAX, "a box must fit");

enum err
seal_binding_text(const struct seal_binding *b, char out[SEAL_BINDING_MAX],
    struct errinfo *ei)
{
	const struct {
		const char *name, *value;
	} rows[] = {
	    {"record", b->record_id},
	    {"kind", b->kind},
	    {"account", b->account},
	    {"target", b->target},
	    {"tls", b->tls},
	    {"auth", b->auth},
	};
	size_t i, at = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int n;

		/* A line break in a value could forge another line. */
		if (str_has_control(rows[i].value))
			return err_set(ei, ERR_ARG,
			    "There is a control character in \"%s\".",
			    rows[i].name);
		n = snprintf(out + at, SEAL_BINDING_MAX - at, "%s=%s\n",
		    rows[i].name, rows[i].value);
		if (n < 0 || (size_t)n >= SEAL_BINDING_MAX - at)
			return err_set(ei, ERR_TOOBIG,
			    "The settings that the password is bound to are "
			    "longer than %d bytes.",
			    SEAL_BINDING_MAX);
		at += (size_t)n;
	}
	return ERR_OK;
}

bool
seal_binding_get(const char *text, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), len;

	for (; *text != '\0'; text += text[len] == '\n' ? len + 1 : len) {
		len = strcspn(text, "\n");
		if (strncmp(text, name, n) != 0 || text[n] != '=')
			continue;
		if (len - n - 1 >= size)
			return false;
		memcpy(out, text + n + 1, len - n - 1);
		out[len - n - 1] = '\0';
		return true;
	}
	return false;
}

enum err
seal_box(const unsigned char pk[SEAL_PK_LEN], const char *binding,
    const struct secret *plain, unsigned char *out, size_t *out_len,
    struct errinfo *ei)
{
	size_t blen = strlen(binding), n;
	unsigned char *inner = NULL;
	enum err e = ERR_OK;

	if (blen > SEAL_BINDING_MAX || plain->len > SECRET_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The password or the settings it is bound to are too "
		    "long.");
	n = INNER_HEAD + blen + plain->len;
	if (sodium_init() < 0)
		return err_set(ei, ERR_SYS, "No random numbers are available.");
	if ((inner = try_alloc(n)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	inner[0] = INNER_VERSION;
	inner[1] = (unsigned char)(blen >> 8);
	inner[2] = (unsigned char)(blen & 0xff);
	memcpy(inner + INNER_HEAD, binding, blen);
	if (plain->len > 0)
		memcpy(inner + INNER_HEAD + blen, plain->p, plain->len);
	if (crypto_box_seal(out, inner, n, pk) != 0)
		e = err_set(ei, ERR_ARG, "The sealing key cannot be used.");
	else
		*out_len = n + crypto_box_SEALBYTES;
	sodium_stackzero(STACK_WIPED);
	mem_wipe(inner, n);
	mem_free(inner);
	return e;
}

/* The box was made for this key: is it for this binding? */
static enum err
inner_read(const unsigned char *inner, size_t n, const char *binding,
    struct secret *out, struct errinfo *ei)
{
	size_t blen, want = strlen(binding);
	enum err e;

	if (n < INNER_HEAD || inner[0] != INNER_VERSION)
		return err_set(ei, ERR_AUTH,
		    "The sealed password has a form that this version does "
		    "not know.");
	blen = (size_t)inner[1] << 8 | inner[2];
	if (blen > n - INNER_HEAD)
		return err_set(ei, ERR_AUTH, "The sealed password is damaged.");
	if (blen != want ||
	    sodium_memcmp(inner + INNER_HEAD, binding, blen) != 0)
		return err_set(ei, ERR_BOUND,
		    "The stored password was entered for other settings.");
	e = secret_set(out, inner + INNER_HEAD + blen, n - INNER_HEAD - blen);
	return e == ERR_OK ? e : err_set(ei, e, "%s", err_default_text(e));
}

enum err
seal_open(const unsigned char pk[SEAL_PK_LEN],
    const unsigned char sk[SEAL_SK_LEN], const char *binding,
    const unsigned char *box, size_t box_len, struct secret *out,
    struct errinfo *ei)
{
	unsigned char *inner;
	size_t n;
	enum err e;

	if (box_len < crypto_box_SEALBYTES || box_len > SEAL_BOX_MAX)
		return err_set(ei, ERR_AUTH, "The sealed password is damaged.");
	n = box_len - crypto_box_SEALBYTES;
	if ((inner = try_alloc(n)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	if (crypto_box_seal_open(inner, box, box_len, pk, sk) != 0)
		e = err_set(ei, ERR_AUTH,
		    "The stored password cannot be opened with this "
		    "appliance's key.");
	else
		e = inner_read(inner, n, binding, out, ei);
	sodium_stackzero(STACK_WIPED);
	mem_wipe(inner, n);
	mem_free(inner);
	return e;
}

enum err
seal_keypair(unsigned char pk[SEAL_PK_LEN], unsigned char sk[SEAL_SK_LEN])
{
	if (sodium_init() < 0 || crypto_box_keypair(pk, sk) != 0)
		return ERR_SYS;
	return ERR_OK;
}

static enum err
key_load(const char *path, const char *tag, unsigned char *key, size_t key_len,
    struct errinfo *ei)
{
	struct buf b = BUF_INIT(KEY_FILE_MAX);
	unsigned char raw[SEAL_SK_LEN];
	const char *text, *end;
	size_t n = 0;
	enum err e;

	if ((e = file_slurp(path, &b, ei)) != ERR_OK)
		goto out;
	text = buf_str(&b);
	if (!str_has_prefix(text, tag) || strlen(text) != b.len) {
		e = err_set(
		    ei, ERR_ARG, "%s does not begin with \"%s\".", path, tag);
		goto out;
	}
	text += strlen(tag);
	if (sodium_base642bin(raw, sizeof(raw), text, strlen(text), "\n", &n,
		&end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    n != key_len || *end != '\0') {
		e = err_set(ei, ERR_ARG, "%s does not hold a key of %zu bytes.",
		    path, key_len);
		goto out;
	}
	memcpy(key, raw, key_len);
out:
	mem_wipe(raw, sizeof(raw));
	buf_wipe(&b);
	return e;
}

enum err
seal_pk_load(
    const char *path, unsigned char pk[SEAL_PK_LEN], struct errinfo *ei)
{
	return key_load(path, PK_TAG, pk, SEAL_PK_LEN, ei);
}

enum err
seal_sk_load(
    const char *path, unsigned char sk[SEAL_SK_LEN], struct errinfo *ei)
{
	return key_load(path, SK_TAG, sk, SEAL_SK_LEN, ei);
}

/* Never over a key that is there: its boxes would be lost. */
static enum err
key_write(const char *path, mode_t mode, const char *tag,
    const unsigned char *key, size_t key_len, struct errinfo *ei)
{
	char text[KEY_FILE_MAX], *at;
	size_t n = strlen(tag);
	enum err e = ERR_OK;
	int fd;

	memcpy(text, tag, n);
	at = sodium_bin2base64(text + n, sizeof(text) - n - 1, key, key_len,
	    sodium_base64_VARIANT_ORIGINAL);
	n += strlen(at);
	text[n++] = '\n';
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0) {
		e = err_set(ei, errno == EEXIST ? ERR_EXISTS : ERR_SYS,
		    "Cannot make %s: %s", path, strerror(errno));
	} else {
		/* The umask may be wider or narrower than we need. */
		if (fchmod(fd, mode) != 0 || write(fd, text, n) != (ssize_t)n ||
		    fsync(fd) != 0)
			e = err_set(ei, ERR_SYS, "Cannot write %s: %s", path,
			    strerror(errno));
		(void)close(fd);
		if (e != ERR_OK)
			(void)unlink(path);
	}
	mem_wipe(text, sizeof(text));
	return e;
}

enum err
seal_keys_write(const char *pk_path, const char *sk_path, struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN];
	enum err e;

	if ((e = seal_keypair(pk, sk)) != ERR_OK)
		return err_set(ei, e, "No random numbers are available.");
	e = key_write(sk_path, 0600, SK_TAG, sk, sizeof(sk), ei);
	if (e == ERR_OK) {
		e = key_write(pk_path, 0644, PK_TAG, pk, sizeof(pk), ei);
		if (e != ERR_OK)
			(void)unlink(sk_path);
	}
	mem_wipe(sk, sizeof(sk));
	return e;
}
