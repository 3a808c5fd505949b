/* backup.c - Maintenance > Backup and Restore: the configuration as one
 * file, and back, after it was shown what would change. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/file_in.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/reauth.h"
#include "common/backup_file.h"
#include "common/backup_reseal.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/keywrap.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/store_backup.h"
#include "common/str.h"

#define PATH "/backup"
#define PASSPHRASE "passphrase"
#define CHANGES_SHOWN 100

static const struct file_in_as as = {
    .kind = SPOOL_BACKUP,
    .text = "file",
    .cut = "This is more than 512 KiB. Choose the file instead.",
    .bad = "This is no backup of calconn.",
};

static void
form_start(struct form *f)
{
	form_init(f);
	file_in_fields(f, &as);
	form_add(
	    f, PASSPHRASE, "Recovery passphrase", KEYWRAP_PASSPHRASE_MAX, true);
	reauth_add(f, "Your own password");
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	unsigned char key[BACKUP_KEY_MAX];
	int64_t set_s = 0;
	size_t len = 0;
	enum err e;

	page_title(p, "Backup and Restore");
	file_in_view(p, &as);
	form_view(f, p->view);
	e = store_recovery_get(p->web->store, key, &len, &set_s, ei);
	if (e == ERR_OK && len > 0)
		view_time(p->view, "recovery", set_s, "");
	return e;
}

enum err
backup_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_start(&f);
	return show(p, &f, ei);
}

enum err
backup_download(struct page *p, struct errinfo *ei)
{
	enum err e;

	e = store_backup_make(p->web->store, p->web->conf->system_name,
	    p->web->seal_pk, &p->resp->body, ei);
	if (e == ERR_OK)
		e = resp_header(p->resp, "Content-Disposition",
		    "attachment; filename=\"calconn.backup\"");
	if (e != ERR_OK)
		return e;
	p->resp->content_type = "application/octet-stream";
	p->resp->is_done = true;
	return ERR_OK;
}

/* -- restoring -- */

struct list {
	struct view rows;
	size_t n;
};

static void
add_change(void *arg, const struct backup_change *c)
{
	struct list *l = arg;
	struct view row;

	if (l->n++ >= CHANGES_SHOWN)
		return;
	row = view_row(l->rows, l->n - 1);
	view_str(row, "what",
	    str_eq(c->what, "add")      ? "Add"
	    : str_eq(c->what, "remove") ? "Remove"
					: "Change");
	view_str(row, "kind", c->kind);
	view_raw(row, "name", c->name, strlen(c->name));
	view_raw(row, "fields", c->fields, strlen(c->fields));
}

static enum err
plan_view(struct page *p, struct backup *b, struct errinfo *ei)
{
	const struct backup_info *i = backup_info(b);
	struct list l = {view_sub(p->view, "list"), 0};
	const bool same = memcmp(i->pk, p->web->seal_pk, BACKUP_PK_LEN) == 0;
	enum err e;

	view_flag(p->view, "planned", true);
	view_raw(p->view, "made_on", i->system, strlen(i->system));
	view_raw(p->view, "product", i->product, strlen(i->product));
	view_time(p->view, "made", i->made_s, "");
	view_int(p->view, "passwords", (int64_t)i->boxes_n);
	view_flag(p->view, "foreign", !same && i->boxes_n > 0);
	view_flag(p->view, "has_key", i->key_len > 0);
	e = backup_changes(b, p->web->store, add_change, &l, ei);
	view_int(p->view, "changes_n", (int64_t)l.n);
	view_int(p->view, "changes_more",
	    l.n > CHANGES_SHOWN ? (int64_t)(l.n - CHANGES_SHOWN) : 0);
	return e;
}

/* What is pasted has CR LF for each end of a line; a backup has none of the
 * first. */
static enum err
without_cr(struct buf *out, const struct file_in *in)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < in->n && e == ERR_OK; i++)
		if (in->p[i] != '\r')
			e = buf_putc(out, in->p[i]);
	return e;
}

