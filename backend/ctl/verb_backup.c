/* verb_backup.c - the configuration as one file: make, look at, restore;
 * and the recovery passphrase. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/password.h"
#include "common/backup_file.h"
#include "common/backup_reseal.h"
#include "common/buf.h"
#include "common/keywrap.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/store_backup.h"

static enum err
write_new(const char *path, const struct buf *b, struct errinfo *ei)
{
	size_t at = 0;
	ssize_t n = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(ei, errno == EEXIST ? ERR_EXISTS : ERR_SYS,
		    "%s: %s", path, strerror(errno));
	for (; at < b->len && n >= 0; at += n > 0 ? (size_t)n : 0)
		n = write(fd, b->p + at, b->len - at);
	if (n >= 0 && fsync(fd) == 0 && close(fd) == 0)
		return ERR_OK;
	(void)unlink(path);
	return err_set(ei, ERR_SYS, "%s: %s", path, strerror(errno));
}

static enum err
own_pk(struct ctl *c, unsigned char pk[SEAL_PK_LEN], struct errinfo *ei)
{
	return seal_pk_load(c->conf.seal_pk, pk, ei);
}

int
verb_backup_create(struct ctl *c)
{
	unsigned char pk[SEAL_PK_LEN], key[BACKUP_KEY_MAX];
	struct buf b = BUF_INIT(BACKUP_MAX);
	struct errinfo ei = {ERR_OK, ""};
	int64_t set_s = 0;
	size_t len = 0;
	enum err e;

	if ((e = own_pk(c, pk, &ei)) == ERR_OK &&
	    (e = store_recovery_get(c->store, key, &len, &set_s, &ei)) ==
		ERR_OK &&
	    (e = store_backup_make(
		 c->store, c->conf.system_name, pk, &b, &ei)) == ERR_OK)
		e = write_new(c->words[0], &b, &ei);
	if (e == ERR_OK) {
		out_str(&c->out, "file", "File", c->words[0]);
		out_int(&c->out, "bytes", "Bytes", (int64_t)b.len);
		out_flag(&c->out, "has_key", "Recovery passphrase", len > 0);
		if (len == 0)
			ctl_say("No recovery passphrase is set: on another "
				"host the passwords have to be entered again. "
				"See calconnctl backup passphrase.");
	}
	buf_wipe(&b);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static enum err
read_file(struct ctl *c, struct backup **out, struct errinfo *ei)
{
	struct buf b = BUF_INIT(BACKUP_MAX);
	enum err e;

	if ((e = file_slurp(c->words[0], &b, ei)) == ERR_OK)
		e = backup_read(out, buf_str(&b), b.len, ei);
	buf_wipe(&b);
	return e;
}

struct show {
	struct ctl *c;
	size_t n;
};

static void
show_change(void *arg, const struct backup_change *x)
{
	struct show *s = arg;

	s->n++;
	out_row(&s->c->out);
	out_str(&s->c->out, "what", "WHAT", x->what);
	out_str(&s->c->out, "kind", "KIND", x->kind);
	out_str(&s->c->out, "name", "NAME", x->name);
	out_str(&s->c->out, "fields", "FIELDS", x->fields);
}

static enum err
show_all(struct ctl *c, struct backup *b, struct errinfo *ei)
{
	const struct backup_info *i = backup_info(b);
	unsigned char pk[SEAL_PK_LEN];
	struct show s = {c, 0};
	enum err e;

	if ((e = own_pk(c, pk, ei)) != ERR_OK)
		return e;
	out_str(&c->out, "system", "Made on", i->system);
	out_time(&c->out, "made", "Made", i->made_s);
	out_str(&c->out, "product", "Version", i->product);
	out_int(&c->out, "users", "Users", (int64_t)i->users_n);
	out_int(
	    &c->out, "exchange", "Exchange records", (int64_t)i->exchange_n);
	out_int(
	    &c->out, "administrators", "Administrators", (int64_t)i->admins_n);
	out_int(&c->out, "passwords", "Stored passwords", (int64_t)i->boxes_n);
	out_flag(&c->out, "same_key", "Of this host's key",
	    memcmp(pk, i->pk, sizeof(pk)) == 0);
	out_flag(
	    &c->out, "has_key", "Has a key under a passphrase", i->key_len > 0);
	out_rows(&c->out, "changes");
	e = backup_changes(b, c->store, show_change, &s, ei);
	out_rows_end(&c->out, "Restoring it would change nothing.");
	return e;
}

int
verb_backup_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct backup *b = NULL;
	enum err e;

	if ((e = read_file(c, &b, &ei)) == ERR_OK)
		e = show_all(c, b, &ei);
	backup_free(b);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

/* -- passwords of another key -- */

