/* store_confer_box.c - see store_confer_box.h. */
#include "common/store_confer_box.h"

#include <string.h>

#include "common/alloc.h"
#include "common/confer.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_sql.h"

enum err
store_confer_box_put(struct store *s, const char *confer_id,
    const struct confer_field *f, const struct bytes *box, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CONFER_BOX_PUT, ei)) == ERR_OK) {
		sql_text(&q, confer_id);
		sql_text(&q, f->row->key);
		sql_int(&q, f->set_s);
		sql_text(&q, f->bound_to);
		sql_blob(&q, box->p, box->n);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
copy_own(const struct confer_field *f, struct bytes *out)
{
	if (f->box.n == 0)
		return ERR_OK;
	if ((out->p = try_alloc(f->box.n)) == NULL)
		return ERR_NOMEM;
	memcpy(out->p, f->box.p, f->box.n);
	out->n = f->box.n;
	return ERR_OK;
}

enum err
store_confer_box_get(struct store *s, const char *confer_id,
    const struct confer_field *f, struct bytes *out, struct errinfo *ei)
{
	struct sql q;
	bool row = false;
	enum err e;

	out->p = NULL;
	out->n = 0;
	if ((e = sql_open(&q, s, SQL_CONFER_BOX_GET, ei)) == ERR_OK) {
		sql_text(&q, confer_id);
		sql_text(&q, f->row->key);
		sql_int(&q, f->set_s);
		sql_text(&q, f->bound_to);
		if ((e = sql_next(&q, &row)) == ERR_OK && row)
			sql_col_bytes(&q, out);
	}
	sql_close(&q);
	return e == ERR_OK && !row ? copy_own(f, out) : e;
}
