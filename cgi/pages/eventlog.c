/* eventlog.c - Status > Event Log: what all programs have to say, newest
 * first, filtered; and the same as a file. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"
#include "common/str.h"

#define PAGE_ROWS 50
#define PAGE_TEXT_MAX 20480 /* bytes of lines on a page */
#define FILE_TEXT_MAX 2097152 /* of a file */
#define READ_MAX (8u * 1024u * 1024u) /* bytes of the logs for one page */
#define LINK_MAX 8192
#define PATH "/event-log"

struct rows {
	struct view list;
	size_t n, bytes;
	int64_t last_ms;
};

/* What is not in a column of its own. */
static void
details_view(struct view row, const struct log_line *l)
{
	struct view list = view_sub(row, "pairs");
	size_t i, n = 0;

	for (i = 0; i < l->pairs_n; i++) {
		const struct log_pair *p = &l->pairs[i];
		struct view v;

		if (log_text_is(&p->name, "Event") ||
		    log_text_is(&p->name, "Module") ||
		    log_text_is(&p->name, "UTCTime") ||
		    log_text_is(&p->name, "Level"))
			continue;
		v = view_row(list, n++);
		view_raw(v, "name", p->name.p, p->name.n);
		view_raw(v, "value", p->value.p, p->value.n);
	}
}

static bool
add_row(void *arg, const struct log_line *l)
{
	struct rows *r = arg;
	char when[CLOCK_TEXT_MAX];
	struct view row;

	if (r->n == PAGE_ROWS ||
	    (r->n > 0 && r->bytes + l->all.n > PAGE_TEXT_MAX))
		return false;
	row = view_row(r->list, r->n++);
	r->bytes += l->all.n;
	r->last_ms = l->at_ms;
	clock_local(l->at_ms / 1000, when);
	view_fmt(row, "at", "%.19s.%03d", when, (int)(l->at_ms % 1000));
	view_raw(row, "program", l->program.p, l->program.n);
	level_view(row, l->level);
	view_raw(row, "module", l->module.p, l->module.n);
	if (l->pairs_n == 0)
		view_raw(row, "text", l->all.p, l->all.n);
	else
		view_raw(row, "event", l->event.p, l->event.n);
	details_view(row, l);
	return true;
}

/* The filter as it was asked for; what is wrong with it stands at its
 * field. */
static void
take_filter(struct page *p, struct form *f, struct log_query *q)
{
	static const char *const labels[LOG_QUERY_KEYS] = {
	    "Contains all of the words", "Contains any of the words",
	    "Contains none of the words", "Module", "Level", "From", "To",
	    "User", "Meeting"};
	struct errinfo why = {ERR_OK, ""};
	const char *key, *value;
	unsigned i;

	form_init(f);
	log_query_init(q);
	for (i = 0; (key = log_query_key(i)) != NULL; i++) {
		value = req_text(&p->req->query, key);
		form_add(f, key, labels[i], LOG_QUERY_TEXT_MAX - 1, false);
		form_set(f, key, value);
		if (log_query_set(q, key, value, &why) != ERR_OK)
			form_error(f, key, why.text);
	}
}

/* PATH or PATH/download with the same filter. */
static enum err
link_to(struct page *p, const char *name, const char *path, int64_t before_ms,
    bool live)
{
	struct buf b = BUF_INIT(LINK_MAX);
	const char *key, *value;
	char sep = '?';
	unsigned i;
	enum err e = buf_puts(&b, path);

	for (i = 0; e == ERR_OK && (key = log_query_key(i)) != NULL; i++) {
		value = req_text(&p->req->query, key);
		if (*value == '\0')
			continue;
		if ((e = buf_putf(&b, "%c%s=", sep, key)) == ERR_OK)
			e = url_encode(&b, value);
		sep = '&';
	}
	if (e == ERR_OK && before_ms != 0)
		e = buf_putf(&b, "%cbefore=%lld", sep, (long long)before_ms);
	else if (e == ERR_OK && live)
		e = buf_putf(&b, "%clive=1", sep);
	if (e == ERR_OK)
		view_str(p->view, name, buf_str(&b));
	buf_clear(&b);
	return e;
}