static enum err
read_backup(
    struct page *p, struct form *f, struct backup **out, struct errinfo *ei)
{
	struct buf b = BUF_INIT(BACKUP_MAX);
	struct errinfo why = {ERR_OK, ""};
	struct file_in in;
	enum err e;

	e = file_in_take(&in, p, f, &as, ei);
	if (e != ERR_OK || in.p == NULL)
		goto out;
	if (in.id[0] != '\0')
		e = backup_read(out, in.p, in.n, &why);
	else if ((e = without_cr(&b, &in)) == ERR_OK)
		e = backup_read(out, buf_str(&b), b.len, &why);
	if (e == ERR_NOMEM || e == ERR_STORE) {
		e = err_set(ei, e, "%s", why.text);
	} else if (e != ERR_OK) {
		form_error(f, in.field, why.text);
		e = ERR_OK;
	}
out:
	buf_wipe(&b);
	file_in_clear(&in);
	return e;
}

/* Here its boxes open as they are; else the manager has to bring them over,
 * or they are left out. */
static enum err
passwords(struct page *p, struct form *f, struct backup *b, struct errinfo *ei)
{
	struct secret passphrase = SECRET_INIT;
	struct errinfo why = {ERR_OK, ""};
	struct msg_resealed got;
	struct msg_reseal q;
	size_t lost = 0;
	enum err e;

	if (memcmp(backup_info(b)->pk, p->web->seal_pk, BACKUP_PK_LEN) == 0)
		return ERR_OK;
	memset(&q, 0, sizeof(q));
	memset(&got, 0, sizeof(got));
	if ((e = form_secret(f, PASSPHRASE, p->req, &passphrase)) != ERR_OK)
		goto out;
	if (passphrase.len == 0 || backup_info(b)->key_len == 0) {
		e = backup_reseal_drop(b, &lost, ei);
		goto out;
	}
	if ((e = backup_reseal_ask(b, p->web->seal_pk, &passphrase, &q, ei)) ==
		ERR_OK &&
	    (e = ctl_client_reseal(p->web->ctl, &q, &got, &why)) == ERR_OK) {
		e = backup_reseal_take(b, &got, &lost, ei);
	} else if (e == ERR_AUTH || e == ERR_UNSUPPORTED || e == ERR_BUSY) {
		form_error(f, PASSPHRASE, why.text);
		e = ERR_ARG;
	} else if (ei->code != e) {
		(void)err_set(ei, e, "%s", why.text);
	}
out:
	secret_clear(&passphrase);
	msg_reseal_free(&q);
	msg_resealed_free(&got);
	return e;
}

/* ERR_ARG: the form says what is wrong. */
static enum err
restore(struct page *p, struct form *f, struct backup *b, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = reauth_take(p, f, ei)) != ERR_OK)
		return e;
	if (f->errors_n > 0)
		return ERR_ARG;
	if ((e = passwords(p, f, b, ei)) != ERR_OK)
		return e;
	if ((e = backup_apply(b, p->web->store, &who, ei)) != ERR_OK)
		return e;
	file_in_done(p, &as);
	page_config_changed(p);
	return resp_redirect(p->resp, "/sign-in");
}

enum err
backup_do(struct page *p, struct errinfo *ei)
{
	const bool go = str_eq(req_text(&p->req->body, "do"), "restore");
	struct backup *b = NULL;
	struct form f;
	enum err e;

	form_start(&f);
	if ((e = read_backup(p, &f, &b, ei)) != ERR_OK)
		return e;
	if (b != NULL && go && (e = restore(p, &f, b, ei)) != ERR_ARG)
		goto out;
	e = b != NULL ? plan_view(p, b, ei) : ERR_OK;
	if (f.errors_n > 0)
		p->resp->status = 422;
	if (e == ERR_OK)
		e = show(p, &f, ei);
out:
	backup_free(b);
	return e;
}
