/* bundle.h - the outer container: an ar(5) archive of one or two members,
 * "content" and "content.minisig".  Each byte around them is given, so that
 * a signature over the content is one over the whole file.
 *
 * A bundle that is opened is a private, sealed copy in memory: what was
 * verified cannot change before it is read. */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "pkg/sig.h"

struct refusal;

#define BUNDLE_MAX (64u * 1024 * 1024) /* bytes of the file */
#define BUNDLE_SUFFIX ".tlp"

struct bundle {
	int fd; /* of the copy; read with pread() */
	uint64_t len; /* of the file */
	uint64_t content_at, content_len;
	char sig[SIG_TEXT_MAX];
	size_t sig_len; /* 0: there is none */
};

/* fd: borrowed, read from where it stands. */
enum err bundle_open(struct bundle *b, int fd, struct refusal *why) ERR_CHECK;
enum err bundle_open_path(
    struct bundle *b, const char *path, struct refusal *why) ERR_CHECK;
void bundle_close(struct bundle *b);
/* The hash that is signed. */
enum err bundle_hash(const struct bundle *b, unsigned char hash[SIG_HASH_LEN],
    struct refusal *why) ERR_CHECK;
/* The comment of a good signature: SIG_COMMENT_MAX bytes; or NULL. */
enum err bundle_verify(const struct bundle *b, const struct sig_keys *keys,
    char *comment, struct refusal *why) ERR_CHECK;

/* Writes a whole file; content: a descriptor at the begin of len bytes.
 * sig: NULL for none. */
enum err bundle_write(int to, int content, uint64_t len, const char *sig,
    struct refusal *why) ERR_CHECK;

#endif
