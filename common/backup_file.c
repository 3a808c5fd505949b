/* backup_file.c - see backup_file.h. */
#include "common/backup_file.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "common/buf.h"
#include "common/str.h"

#define MAGIC "calconn-backup "
#define VERSION_TEXT "1"
#define HASH_LEN crypto_hash_sha256_BYTES
#define WORD_MAX 80

enum err
backup_file_frame(struct buf *out, const struct buf *body, struct errinfo *ei)
{
	unsigned char hash[HASH_LEN];
	char hex[2 * HASH_LEN + 1];
	enum err e;

	crypto_hash_sha256(
	    hash, (const unsigned char *)buf_str(body), body->len);
	hex_encode(hash, sizeof(hash), hex);
	e = buf_putf(out, MAGIC VERSION_TEXT "\n%zu %s\n", body->len, hex);
	if (e == ERR_OK)
		e = buf_put(out, buf_str(body), body->len);
	if (e == ERR_TOOBIG)
		return err_set(ei, e,
		    "The configuration is larger than a backup may be (%d "
		    "MiB).",
		    BACKUP_MAX >> 20);
	return e == ERR_OK ? e : err_set(ei, e, "%s", err_default_text(e));
}

/* The text up to this byte, which is consumed. */
static bool
take(const char **p, size_t *n, char end, char out[WORD_MAX])
{
	const char *at = memchr(*p, end, *n < WORD_MAX ? *n : WORD_MAX - 1);
	size_t len;

	if (at == NULL)
		return false;
	len = (size_t)(at - *p);
	memcpy(out, *p, len);
	out[len] = '\0';
	*p = at + 1;
	*n -= len + 1;
	return strlen(out) == len;
}

enum err
backup_file_open(const char *p, size_t n, const char **body, size_t *body_n,
    struct errinfo *ei)
{
	unsigned char want[HASH_LEN], have[HASH_LEN];
	char word[WORD_MAX];
	uint64_t len = 0;

	if (n > BACKUP_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The file is larger than a backup may be (%d MiB).",
		    BACKUP_MAX >> 20);
	if (n < strlen(MAGIC) || memcmp(p, MAGIC, strlen(MAGIC)) != 0)
		return err_set(ei, ERR_PROTO, "This is no backup of calconn.");
	p += strlen(MAGIC);
	n -= strlen(MAGIC);
	if (!take(&p, &n, '\n', word))
		return err_set(ei, ERR_PROTO, "The backup is truncated.");
	if (!str_eq(word, VERSION_TEXT))
		return err_set(ei, ERR_UNSUPPORTED,
		    "The backup has a form that this version does not know; a "
		    "newer version of calconn made it.");
	if (!take(&p, &n, ' ', word) ||
	    str_to_u64(word, BACKUP_MAX, &len) != ERR_OK ||
	    !take(&p, &n, '\n', word) || strlen(word) != 2 * HASH_LEN ||
	    hex_decode(word, want, HASH_LEN) != ERR_OK)
		return err_set(
		    ei, ERR_PROTO, "The beginning of the backup is damaged.");
	if (n < len)
		return err_set(ei, ERR_PROTO,
		    "The backup is truncated: %zu of its %zu bytes are here.",
		    n, (size_t)len);
	if (n > len)
		return err_set(ei, ERR_PROTO,
		    "There are bytes behind the end of the backup.");
	crypto_hash_sha256(have, (const unsigned char *)p, n);
	if (memcmp(want, have, HASH_LEN) != 0)
		return err_set(ei, ERR_PROTO,
		    "Bytes of the backup were changed: its checksum is "
		    "another.");
	*body = p;
	*body_n = n;
	return ERR_OK;
}
