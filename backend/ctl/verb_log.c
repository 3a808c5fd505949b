/* verb_log.c - the lines of the logs, newest first, filtered as on the page;
 * and how much each module logs. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"

#define READ_MAX (UINT64_C(1) << 40) /* all that there is */
#define MINUTES_MAX 1440
#define DEFAULT_MINUTES 30

struct print {
	struct out *o;
	uint64_t left;
	struct buf text;
	enum err e;
};

static void
print_text(struct print *p, const char *key, const char *label,
    const struct log_text *t)
{
	buf_reset(&p->text);
	if (p->e == ERR_OK)
		p->e = str_utf8_clean(&p->text, t->p, t->n);
	out_str(p->o, key, label, buf_str(&p->text));
}

static bool
print_line(void *arg, const struct log_line *l)
{
	struct print *p = arg;
	char when[CLOCK_TEXT_MAX];

	if (p->left == 0)
		return false;
	p->left--;
	out_row(p->o);
	clock_iso_ms((uint64_t)l->at_ms, when);
	out_str(p->o, "at", NULL, when);
	out_str(p->o, "level", NULL, log_level_name(l->level));
	print_text(p, "program", NULL, &l->program);
	print_text(p, "module", NULL, &l->module);
	print_text(p, "event", NULL, &l->event);
	print_text(p, "line", "LINE", &l->all);
	return p->e == ERR_OK;
}

int
verb_log_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct print p = {.o = &c->out,
	    .left = c->args.limit,
	    .text = BUF_INIT(4 * LOG_LINE_MAX)};
	struct log_read_end end;
	struct log_query q;
	enum err e;
	size_t i;

	log_query_init(&q);
	for (i = 0; i < c->args.keys.n; i++)
		if (log_query_set(&q, c->args.keys.v[i], c->args.values.v[i],
			&ei) != ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	out_rows(&c->out, "lines");
	e = log_read(c->conf.log_dir, &q, READ_MAX, print_line, &p, &end, &ei);
	if (e == ERR_OK)
		e = p.e;
	out_rows_end(&c->out, "No line matches.");
	buf_clear(&p.text);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_log_levels(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_empty none;
	struct msg_log_levels l;
	enum err e;
	size_t i;

	memset(&none, 0, sizeof(none));
	memset(&l, 0, sizeof(l));
	e = manager_call(c, IPC_LOG_LEVELS_GET, &none, IPC_LOG_LEVELS, &l, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "modules");
	for (i = 0; i < l.levels_n; i++) {
		out_row(&c->out);
		out_str(&c->out, "module", "MODULE", l.levels[i].module);
		out_str(&c->out, "level", "LEVEL", l.levels[i].level);
		out_time(&c->out, "until", "UNTIL", l.levels[i].until_s);
	}
	out_rows_end(&c->out, "There is no module.");
	msg_log_levels_free(&l);
	return EXIT_DONE;
}

int
verb_log_level(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_log_level_set q;
	struct msg_empty ok;
	uint64_t minutes = DEFAULT_MINUTES;
	enum err e;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		if (!str_eq(c->args.keys.v[i], "minutes"))
			ctl_problem(
			    c, c->args.keys.v[i], "There is no such field.");
		else if (str_to_u64(c->args.values.v[i], MINUTES_MAX,
			     &minutes) != ERR_OK)
			ctl_problem(
			    c, "minutes", "Write a number from 1 to 1440.");
	}
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	memset(&q, 0, sizeof(q));
	memset(&ok, 0, sizeof(ok));
	q.module = (char *)(uintptr_t)c->words[0];
	q.level = (char *)(uintptr_t)c->words[1];
	q.minutes = (uint32_t)minutes;
	q.who = c->who;
	e = manager_call(c, IPC_LOG_LEVEL_SET, &q, IPC_OK, &ok, &ei);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
