/* snapshot_file.c - see snapshot_file.h. */
#include "common/snapshot_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/str.h"

#define PREFIX "snapshot-"
#define SUFFIX ".tar.gz"
#define STAMP_LEN 15 /* 20261128-031200 */
#define SNAP_PATH_MAX 4096u
#define STEPS_MAX 1000

static const char *const words[SNAPSHOT__MAX] = {
    "none", "running", "done", "failed"};

const char *
snapshot_state_word(enum snapshot_state s)
{
	return words[s];
}

bool
snapshot_name_is_valid(const char *name)
{
	const char *stamp = name + strlen(PREFIX);
	size_t i;

	if (!str_has_prefix(name, PREFIX) ||
	    strlen(stamp) != STAMP_LEN + strlen(SUFFIX))
		return false;
	for (i = 0; i < STAMP_LEN; i++)
		if (i == 8 ? stamp[i] != '-' : stamp[i] < '0' || stamp[i] > '9')
			return false;
	return str_eq(stamp + STAMP_LEN, SUFFIX);
}

void
snapshot_name_make(char out[SNAPSHOT_NAME_MAX], int64_t now_s)
{
	const time_t at = (time_t)now_s;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&at, &tm);
	out[0] = '\0';
	(void)strftime(
	    out, SNAPSHOT_NAME_MAX, PREFIX "%Y%m%d-%H%M%S" SUFFIX, &tm);
}

/* Names order as times do. */
static void
insert(struct snapshot_list *l, const struct snapshot_file *f)
{
	size_t at = 0;

	while (at < l->n && strcmp(l->v[at].name, f->name) > 0)
		at++;
	if (at == sizeof(l->v) / sizeof(l->v[0]))
		return;
	if (l->n < sizeof(l->v) / sizeof(l->v[0]))
		l->n++;
	memmove(&l->v[at + 1], &l->v[at], (l->n - at - 1) * sizeof(l->v[0]));
	l->v[at] = *f;
}

enum err
snapshot_list_get(
    struct snapshot_list *out, const char *log_dir, struct errinfo *ei)
{
	const struct dirent *d;
	struct snapshot_file f;
	struct stat sb;
	DIR *dir;

	memset(out, 0, sizeof(*out));
	if ((dir = opendir(log_dir)) == NULL)
		return err_set(ei, errno == EACCES ? ERR_DENIED : ERR_SYS,
		    "%s: %s", log_dir, strerror(errno));
	while ((d = readdir(dir)) != NULL) {
		if (!snapshot_name_is_valid(d->d_name) ||
		    fstatat(dirfd(dir), d->d_name, &sb, AT_SYMLINK_NOFOLLOW) !=
			0 ||
		    !S_ISREG(sb.st_mode))
			continue;
		memset(&f, 0, sizeof(f));
		(void)str_copy(f.name, sizeof(f.name), d->d_name);
		f.made_s = (int64_t)sb.st_mtime;
		f.bytes = (uint64_t)sb.st_size;
		insert(out, &f);
	}
	(void)closedir(dir);
	return ERR_OK;
}

/* "STEP STEPS TEXT". */
static bool
parse_steps(struct snapshot_progress *out, char *text)
{
	char *second = strchr(text, ' '), *third;
	uint64_t a, b;

	if (second == NULL || (third = strchr(second + 1, ' ')) == NULL)
		return false;
	*second++ = '\0';
	*third++ = '\0';
	if (str_to_u64(text, STEPS_MAX, &a) != ERR_OK ||
	    str_to_u64(second, STEPS_MAX, &b) != ERR_OK)
		return false;
	out->state = SNAPSHOT_RUNNING;
	out->step = (uint32_t)a;
	out->steps = (uint32_t)b;
	(void)str_copy(out->text, sizeof(out->text), third);
	return true;
}

void
snapshot_progress_get(struct snapshot_progress *out, const char *log_dir)
{
	struct buf path = BUF_INIT(SNAP_PATH_MAX);
	struct buf b = BUF_INIT(16 * SNAPSHOT_TEXT_MAX);
	char text[SNAPSHOT_TEXT_MAX];
	enum snapshot_state s;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (buf_putf(&path, "%s/" SNAPSHOT_PROGRESS, log_dir) != ERR_OK ||
	    file_slurp(buf_str(&path), &b, NULL) != ERR_OK || b.len == 0)
		goto out;
	(void)str_copy(text, sizeof(text), buf_str(&b));
	text[strcspn(text, "\n")] = '\0';
	for (s = SNAPSHOT_DONE; s < SNAPSHOT__MAX; s++) {
		n = strlen(words[s]);
		if (str_has_prefix(text, words[s]) && text[n] == ' ') {
			out->state = s;
			(void)str_copy(
			    out->text, sizeof(out->text), text + n + 1);
			goto out;
		}
	}
	/* What the manager said of its processes stands there before the
	 * first step. */
	if (!parse_steps(out, text))
		out->state = SNAPSHOT_RUNNING;
out:
	buf_clear(&b);
	buf_clear(&path);
}

enum err
snapshot_open(int *out, uint64_t *bytes, const char *log_dir, const char *name,
    struct errinfo *ei)
{
	struct buf path = BUF_INIT(SNAP_PATH_MAX);
	struct stat sb;
	enum err e;
	int fd = -1;

	if (!snapshot_name_is_valid(name))
		return err_set(ei, ERR_NOTFOUND, "There is no such snapshot.");
	if ((e = buf_putf(&path, "%s/%s", log_dir, name)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	fd = open(buf_str(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		e = err_set(ei, errno == EACCES ? ERR_DENIED : ERR_NOTFOUND,
		    "There is no such snapshot.");
		if (fd >= 0)
			(void)close(fd);
		goto out;
	}
	*out = fd;
	*bytes = (uint64_t)sb.st_size;
out:
	buf_clear(&path);
	return e;
}

void
snapshot_remove_parts(const char *log_dir)
{
	DIR *dir = opendir(log_dir);
	const struct dirent *d;
	char name[SNAPSHOT_NAME_MAX];
	size_t n;

	if (dir == NULL)
		return;
	while ((d = readdir(dir)) != NULL) {
		n = strlen(d->d_name);
		if (n >= sizeof(name) || n < strlen(SNAPSHOT_PART))
			continue;
		n -= strlen(SNAPSHOT_PART);
		memcpy(name, d->d_name, n);
		name[n] = '\0';
		if (str_eq(d->d_name + n, SNAPSHOT_PART) &&
		    snapshot_name_is_valid(name))
			(void)unlinkat(dirfd(dir), d->d_name, 0);
	}
	(void)closedir(dir);
}
