/* bundle.c - see bundle.h. */
#include "config.h"

#include "pkg/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/str.h"
#include "pkg/refuse.h"

#define MAGIC "!<arch>\n"
#define MAGIC_LEN 8u
#define HEAD_LEN 60u
#define BLOCK 65536u
#define CONTENT "content/" /* as ar of GNU spells it */
#define SIGNATURE "content.minisig/"

/* -- bytes -- */

static enum err
write_all(int fd, const void *p, size_t n, struct refusal *why)
{
	const char *at = p;
	ssize_t w;

	while (n > 0) {
		if ((w = write(fd, at, n)) < 0) {
			if (errno == EINTR)
				continue;
			return refuse_errno(why, "the bundle");
		}
		at += w;
		n -= (size_t)w;
	}
	return ERR_OK;
}

static ssize_t
read_some(int fd, void *p, size_t n)
{
	ssize_t r;

	while ((r = read(fd, p, n)) < 0 && errno == EINTR)
		;
	return r;
}

static enum err
pread_all(
    const struct bundle *b, uint64_t at, void *p, size_t n, struct refusal *why)
{
	char *to = p;
	ssize_t r;

	while (n > 0) {
		r = pread(b->fd, to, n, (off_t)at);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return refuse_errno(why, "the bundle");
		if (r == 0)
			return refuse(why, REFUSE_TRUNCATED, "%s", "");
		to += r;
		at += (uint64_t)r;
		n -= (size_t)r;
	}
	return ERR_OK;
}

/* -- the container -- */

/* The header that a member of this name and size has; no other is let in. */
static void
head_print(char head[HEAD_LEN + 1], const char *name, uint64_t size)
{
	const unsigned size32 = size < BUNDLE_MAX ? (unsigned)size : BUNDLE_MAX;

	(void)snprintf(head, HEAD_LEN + 1, "%-16s%-12d%-6d%-6d%-8s%-10u`\n",
	    name, 0, 0, 0, "644", size32);
}

/* ERR_OK and the size of the member whose header is at `at`. */
static enum err
head_read(const struct bundle *b, uint64_t at, const char *name, uint64_t *size,
    enum refuse reason, struct refusal *why)
{
	char head[HEAD_LEN], should[HEAD_LEN + 1], digits[11];
	enum err e;

	if ((e = pread_all(b, at, head, sizeof(head), why)) != ERR_OK)
		return e;
	memcpy(digits, head + 48, 10);
	digits[10] = '\0';
	digits[strcspn(digits, " ")] = '\0';
	if (str_to_u64(digits, BUNDLE_MAX, size) != ERR_OK)
		return refuse(why, reason, "header of %s", name);
	head_print(should, name, *size);
	if (memcmp(head, should, HEAD_LEN) != 0)
		return refuse(why, reason, "header of %s", name);
	return ERR_OK;
}

/* Members begin at even places; the byte between is a newline. */
static enum err
pad_read(const struct bundle *b, uint64_t *at, struct refusal *why)
{
	enum err e;
	char pad;

	if (*at % 2 == 0)
		return ERR_OK;
	if ((e = pread_all(b, *at, &pad, 1, why)) != ERR_OK)
		return e;
	if (pad != '\n')
		return refuse(why, REFUSE_BYTES_ADDED, "between members");
	(*at)++;
	return ERR_OK;
}

static enum err
layout(struct bundle *b, struct refusal *why)
{
	char magic[MAGIC_LEN];
	uint64_t at, n;
	enum err e;

	if (b->len < MAGIC_LEN)
		return refuse(why, REFUSE_NOT_A_BUNDLE, "%s", "");
	if ((e = pread_all(b, 0, magic, MAGIC_LEN, why)) != ERR_OK)
		return e;
	if (memcmp(magic, MAGIC, MAGIC_LEN) != 0)
		return refuse(why, REFUSE_NOT_A_BUNDLE, "%s", "");
	e = head_read(
	    b, MAGIC_LEN, CONTENT, &b->content_len, REFUSE_NOT_A_BUNDLE, why);
	if (e != ERR_OK)
		return e;
	b->content_at = MAGIC_LEN + HEAD_LEN;
	at = b->content_at + b->content_len;
	if (at > b->len)
		return refuse(why, REFUSE_TRUNCATED, "%s", "");
	if ((e = pad_read(b, &at, why)) != ERR_OK || at == b->len)
		return e;
	e = head_read(b, at, SIGNATURE, &n, REFUSE_BYTES_ADDED, why);
	if (e != ERR_OK)
		return e;
	at += HEAD_LEN;
	if (n == 0 || n >= sizeof(b->sig))
		return refuse(why, REFUSE_BAD_SIGNATURE, "its size");
	if ((e = pread_all(b, at, b->sig, (size_t)n, why)) != ERR_OK)
		return e;
	b->sig_len = (size_t)n;
	at += n;
	if ((e = pad_read(b, &at, why)) != ERR_OK)
		return e;
	if (at != b->len)
		return refuse(why, REFUSE_BYTES_ADDED, "at the end");
	return ERR_OK;
}

/* -- opening -- */

