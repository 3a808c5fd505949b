/* install.c - see install.h. */
#include "config.h"

#include "pkg/install.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/disk.h"
#include "pkg/manifest.h"
#include "pkg/payload.h"
#include "pkg/refuse.h"
#include "pkg/service.h"

#define MODULE "hybridservices.c_mgmt"
#define UNPACKING ".unpacking"
#define MARGIN (16u * 1024 * 1024) /* bytes left free on the disk */
#define BOOTS_MAX 3 /* starts after which a new version has had its chance */

static void
tell(const struct install *in, const char *what)
{
	if (in->tell != NULL)
		in->tell(in->arg, what);
}

/* -- whether -- */

enum err
install_check(
    const struct tree *t, const struct manifest *m, struct refusal *why)
{
	char current[VERSION_MAX];
	struct strlist no = {NULL, 0};
	enum err e;
	int order;

	if ((e = tree_rejected(t, &no, why)) != ERR_OK)
		return e;
	if (strlist_has(&no, m->version))
		e = refuse(
		    why, REFUSE_REJECTED, "%s; allow it first", m->version);
	strlist_clear(&no);
	if (e != ERR_OK)
		return e;
	if ((e = tree_current(t, current, why)) == ERR_NOTFOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	order = version_cmp(m->version, current);
	if (order == 0)
		return refuse(why, REFUSE_INSTALLED, "%s", current);
	if (order < 0)
		return refuse(why, REFUSE_DOWNGRADE,
		    "%s, and %s runs; roll back instead", m->version, current);
	return ERR_OK;
}

/* -- unpacking -- */

static enum err
unpack_one(struct payload *p, const struct manifest_file *f, int to,
    struct refusal *why)
{
	char folder[MANIFEST_PATH_MAX];
	const char *name = strrchr(f->path, '/');
	int dir, fd;
	enum err e;

	(void)str_copy(folder, sizeof(folder), f->path);
	folder[name != NULL ? name - f->path : 0] = '\0';
	name = name != NULL ? name + 1 : f->path;
	if ((e = disk_folder(to, folder, &dir, why)) != ERR_OK)
		return e;
	fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, f->mode);
	(void)close(dir);
	if (fd < 0)
		return refuse_errno(why, f->path);
	e = payload_next(p, fd, why);
	if (e == ERR_NOTFOUND)
		e = refuse(why, REFUSE_MISSING, "%s", f->path);
	if (e == ERR_OK && fchmod(fd, f->mode) != 0)
		e = refuse_errno(why, f->path);
	(void)close(fd);
	return e;
}

static enum err
unpack_all(const struct bundle *b, int to, struct refusal *why)
{
	struct buf text = BUF_INIT(MANIFEST_MAX);
	struct manifest m = {.size = 0};
	struct payload *p = NULL;
	size_t i;
	enum err e;

	e = payload_open(&p, b, &m, why);
	for (i = 0; e == ERR_OK && i < m.files_n; i++)
		e = unpack_one(p, &m.files[i], to, why);
	if (e == ERR_OK)
		e = disk_sync_tree(to, why);
	if (e == ERR_OK && (e = manifest_print(&m, &text)) == ERR_OK)
		e = disk_put(to, TREE_MANIFEST, text.p, text.len, why);
	buf_clear(&text);
	payload_close(p);
	manifest_clear(&m);
	return e;
}

/* Beside the version that runs; one rename makes it a version. */
static enum err
unpack(const struct install *in, const struct bundle *b, const char *version,
    struct refusal *why)
{
	const int versions = in->tree->versions;
	enum err e;
	int dir;

	if ((e = disk_remove(versions, UNPACKING, why)) != ERR_OK ||
	    (e = disk_remove(versions, version, why)) != ERR_OK ||
	    (e = disk_folder(versions, UNPACKING, &dir, why)) != ERR_OK)
		return e;
	e = unpack_all(b, dir, why);
	(void)close(dir);
	return e == ERR_OK ? disk_rename(versions, UNPACKING, version, why) : e;
}

/* -- switching -- */

static void
log_step(const char *event, const struct tree_journal *j, const char *detail)
{
	log_kv(LOG_L_INFO, MODULE, event, "From",
	    j->from[0] != '\0' ? j->from : NULL, "To", j->to, "Detail", detail,
	    NULL);
}

/* The link leads to `to`, and it does not do: back to where it came from,
 * with the databases as they were left. */
static enum err
go_back(
    const struct install *in, const struct tree_journal *j, struct refusal *why)
{
	enum err e;

	if (j->from[0] == '\0') {
		/* The first version: there is nothing to go back to. */
		return tree_journal_end(in->tree, why);
	}
	tell(in, "going-back");
	/* In this order: cut short in between, it is judged once more. */
	if ((e = tree_reject(in->tree, j->to, true, why)) != ERR_OK ||
	    (e = tree_switch(in->tree, j->from, why)) != ERR_OK)
		return e;
	log_step("Version Went Back", j, NULL);
	return tree_journal_end(in->tree, why);
}

static enum err
commit(
    const struct install *in, const struct tree_journal *j, struct refusal *why)
{
	enum err e = tree_reject(in->tree, j->to, false, why);

	if (e == ERR_OK && j->back)
		e = tree_reject(in->tree, j->from, true, why);
	if (e == ERR_OK)
		e = tree_journal_end(in->tree, why);
	if (e == ERR_OK)
		e = tree_prune(in->tree, INSTALL_KEEP, why);
	if (e == ERR_OK)
		log_step("Version Installed", j, NULL);
	return e;
}