/* The manager alone opens boxes. *lost: those that it could not. */
static enum err
reseal(struct ctl *c, struct backup *b, const struct secret *passphrase,
    size_t *lost, struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN];
	struct msg_resealed got;
	struct msg_reseal q;
	enum err e;

	memset(&q, 0, sizeof(q));
	memset(&got, 0, sizeof(got));
	if ((e = own_pk(c, pk, ei)) == ERR_OK &&
	    (e = backup_reseal_ask(b, pk, passphrase, &q, ei)) == ERR_OK &&
	    (e = manager_patience(c, BACKUP_RESEAL_MS, ei)) == ERR_OK &&
	    (e = manager_call(c, IPC_RESEAL, &q, IPC_RESEALED, &got, ei)) ==
		ERR_OK)
		e = backup_reseal_take(b, &got, lost, ei);
	msg_reseal_free(&q);
	msg_resealed_free(&got);
	return e;
}

static enum err
passwords(struct ctl *c, struct backup *b, size_t *lost, struct errinfo *ei)
{
	const struct backup_info *i = backup_info(b);
	struct secret passphrase = SECRET_INIT;
	unsigned char pk[SEAL_PK_LEN];
	bool given = false;
	enum err e;

	if ((e = own_pk(c, pk, ei)) != ERR_OK ||
	    (e = password_read(c, false, "Recovery passphrase: ", &passphrase,
		 &given, ei)) != ERR_OK)
		goto out;
	if (given && i->key_len == 0)
		e = err_set(ei, ERR_ARG,
		    "The backup was made without a recovery passphrase.");
	else if (memcmp(pk, i->pk, sizeof(pk)) == 0)
		e = ERR_OK; /* the boxes open here as they are */
	else if (given)
		e = reseal(c, b, &passphrase, lost, ei);
	else
		e = backup_reseal_drop(b, lost, ei);
out:
	secret_clear(&passphrase);
	return e;
}

int
verb_backup_restore(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct backup *b = NULL;
	size_t lost = 0;
	int code = EXIT_DONE;
	enum err e;

	if ((e = read_file(c, &b, &ei)) == ERR_OK &&
	    (e = passwords(c, b, &lost, &ei)) == ERR_OK)
		e = backup_apply(b, c->store, &c->actor, &ei);
	if (e == ERR_OK) {
		out_int(&c->out, "passwords_lost", "Passwords to enter again",
		    (int64_t)lost);
		code = manager_apply(c);
	}
	backup_free(b);
	return e == ERR_OK ? code : ctl_fail(c, e, &ei);
}

int
verb_backup_passphrase(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_key_wrapped got;
	struct msg_key_wrap q;
	bool given = false;
	enum err e;

	memset(&q, 0, sizeof(q));
	memset(&got, 0, sizeof(got));
	e = password_read(
	    c, true, "New recovery passphrase: ", &q.passphrase, &given, &ei);
	if (e == ERR_OK && (q.passphrase.len < KEYWRAP_PASSPHRASE_MIN ||
			       q.passphrase.len > KEYWRAP_PASSPHRASE_MAX))
		e = err_set(&ei, ERR_ARG,
		    "The passphrase needs %d to %d bytes.",
		    KEYWRAP_PASSPHRASE_MIN, KEYWRAP_PASSPHRASE_MAX);
	if (e == ERR_OK)
		e = manager_patience(c, BACKUP_RESEAL_MS, &ei);
	if (e == ERR_OK)
		e = manager_call(
		    c, IPC_KEY_WRAP, &q, IPC_KEY_WRAPPED, &got, &ei);
	if (e == ERR_OK)
		e = store_recovery_set(
		    c->store, &c->actor, got.wrapped.p, got.wrapped.n, &ei);
	msg_key_wrap_free(&q);
	msg_key_wrapped_free(&got);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}
