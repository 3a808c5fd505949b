/* spool.c - see spool.h. */
#include "config.h"

#include "cgi/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/upload.h"
#include "common/backup_file.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/user_csv.h"

#define PREFIX "spool-"
#define PART ".part"

static const struct {
	const char *name, *what;
	uint64_t max;
} kinds[SPOOL__MAX] = {
    [SPOOL_USERS] = {"users", "file of users", USER_CSV_MAX},
    [SPOOL_BACKUP] = {"backup", "backup", BACKUP_MAX},
};

uint64_t
spool_max(enum spool_kind k)
{
	return kinds[k].max;
}

static void
names(struct upload_as *as, enum spool_kind k, int64_t owner)
{
	memset(as, 0, sizeof(*as));
	(void)snprintf(as->whole, sizeof(as->whole), PREFIX "%s-%lld",
	    kinds[k].name, (long long)owner);
	(void)snprintf(as->part, sizeof(as->part), PREFIX "%s-%lld" PART,
	    kinds[k].name, (long long)owner);
	as->what = kinds[k].what;
	as->max = kinds[k].max;
	as->mode = 0600;
}

static void
hash_name(const char *p, size_t n, char id[SPOOL_ID_MAX])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, (const unsigned char *)p, n);
	hex_encode(hash, sizeof(hash), id);
}

enum err
spool_put(enum spool_kind k, const char *folder, int64_t owner,
    struct multipart *m, char id[SPOOL_ID_MAX], struct errinfo *ei)
{
	struct upload_as as;
	struct upload u;
	enum err e;

	names(&as, k, owner);
	e = upload_begin(&u, &as, folder, ei);
	if (e == ERR_OK)
		e = upload_copy(&u, m, id, ei);
	if (e == ERR_OK)
		e = upload_finish(&u, ei);
	upload_end(&u);
	return e;
}

static enum err
gone(struct errinfo *ei)
{
	return err_set(ei, ERR_NOTFOUND,
	    "The file that you looked at is not kept any more. Choose it "
	    "again.");
}

enum err
spool_get(enum spool_kind k, const char *folder, int64_t owner, const char *id,
    int64_t now_s, struct buf *out, struct errinfo *ei)
{
	char have[SPOOL_ID_MAX];
	struct upload_as as;
	int dir, fd = -1;
	struct stat st;
	enum err e;

	names(&as, k, owner);
	if ((dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return gone(ei);
	fd = openat(
	    dir, as.whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	(void)close(dir);
	if (fd < 0)
		return gone(ei);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_mtim.tv_sec <= now_s - SPOOL_WAITS_S)
		e = gone(ei);
	else
		e = fd_slurp(fd, as.whole, out, ei);
	(void)close(fd);
	if (e != ERR_OK)
		return e;
	hash_name(buf_str(out), out->len, have);
	if (str_eq(have, id))
		return ERR_OK;
	buf_reset(out);
	return gone(ei);
}

void
spool_forget(enum spool_kind k, const char *folder, int64_t owner)
{
	struct upload_as as;

	names(&as, k, owner);
	upload_forget(&as, folder);
}

/* One that is being written is locked, and upload_sweep() leaves it. */
static void
sweep_part(const char *folder, const char *name)
{
	struct upload_as as;

	memset(&as, 0, sizeof(as));
	as.what = "";
	if (str_copy(as.part, sizeof(as.part), name))
		upload_sweep(&as, folder);
}

void
spool_sweep(const char *folder, int64_t now_s)
{
	const struct dirent *d;
	struct stat st;
	DIR *dir;

	if ((dir = opendir(folder)) == NULL)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (!str_has_prefix(d->d_name, PREFIX))
			continue;
		if (str_has_suffix_nocase(d->d_name, PART))
			sweep_part(folder, d->d_name);
		else if (fstatat(dirfd(dir), d->d_name, &st,
			     AT_SYMLINK_NOFOLLOW) == 0 &&
			 st.st_mtim.tv_sec <= now_s - SPOOL_WAITS_S)
			(void)unlinkat(dirfd(dir), d->d_name, 0);
	}
	(void)closedir(dir);
}
