/* sig.h - signatures in the format of minisign(1): Ed25519 over the
 * BLAKE2b-512 hash of a file, with a second signature over the first and its
 * trusted comment.  The older form, without a hash, is refused: it has to be
 * held in memory whole.  Texts are hostile until verified. */
#ifndef SIG_H
#define SIG_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct refusal;
struct secret;

#define SIG_ID_LEN 8
#define SIG_LEN 64
#define SIG_HASH_LEN 64
#define SIG_KEYS_MAX 8
#define SIG_COMMENT_MAX 256 /* bytes of a comment, NUL included */
#define SIG_TEXT_MAX 1024u /* bytes of a signature or of a key's file */

struct sig_pk {
	unsigned char id[SIG_ID_LEN], key[32];
};

/* Who may sign: the keys of one file, one after another. */
struct sig_keys {
	struct sig_pk v[SIG_KEYS_MAX];
	size_t n;
};

struct sig {
	unsigned char id[SIG_ID_LEN], sig[SIG_LEN], global[SIG_LEN];
	char comment[SIG_COMMENT_MAX]; /* trusted, once verified */
};

/* Holds a secret: wiped by sig_sk_clear(). */
struct sig_sk {
	unsigned char id[SIG_ID_LEN], key[64];
};

enum err sig_keys_load(
    struct sig_keys *k, const char *path, struct errinfo *ei) ERR_CHECK;
/* One spelling a signature: whatever else could be put into the text
 * without breaking it is refused. */
enum err sig_parse(
    struct sig *s, const char *text, size_t n, struct refusal *why) ERR_CHECK;
enum err sig_verify(const struct sig *s, const struct sig_keys *k,
    const unsigned char hash[SIG_HASH_LEN], struct refusal *why) ERR_CHECK;

enum err sig_make(struct buf *to, const struct sig_sk *sk,
    const unsigned char hash[SIG_HASH_LEN], const char *comment,
    struct errinfo *ei) ERR_CHECK;
/* password: for a key file that is encrypted; NULL: none is known.
 * ERR_AUTH: it is encrypted, and not with this password. */
enum err sig_sk_load(struct sig_sk *sk, const char *path,
    const struct secret *password, struct errinfo *ei) ERR_CHECK;
void sig_sk_clear(struct sig_sk *sk);
/* A new pair; the secret file is mode 0400 and not encrypted. Neither file
 * may exist. */
enum err sig_keys_write(
    const char *pk_path, const char *sk_path, struct errinfo *ei) ERR_CHECK;

#endif