/* "?before=" of the link to older lines. */
static void
take_before(struct page *p, struct log_query *q)
{
	uint64_t ms = 0;

	if (str_to_u64(req_text(&p->req->query, "before"),
		INT64_C(253402300800000), &ms) == ERR_OK &&
	    ms > 0 && (q->to_ms == 0 || (int64_t)ms < q->to_ms))
		q->to_ms = (int64_t)ms;
}

static enum err
links_view(struct page *p, const struct log_read_end *end, int64_t last_ms,
    bool is_live, struct errinfo *ei)
{
	enum err e;

	if ((e = link_to(p, "download", PATH "/download", 0, false)) !=
		ERR_OK ||
	    (e = link_to(p, "refresh_to", PATH, 0, is_live)) != ERR_OK ||
	    (e = link_to(p, "live_to", PATH, 0, !is_live)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	if (!end->has_more)
		return ERR_OK;
	/* Where nothing more was found in so many bytes, further back. */
	e = link_to(
	    p, "older", PATH, last_ms != 0 ? last_ms : end->reached_ms, false);
	return e == ERR_OK ? e : err_set(ei, e, "%s", err_default_text(e));
}

enum err
eventlog_show(struct page *p, struct errinfo *ei)
{
	struct rows r = {.list = view_sub(p->view, "lines")};
	bool is_live = str_eq(req_text(&p->req->query, "live"), "1");
	struct log_read_end end;
	struct log_query q;
	struct form f;
	enum err e;

	page_title(p, "Event Log");
	take_filter(p, &f, &q);
	take_before(p, &q);
	form_view(&f, p->view);
	memset(&end, 0, sizeof(end));
	if (f.errors_n > 0) {
		p->resp->status = 422;
	} else {
		e = log_read(
		    p->web->conf->log_dir, &q, READ_MAX, add_row, &r, &end, ei);
		if (e != ERR_OK)
			return e;
	}
	view_int(p->view, "n", (int64_t)r.n);
	if (end.has_more && r.n < PAGE_ROWS && r.bytes < PAGE_TEXT_MAX / 2)
		view_time(p->view, "reached", end.reached_ms / 1000, "");
	if (is_live) {
		view_flag(p->view, "live", true);
		page_poll(p, 2, 10);
	}
	return links_view(p, &end, r.last_ms, is_live, ei);
}

struct file {
	struct buf *body;
	enum err e;
};

static bool
add_line(void *arg, const struct log_line *l)
{
	struct file *f = arg;

	if (f->body->len + l->all.n + 1 > FILE_TEXT_MAX)
		return false;
	if ((f->e = buf_put(f->body, l->all.p, l->all.n)) == ERR_OK)
		f->e = buf_putc(f->body, '\n');
	return f->e == ERR_OK;
}

enum err
eventlog_download(struct page *p, struct errinfo *ei)
{
	struct file file = {&p->resp->body, ERR_OK};
	struct log_read_end end;
	struct log_query q;
	struct form f;
	enum err e;

	take_filter(p, &f, &q);
	if (f.errors_n > 0)
		return eventlog_show(p, ei);
	e = log_read(
	    p->web->conf->log_dir, &q, 4 * READ_MAX, add_line, &file, &end, ei);
	if (e == ERR_OK)
		e = file.e;
	if (e == ERR_OK)
		e = resp_header(p->resp, "Content-Disposition",
		    "attachment; filename=\"event-log.txt\"");
	if (e != ERR_OK)
		return e;
	p->resp->content_type = "text/plain; charset=utf-8";
	p->resp->is_done = true;
	return ERR_OK;
}