/* After the switch: whether it works, and what follows from that. */
static enum err
settle(
    const struct install *in, const struct tree_journal *j, struct refusal *why)
{
	struct refusal bad = {.reason = REFUSE_NONE}, other;
	enum err e;

	if (!j->runs)
		return commit(in, j, why);
	tell(in, "watching");
	if (service_watch(in->conf, in->tree->root, &bad) == ERR_OK)
		return commit(in, j, why);
	memset(&other, 0, sizeof(other));
	if ((e = go_back(in, j, &other)) != ERR_OK) {
		*why = other;
		return e;
	}
	return err_set(refuse_ei(why), ERR_GONE,
	    "Version %s did not work and version %s runs again: %s", j->to,
	    j->from, bad.ei.text);
}

static enum err
switch_over(const struct install *in, struct tree_journal *j, struct service *s,
    struct refusal *why)
{
	enum err e;

	tell(in, "copying");
	if (!j->back &&
	    (e = service_copy_data(in->conf, in->tree, j->to, why)) != ERR_OK)
		return e;
	tell(in, "switching");
	e = tree_switch(in->tree, j->to, why);
	service_release(s);
	return e;
}

/* Journal, stop, copy, switch, start, watch. */
static enum err
change_to(const struct install *in, struct tree_journal *j, struct refusal *why)
{
	struct service s = SERVICE_INIT;
	char current[VERSION_MAX] = "";
	struct refusal ignored;
	enum err e;

	if ((e = tree_journal_put(in->tree, j, why)) != ERR_OK)
		return e;
	log_step("Version Changing", j, NULL);
	tell(in, "stopping");
	if ((e = service_hold(&s, in->conf, in->tree->root, j->back, why)) ==
	    ERR_OK)
		e = switch_over(in, j, &s, why);
	service_release(&s);
	if (e == ERR_OK)
		return settle(in, j, why);
	/* The link may be there, and what failed was to bring it to the
	 * disk. */
	if (tree_current(in->tree, current, &ignored) == ERR_OK &&
	    str_eq(current, j->to) && go_back(in, j, &ignored) != ERR_OK)
		return e;
	/* Nothing is switched: the old version starts again. */
	(void)!tree_journal_end(in->tree, &ignored);
	(void)!tree_sweep(in->tree, &ignored);
	return e;
}

static enum err
begin(const struct install *in, struct tree_journal *j, const char *to,
    struct refusal *why)
{
	enum err e;

	memset(j, 0, sizeof(*j));
	(void)str_copy(j->to, sizeof(j->to), to);
	j->runs = service_is_there(in->conf);
	e = tree_current(in->tree, j->from, why);
	if (e == ERR_NOTFOUND) {
		j->from[0] = '\0';
		e = ERR_OK;
	}
	return e;
}

enum err
install_bundle(const struct install *in, const struct bundle *b,
    const struct manifest *m, struct refusal *why)
{
	struct refusal ignored;
	struct tree_journal j;
	uint64_t room;
	enum err e;

	if ((e = install_check(in->tree, m, why)) != ERR_OK ||
	    (e = begin(in, &j, m->version, why)) != ERR_OK)
		return e;
	room = m->size + 2 * service_data_size(in->conf) + MARGIN;
	if ((e = disk_room(in->tree->versions, room, why)) != ERR_OK)
		return e;
	tell(in, "unpacking");
	if ((e = unpack(in, b, m->version, why)) != ERR_OK)
		goto undo;
	tell(in, "trying");
	e = service_try(in->conf, in->tree, m->version, why);
	if (e != ERR_OK)
		goto undo;
	if ((e = change_to(in, &j, why)) == ERR_OK)
		return e;
undo:
	/* Unless it is what runs, or was and is kept to be looked at. */
	if (tree_current(in->tree, j.from, &ignored) != ERR_OK ||
	    !str_eq(j.from, m->version))
		(void)!disk_remove(in->tree->versions, m->version, &ignored);
	(void)!disk_remove(in->tree->versions, UNPACKING, &ignored);
	return e;
}

enum err
install_roll_back(const struct install *in, const char *to, struct refusal *why)
{
	struct tree_journal j;
	enum err e;

	if ((e = begin(in, &j, to, why)) != ERR_OK)
		return e;
	j.back = true;
	return change_to(in, &j, why);
}

/* -- after a stop in the middle -- */

enum err
install_recover(const struct install *in, bool boot, struct refusal *why)
{
	char current[VERSION_MAX] = "";
	struct tree_journal j;
	enum err e;

	if ((e = tree_sweep(in->tree, why)) != ERR_OK)
		return e;
	if ((e = tree_journal_get(in->tree, &j, why)) == ERR_NOTFOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	e = tree_current(in->tree, current, why);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (!str_eq(current, j.to)) {
		/* Not switched, or gone back but for the last step. */
		if (!j.back &&
		    (e = disk_remove(in->tree->versions, j.to, why)) != ERR_OK)
			return e;
		return tree_journal_end(in->tree, why);
	}
	if (!j.runs)
		return commit(in, &j, why);
	if (!boot && !service_is_there(in->conf))
		return ERR_OK; /* its next start will tell */
	if (!boot)
		return settle(in, &j, why);
	if (++j.starts > BOOTS_MAX)
		return go_back(in, &j, why);
	return tree_journal_put(in->tree, &j, why);
}
