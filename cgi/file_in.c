/* file_in.c - see file_in.h. */
#include "cgi/file_in.h"

#include <string.h>

#include "cgi/form.h"
#include "cgi/multipart.h"
#include "cgi/page.h"
#include "common/conf.h"
#include "common/str.h"

#define NONE "Choose a file, or paste its text."

void
file_in_fields(struct form *f, const struct file_in_as *as)
{
	form_add(f, FILE_IN_UPLOAD, "File", 1, false);
	form_add(f, as->text, "Text of the file", REQ_FIELD_MAX, false);
}

void
file_in_view(struct page *p, const struct file_in_as *as)
{
	view_int(p->view, "file_mib", (int64_t)(spool_max(as->kind) >> 20));
}

static void
take_pasted(struct file_in *in, struct page *p, struct form *f,
    const struct file_in_as *as)
{
	const struct req_field *v;

	in->field = as->text;
	v = form_take_file(f, as->text, p->req, NONE, as->cut, as->bad);
	if (v == NULL || f->errors_n > 0)
		return;
	in->p = v->value;
	in->n = v->len;
}

/* What the sender can do something about stands beside the field. */
static enum err
take_chosen(struct file_in *in, struct page *p, struct form *f,
    const struct file_in_as *as, struct errinfo *ei)
{
	const char *folder = p->web->conf->upload_dir;
	const int64_t owner = p->session.admin_id;
	enum err e = ERR_OK;

	if (p->req->upload == NULL)
		(void)str_copy(in->id, sizeof(in->id),
		    req_text(&p->req->body, FILE_IN_KEPT));
	else if (!str_eq(p->req->upload->file, FILE_IN_UPLOAD) ||
		 multipart_is_empty(p->req->upload))
		e = err_set(ei, ERR_NOTFOUND, NONE);
	else
		e = spool_put(
		    as->kind, folder, owner, p->req->upload, in->id, ei);
	if (e == ERR_OK)
		e = spool_get(
		    as->kind, folder, owner, in->id, p->now_s, &in->kept, ei);
	if (e == ERR_NOTFOUND || e == ERR_BUSY || e == ERR_TOOBIG ||
	    e == ERR_STORE) {
		form_error(f, FILE_IN_UPLOAD, ei->text);
		in->id[0] = '\0';
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	in->p = buf_str(&in->kept);
	in->n = in->kept.len;
	view_str(p->view, "kept", in->id);
	view_int(p->view, "kept_kib", (int64_t)(in->n + 1023) >> 10);
	return ERR_OK;
}

enum err
file_in_take(struct file_in *in, struct page *p, struct form *f,
    const struct file_in_as *as, struct errinfo *ei)
{
	memset(in, 0, sizeof(*in));
	in->kept.max = spool_max(as->kind);
	in->field = FILE_IN_UPLOAD;
	file_in_view(p, as);
	if (p->req->upload != NULL ||
	    req_field(&p->req->body, FILE_IN_KEPT) != NULL)
		return take_chosen(in, p, f, as, ei);
	take_pasted(in, p, f, as);
	return ERR_OK;
}

void
file_in_done(struct page *p, const struct file_in_as *as)
{
	spool_forget(as->kind, p->web->conf->upload_dir, p->session.admin_id);
}

void
file_in_clear(struct file_in *in)
{
	buf_wipe(&in->kept);
	in->p = NULL;
}
