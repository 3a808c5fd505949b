/* build.c - see build.h. */
#include "config.h"

#include "pkg/build.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/manifest.h"
#include "pkg/payload.h"
#include "pkg/refuse.h"

#define DEPTH_MAX 16
#define BLOCK 65536u

/* -- the tree -- */

/* Paths of plain files; anything else in the tree is an error. */
static enum err
walk(int dir, const char *prefix, struct strlist *paths, unsigned depth,
    struct refusal *why)
{
	char path[MANIFEST_PATH_MAX + 256];
	struct dirent *d;
	struct stat st;
	enum err e = ERR_OK;
	int fd;
	DIR *it;

	if ((fd = dup(dir)) < 0 || (it = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return refuse_errno(why, prefix);
	}
	while (e == ERR_OK && (d = readdir(it)) != NULL) {
		if (str_eq(d->d_name, ".") || str_eq(d->d_name, ".."))
			continue;
		(void)snprintf(path, sizeof(path), "%s%s", prefix, d->d_name);
		if (fstatat(dir, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			e = refuse_errno(why, path);
		} else if (S_ISREG(st.st_mode)) {
			e = strlist_add(paths, path);
		} else if (!S_ISDIR(st.st_mode)) {
			e = refuse(why, REFUSE_LINK, "%.100s", path);
		} else if (depth == DEPTH_MAX) {
			e = refuse(why, REFUSE_BAD_NAME, "folders too deep");
		} else {
			fd = openat(dir, d->d_name,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
			(void)snprintf(
			    path, sizeof(path), "%s%s/", prefix, d->d_name);
			e = fd < 0 ? refuse_errno(why, path)
				   : walk(fd, path, paths, depth + 1, why);
			if (fd >= 0)
				(void)close(fd);
		}
	}
	(void)closedir(it);
	return e;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum err
add_file(struct manifest *m, int tree, char *path, struct refusal *why)
{
	static unsigned char block[BLOCK];
	struct manifest_file f = {.path = path, .mode = 0644};
	crypto_hash_sha256_state st;
	struct stat s;
	ssize_t n;
	int fd;

	if ((fd = openat(tree, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return refuse_errno(why, path);
	(void)crypto_hash_sha256_init(&st);
	while ((n = read(fd, block, sizeof(block))) > 0) {
		(void)crypto_hash_sha256_update(&st, block, (size_t)n);
		f.size += (uint64_t)n;
	}
	if (n < 0 || fstat(fd, &s) != 0) {
		(void)close(fd);
		return refuse_errno(why, path);
	}
	(void)close(fd);
	(void)crypto_hash_sha256_final(&st, f.sha256);
	if ((s.st_mode & 0111) != 0)
		f.mode = 0755;
	return manifest_add(m, &f, why);
}

static enum err
read_tree(struct manifest *m, int tree, struct refusal *why)
{
	struct strlist paths = {NULL, 0};
	size_t i;
	enum err e;

	if ((e = walk(tree, "", &paths, 0, why)) != ERR_OK)
		goto out;
	if (paths.n == 0) {
		e = refuse(why, REFUSE_BAD_MANIFEST, "the tree is empty");
		goto out;
	}
	qsort(paths.v, paths.n, sizeof(paths.v[0]), by_name);
	for (i = 0; i < paths.n && e == ERR_OK; i++)
		e = add_file(m, tree, paths.v[i], why);
out:
	strlist_clear(&paths);
	return e;
}

/* -- files -- */

/* Beside its place, then by rename: a bundle is whole or not there. */
static enum err
write_bundle(const char *to, int content, uint64_t len, const char *sig,
    struct refusal *why)
{
	char tmp[4096];
	enum err e;
	int fd, n;

	n = snprintf(tmp, sizeof(tmp), "%s.part", to);
	if (n < 0 || (size_t)n >= sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return refuse_errno(why, to);
	}
	fd = open(
	    tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return refuse_errno(why, tmp);
	e = bundle_write(fd, content, len, sig, why);
	if (e == ERR_OK && (fsync(fd) != 0 || rename(tmp, to) != 0))
		e = refuse_errno(why, to);
	(void)close(fd);
	if (e != ERR_OK)
		(void)unlink(tmp);
	return e;
}

enum err
build_bundle(const char *to, const char *tree_path, struct manifest *m,
    int64_t mtime, struct refusal *why)
{
	int tree, content = -1;
	off_t len;
	enum err e;

	tree = open(tree_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0)
		return refuse_errno(why, tree_path);
	if ((content = memfd_create("content", MFD_CLOEXEC)) < 0) {
		e = refuse_errno(why, "memory for the bundle");
		goto out;
	}
	if ((e = read_tree(m, tree, why)) != ERR_OK ||
	    (e = payload_write(content, m, tree, mtime, why)) != ERR_OK)
		goto out;
	if ((len = lseek(content, 0, SEEK_CUR)) < 0 ||
	    lseek(content, 0, SEEK_SET) != 0) {
		e = refuse_errno(why, "the bundle");
		goto out;
	}
	e = write_bundle(to, content, (uint64_t)len, NULL, why);
out:
	if (content >= 0)
		(void)close(content);
	(void)close(tree);
	return e;
}

/* What minisign shows of it when it verifies. */
static enum err
comment_of(
    const struct bundle *b, char out[SIG_COMMENT_MAX], struct refusal *why)
{
	struct manifest m = {.size = 0};
	struct payload *p = NULL;
	enum err e;

	if ((e = payload_open(&p, b, &m, why)) == ERR_OK &&
	    (e = payload_judge(p, why)) == ERR_OK)
		(void)snprintf(out, SIG_COMMENT_MAX, "%s %s %s", m.name,
		    m.version, m.arch);
	payload_close(p);
	manifest_clear(&m);
	return e;
}

enum err
build_sign(const char *path, const struct sig_sk *sk, struct refusal *why)
{
	unsigned char hash[SIG_HASH_LEN];
	char comment[SIG_COMMENT_MAX];
	struct buf sig = BUF_INIT(SIG_TEXT_MAX - 1);
	struct bundle b;
	enum err e;

	if ((e = bundle_open_path(&b, path, why)) != ERR_OK)
		return e;
	if ((e = comment_of(&b, comment, why)) != ERR_OK ||
	    (e = bundle_hash(&b, hash, why)) != ERR_OK ||
	    (e = sig_make(&sig, sk, hash, comment, refuse_ei(why))) != ERR_OK)
		goto out;
	if (lseek(b.fd, (off_t)b.content_at, SEEK_SET) < 0) {
		e = refuse_errno(why, path);
		goto out;
	}
	e = write_bundle(path, b.fd, b.content_len, buf_str(&sig), why);
out:
	buf_clear(&sig);
	bundle_close(&b);
	return e;
}
