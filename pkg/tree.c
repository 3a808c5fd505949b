/* tree.c - see tree.h. */
#include "config.h"

#include "pkg/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "pkg/disk.h"
#include "pkg/refuse.h"

#define CURRENT "current"
#define VERSIONS "versions"
#define JOURNAL "journal"
#define REJECTED "rejected"
#define LOCK "lock"
#define TEXT_MAX 4096u /* bytes of the journal, of the rejected */
#define REJECTED_MAX 64 /* versions; the oldest are forgotten */

enum err
tree_open(struct tree *t, const char *root, bool to_change, struct refusal *why)
{
	enum err e;

	t->root = root;
	t->versions = t->lock = -1;
	if (to_change && mkdir(root, 0755) != 0 && errno != EEXIST)
		return refuse_errno(why, root);
	if ((t->fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return errno == ENOENT ? ERR_NOTFOUND : refuse_errno(why, root);
	if (!to_change) {
		t->versions =
		    openat(t->fd, VERSIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		e = t->versions >= 0 ? ERR_OK : ERR_NOTFOUND;
	} else {
		e = disk_folder(t->fd, VERSIONS, &t->versions, why);
	}
	if (e == ERR_OK && to_change) {
		t->lock = openat(t->fd, LOCK,
		    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (t->lock < 0)
			e = refuse_errno(why, LOCK);
		else if (flock(t->lock, LOCK_EX | LOCK_NB) != 0)
			e = err_set(refuse_ei(why), ERR_BUSY,
			    "Another installation or roll back is running.");
	}
	if (e != ERR_OK)
		tree_close(t);
	return e;
}

void
tree_close(struct tree *t)
{
	if (t->lock >= 0)
		(void)close(t->lock);
	if (t->versions >= 0)
		(void)close(t->versions);
	if (t->fd >= 0)
		(void)close(t->fd);
	t->fd = t->versions = t->lock = -1;
}

enum err
tree_current(const struct tree *t, char out[VERSION_MAX], struct refusal *why)
{
	char target[sizeof(VERSIONS) + VERSION_MAX + 1];
	ssize_t n = readlinkat(t->fd, CURRENT, target, sizeof(target) - 1);

	if (n < 0)
		return errno == ENOENT ? ERR_NOTFOUND
				       : refuse_errno(why, CURRENT);
	target[n] = '\0';
	if (!str_has_prefix(target, VERSIONS "/") ||
	    !version_is_valid(target + strlen(VERSIONS "/")))
		return err_set(refuse_ei(why), ERR_STORE,
		    "%s/" CURRENT " does not lead to a version.", t->root);
	(void)str_copy(out, VERSION_MAX, target + strlen(VERSIONS "/"));
	return ERR_OK;
}

enum err
tree_switch(struct tree *t, const char *version, struct refusal *why)
{
	char target[sizeof(VERSIONS) + VERSION_MAX + 1];

	(void)snprintf(
	    target, sizeof(target), VERSIONS "/%.*s", VERSION_MAX - 1, version);
	return disk_link(t->fd, target, CURRENT, why);
}

/* -- lists -- */

static bool
has(const struct tree *t, const char *version, const char *name)
{
	char path[VERSION_MAX + 64];

	(void)snprintf(
	    path, sizeof(path), "%.*s/%s", VERSION_MAX, version, name);
	return faccessat(t->versions, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
by_version(const void *a, const void *b)
{
	return version_cmp(*(char *const *)a, *(char *const *)b);
}

enum err
tree_list(const struct tree *t, struct strlist *out, struct refusal *why)
{
	struct dirent *d;
	enum err e = ERR_OK;
	DIR *it;
	int fd;

	fd = openat(t->versions, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (it = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return refuse_errno(why, VERSIONS);
	}
	while (e == ERR_OK && (d = readdir(it)) != NULL)
		if (version_is_valid(d->d_name) &&
		    has(t, d->d_name, TREE_MANIFEST))
			e = strlist_add(out, d->d_name);
	(void)closedir(it);
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(out->v[0]), by_version);
	return e;
}

enum err
tree_before(const struct tree *t, const char *than, char out[VERSION_MAX],
    struct refusal *why)
{
	struct strlist all = {NULL, 0}, no = {NULL, 0};
	size_t i;
	enum err e;

	out[0] = '\0';
	if ((e = tree_list(t, &all, why)) == ERR_OK)
		e = tree_rejected(t, &no, why);
	for (i = 0; e == ERR_OK && i < all.n; i++)
		if (version_cmp(all.v[i], than) < 0 &&
		    has(t, all.v[i], TREE_DATA) && !strlist_has(&no, all.v[i]))
			(void)str_copy(out, VERSION_MAX, all.v[i]);
	strlist_clear(&all);
	strlist_clear(&no);
	if (e == ERR_OK && out[0] == '\0')
		return ERR_NOTFOUND;
	return e;
}

enum err
tree_rejected(const struct tree *t, struct strlist *out, struct refusal *why)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	char *line, *next;
	enum err e;

	if ((e = disk_get(t->fd, REJECTED, &b, why)) == ERR_NOTFOUND)
		e = ERR_OK;
	for (line = b.p; e == ERR_OK && line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if (version_is_valid(line))
			e = strlist_add(out, line);
	}
	buf_clear(&b);
	return e;
}

enum err
tree_reject(struct tree *t, const char *version, bool on, struct refusal *why)
{
	struct strlist l = {NULL, 0};
	struct buf b = BUF_INIT(TEXT_MAX);
	size_t i;
	enum err e;

	if ((e = tree_rejected(t, &l, why)) == ERR_OK && on)
		e = strlist_add(&l, version);
	for (i = l.n > REJECTED_MAX ? l.n - REJECTED_MAX : 0;
	     e == ERR_OK && i < l.n; i++)
		if (!str_eq(l.v[i], version) || (on && i == l.n - 1))
			e = buf_putf(&b, "%s\n", l.v[i]);
	if (e == ERR_OK)
		e = disk_put(t->fd, REJECTED, buf_str(&b), b.len, why);
	buf_clear(&b);
	strlist_clear(&l);
	return e;
}

/* -- the journal -- */

static bool
is_version_or_none(const char *s)
{
	return s[0] == '\0' || version_is_valid(s);
}

/* FROM TO KIND RUNS STARTS in one line, "-" for no version. */
static bool
parse_journal(char *text, struct tree_journal *j)
{
	char *p = text, *word[5];
	uint64_t n;
	size_t i;

	for (i = 0; i < 5; i++) {
		word[i] = p;
		if ((p = strchr(p, i < 4 ? ' ' : '\n')) == NULL)
			return false;
		*p++ = '\0';
	}
	if (str_eq(word[0], "-"))
		word[0][0] = '\0';
	if (*p != '\0' || !is_version_or_none(word[0]) ||
	    !version_is_valid(word[1]) ||
	    str_to_u64(word[4], 1000, &n) != ERR_OK)
		return false;
	(void)str_copy(j->from, sizeof(j->from), word[0]);
	(void)str_copy(j->to, sizeof(j->to), word[1]);
	j->back = str_eq(word[2], "rollback");
	j->runs = str_eq(word[3], "runs");
	j->starts = (uint32_t)n;
	return true;
}

enum err
tree_journal_get(
    const struct tree *t, struct tree_journal *j, struct refusal *why)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	enum err e;

	memset(j, 0, sizeof(*j));
	e = disk_get(t->fd, JOURNAL, &b, why);
	if (e == ERR_OK && (b.p == NULL || !parse_journal(b.p, j)))
		e = err_set(refuse_ei(why), ERR_STORE,
		    "%s/" JOURNAL " cannot be read.", t->root);
	buf_clear(&b);
	return e;
}

enum err
tree_journal_put(
    struct tree *t, const struct tree_journal *j, struct refusal *why)
{
	char text[256];
	int n;

	n = snprintf(text, sizeof(text), "%s %s %s %s %u\n",
	    j->from[0] != '\0' ? j->from : "-", j->to,
	    j->back ? "rollback" : "install", j->runs ? "runs" : "stopped",
	    j->starts);
	return disk_put(t->fd, JOURNAL, text, (size_t)n, why);
}

enum err
tree_journal_end(struct tree *t, struct refusal *why)
{
	return disk_remove(t->fd, JOURNAL, why);
}

/* STATE WHAT STEP, and a line of text. */
enum err
tree_status_get(
    const struct tree *t, struct tree_status *s, struct refusal *why)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	char *what, *step, *text;
	enum err e;

	memset(s, 0, sizeof(*s));
	if ((e = disk_get(t->fd, TREE_STATUS, &b, why)) != ERR_OK)
		goto out;
	e = ERR_NOTFOUND;
	if (b.p == NULL || (text = strchr(b.p, '\n')) == NULL)
		goto out;
	*text++ = '\0';
	if ((what = strchr(b.p, ' ')) == NULL)
		goto out;
	*what++ = '\0';
	if ((step = strchr(what, ' ')) == NULL)
		goto out;
	*step++ = '\0';
	s->runs = str_eq(b.p, "running");
	s->failed = str_eq(b.p, "failed");
	text[strcspn(text, "\n")] = '\0';
	(void)str_copy(s->what, sizeof(s->what), what);
	(void)str_copy(s->step, sizeof(s->step), step);
	(void)str_copy(s->text, sizeof(s->text), text);
	e = ERR_OK;
out:
	buf_clear(&b);
	return e;
}

/* -- what is too much -- */

/* Folders that no rename has made a version of yet, and copies of databases
 * that belong to none. */
enum err
tree_sweep(struct tree *t, struct refusal *why)
{
	static const char *const parts[] = {"data.new", "data.try"};
	struct strlist all = {NULL, 0};
	char path[VERSION_MAX + 64];
	struct dirent *d;
	size_t i, k;
	enum err e;
	DIR *it;
	int fd;

	fd = openat(t->versions, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (it = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return refuse_errno(why, VERSIONS);
	}
	e = ERR_OK;
	while (e == ERR_OK && (d = readdir(it)) != NULL)
		if (!str_eq(d->d_name, ".") && !str_eq(d->d_name, "..") &&
		    !(version_is_valid(d->d_name) &&
			has(t, d->d_name, TREE_MANIFEST)))
			e = strlist_add(&all, d->d_name);
	(void)closedir(it);
	for (i = 0; e == ERR_OK && i < all.n; i++)
		e = disk_remove(t->versions, all.v[i], why);
	strlist_clear(&all);
	if (e == ERR_OK)
		e = tree_list(t, &all, why);
	for (i = 0; e == ERR_OK && i < all.n; i++) {
		for (k = 0; k < 2 && e == ERR_OK; k++) {
			if (!has(t, all.v[i], parts[k]))
				continue;
			(void)snprintf(
			    path, sizeof(path), "%s/%s", all.v[i], parts[k]);
			e = disk_remove(t->versions, path, why);
		}
	}
	strlist_clear(&all);
	return e;
}

enum err
tree_prune(struct tree *t, size_t keep, struct refusal *why)
{
	char current[VERSION_MAX] = "", before[VERSION_MAX] = "";
	struct strlist all = {NULL, 0};
	size_t i;
	enum err e;
	int fd;

	if ((e = tree_current(t, current, why)) == ERR_OK &&
	    (e = tree_before(t, current, before, why)) == ERR_NOTFOUND)
		e = ERR_OK;
	if (e == ERR_OK)
		e = tree_list(t, &all, why);
	for (i = 0; e == ERR_OK && i + keep < all.n; i++) {
		if (str_eq(all.v[i], current) || str_eq(all.v[i], before))
			continue;
		/* No longer whole from here on, however far this comes. */
		if ((e = disk_folder(t->versions, all.v[i], &fd, why)) ==
		    ERR_OK) {
			e = disk_remove(fd, TREE_MANIFEST, why);
			(void)close(fd);
		}
		if (e == ERR_OK)
			e = disk_remove(t->versions, all.v[i], why);
	}
	strlist_clear(&all);
	return e;
}