static enum err
copy_in(struct bundle *b, int fd, struct refusal *why)
{
	static const int seals =
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
	static char block[BLOCK];
	ssize_t n;
	enum err e;

	b->fd = memfd_create("bundle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (b->fd < 0)
		return refuse_errno(why, "memory for the bundle");
	while ((n = read_some(fd, block, sizeof(block))) > 0) {
		b->len += (uint64_t)n;
		if (b->len > BUNDLE_MAX)
			return refuse(why, REFUSE_TOO_BIG, "more than %u MiB",
			    BUNDLE_MAX / 1048576);
		if ((e = write_all(b->fd, block, (size_t)n, why)) != ERR_OK)
			return e;
	}
	if (n < 0)
		return refuse_errno(why, "the bundle");
	if (fcntl(b->fd, F_ADD_SEALS, seals) != 0)
		return refuse_errno(why, "the bundle");
	return ERR_OK;
}

enum err
bundle_open(struct bundle *b, int fd, struct refusal *why)
{
	enum err e;

	memset(b, 0, sizeof(*b));
	if ((e = copy_in(b, fd, why)) == ERR_OK)
		e = layout(b, why);
	if (e != ERR_OK)
		bundle_close(b);
	return e;
}

enum err
bundle_open_path(struct bundle *b, const char *path, struct refusal *why)
{
	struct stat st;
	enum err e;
	int fd;

	b->fd = -1;
	fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return refuse_errno(why, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		e = refuse(why, REFUSE_NOT_A_BUNDLE, "not a plain file");
	else
		e = bundle_open(b, fd, why);
	(void)close(fd);
	return e;
}

void
bundle_close(struct bundle *b)
{
	if (b->fd >= 0)
		(void)close(b->fd);
	b->fd = -1;
}

/* -- what is signed -- */

enum err
bundle_hash(const struct bundle *b, unsigned char hash[SIG_HASH_LEN],
    struct refusal *why)
{
	static unsigned char block[BLOCK];
	uint64_t at = b->content_at, left = b->content_len;
	crypto_generichash_state st;
	size_t n;
	enum err e;

	(void)crypto_generichash_init(&st, NULL, 0, SIG_HASH_LEN);
	while (left > 0) {
		n = left < BLOCK ? (size_t)left : BLOCK;
		if ((e = pread_all(b, at, block, n, why)) != ERR_OK)
			return e;
		(void)crypto_generichash_update(&st, block, n);
		at += n;
		left -= n;
	}
	(void)crypto_generichash_final(&st, hash, SIG_HASH_LEN);
	return ERR_OK;
}

enum err
bundle_verify(const struct bundle *b, const struct sig_keys *keys,
    char *comment, struct refusal *why)
{
	unsigned char hash[SIG_HASH_LEN];
	struct sig s;
	enum err e;

	if (b->sig_len == 0)
		return refuse(why, REFUSE_UNSIGNED, "%s", "");
	if ((e = sig_parse(&s, b->sig, b->sig_len, why)) != ERR_OK ||
	    (e = bundle_hash(b, hash, why)) != ERR_OK ||
	    (e = sig_verify(&s, keys, hash, why)) != ERR_OK)
		return e;
	if (comment != NULL)
		(void)str_copy(comment, SIG_COMMENT_MAX, s.comment);
	return ERR_OK;
}

/* -- writing -- */

static enum err
put_member(int to, const char *name, uint64_t size, struct refusal *why)
{
	char head[HEAD_LEN + 1];

	head_print(head, name, size);
	return write_all(to, head, HEAD_LEN, why);
}

static enum err
put_pad(int to, uint64_t size, struct refusal *why)
{
	return size % 2 != 0 ? write_all(to, "\n", 1, why) : ERR_OK;
}

static enum err
put_content(int to, int from, uint64_t len, struct refusal *why)
{
	static char block[BLOCK];
	ssize_t n;
	enum err e;

	while (len > 0) {
		n = read_some(from, block, len < BLOCK ? (size_t)len : BLOCK);
		if (n <= 0)
			return refuse_errno(why, "the content");
		e = write_all(to, block, (size_t)n, why);
		if (e != ERR_OK)
			return e;
		len -= (uint64_t)n;
	}
	return ERR_OK;
}

enum err
bundle_write(
    int to, int content, uint64_t len, const char *sig, struct refusal *why)
{
	const size_t sig_len = sig != NULL ? strlen(sig) : 0;
	enum err e;

	if (len + sig_len + 1024 > BUNDLE_MAX)
		return refuse(why, REFUSE_TOO_BIG, "more than %u MiB",
		    BUNDLE_MAX / 1048576);
	if ((e = write_all(to, MAGIC, MAGIC_LEN, why)) != ERR_OK ||
	    (e = put_member(to, CONTENT, len, why)) != ERR_OK ||
	    (e = put_content(to, content, len, why)) != ERR_OK ||
	    (e = put_pad(to, len, why)) != ERR_OK || sig == NULL)
		return e;
	if ((e = put_member(to, SIGNATURE, sig_len, why)) != ERR_OK ||
	    (e = write_all(to, sig, sig_len, why)) != ERR_OK)
		return e;
	return put_pad(to, sig_len, why);
}
