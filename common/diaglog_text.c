/* diaglog_text.c - see diaglog_text.h. */
#include "common/diaglog_text.h"

#include <string.h>

#include "common/buf.h"
#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"

#define CUT_NOTE "# Older lines are left out: the file would be too long.\n"

struct lines {
	struct buf b; /* newest first, each with its end */
	enum err e;
	bool full;
};

static bool
add(void *arg, const struct log_line *l)
{
	struct lines *x = arg;

	if (x->b.len + l->all.n + 1 > x->b.max) {
		x->full = true;
		return false;
	}
	if ((x->e = buf_put(&x->b, l->all.p, l->all.n)) == ERR_OK)
		x->e = buf_putc(&x->b, '\n');
	return x->e == ERR_OK;
}

/* From the last line to the first. */
static enum err
turn(const struct buf *from, struct buf *out)
{
	size_t end = from->len, at;
	enum err e = ERR_OK;

	while (end > 0 && e == ERR_OK) {
		for (at = end - 1; at > 0 && from->p[at - 1] != '\n'; at--)
			;
		e = buf_put(out, from->p + at, end - at);
		end = at;
	}
	return e;
}

enum err
diaglog_text(const char *log_dir, int64_t from_ms, int64_t to_ms,
    struct buf *out, bool *cut, struct errinfo *ei)
{
	struct lines x = {.b = BUF_INIT(DIAGLOG_FILE_MAX), .e = ERR_OK};
	struct log_read_end end;
	struct log_query q;
	enum err e;

	log_query_init(&q);
	q.level = LOG_L_TRACE;
	q.from_ms = from_ms;
	q.to_ms = to_ms;
	memset(&end, 0, sizeof(end));
	e = log_read(log_dir, &q, DIAGLOG_READ_MAX, add, &x, &end, ei);
	if (e == ERR_OK)
		e = x.e;
	*cut = x.full || (end.has_more && end.reached_ms > from_ms);
	if (e == ERR_OK && *cut)
		e = buf_puts(out, CUT_NOTE);
	if (e == ERR_OK)
		e = turn(&x.b, out);
	if (e != ERR_OK && x.e == ERR_OK && (ei == NULL || ei->code != e))
		(void)err_set(ei, e, "%s", err_default_text(e));
	buf_clear(&x.b);
	return e;
}
