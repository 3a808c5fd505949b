/* directory.c - see directory.h. */
#include "backend/engine/directory.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/directory_set.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define LOOK_MS 10000 /* at the clock, which may be set */
#define DIR_TAKEN_MAX 100000 /* entries of one run; as DIR_ENTRIES_MAX of net */
#define SCHEDULE "schedule" /* who asked, in the log */

struct directory {
	struct engine *en;
	struct timer *timer;
	int64_t next_s; /* 0: no schedule */
	struct src_call *call; /* NULL: none runs */
	char id[DIR_RUN_ID_LEN + 1];
	bool is_store_bad; /* entries could not be stored */
	size_t taken_n; /* entries of the run */
};

static void
log_store(const char *text)
{
	log_kv(
	    LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail", text, NULL);
}

/* -- the alarm: of the last run that was to change users -- */

static void
raise_failed(struct engine *en, const struct dir_run *r)
{
	const struct failure *f = failure_find(r->failure);
	char text[ERRINFO_MAX * 2];

	text_fit(text, sizeof(text), "%s. %s",
	    f != NULL ? f->title : "The directory could not be searched",
	    r->detail);
	alarm_raise(en, ALARM_DIRECTORY_USERS, "", r->failure, text);
}

/* Does anybody want users of a directory? */
static bool
is_set(struct engine *en)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_set set = {{NULL}};
	bool yes = dir_set_load(en->store, &set, &ei) != ERR_OK ||
		   set.v[DIR_EXCHANGE][0] != '\0';

	dir_set_clear(&set);
	return yes;
}

static void
judge(struct engine *en)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_done done;
	struct dir_run r;

	memset(&r, 0, sizeof(r));
	if (!is_set(en)) {
		alarm_lower(en, ALARM_DIRECTORY_USERS, "");
		return;
	}
	if (store_dir_run_last(en->store, &r, &ei) != ERR_OK ||
	    store_dir_done_get(en->store, &done, &ei) != ERR_OK)
		goto out; /* none so far */
	if (str_eq(r.state, "failed"))
		raise_failed(en, &r);
	else if (str_eq(done.run_id, r.id) && str_eq(done.result, "held"))
		alarm_raise(en, ALARM_DIRECTORY_USERS, "", "held", done.why);
	else if (str_eq(done.run_id, r.id))
		alarm_lower(en, ALARM_DIRECTORY_USERS, "");
out:
	dir_run_clear(&r);
}

/* -- a run -- */

static void
end(struct directory *d, const struct msg_evidence *ev,
    const struct msg_dir_result *m)
{
	struct errinfo ei = {ERR_OK, ""};
	const char *failure = ev->code == (uint32_t)ERR_OK ? "" : ev->failure;
	const char *detail = ev->detail != NULL ? ev->detail : "";

	d->call = NULL;
	if (failure == NULL)
		failure = "ldap-failed";
	if (*failure == '\0' && d->is_store_bad) {
		failure = "content-unexpected";
		detail = "What was found could not be stored.";
	}
	if (store_dir_run_end(d->en->store, d->id, failure, detail,
		m != NULL && m->server != NULL ? m->server : "",
		m != NULL ? m->unusable : 0, m != NULL && m->is_cut,
		&ei) != ERR_OK)
		log_store(ei.text);
	log_kv(*failure == '\0' ? LOG_L_INFO : LOG_L_WARN, ENGINE_MODULE,
	    "Directory Searched", "Run", d->id, "Failure", failure, "Detail",
	    detail, NULL);
	judge(d->en);
}

static void
on_answer(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	const struct msg_dir_page *page = msg;
	struct directory *d = arg;
	struct errinfo ei;

	if (ev != NULL) {
		end(d, ev, t == IPC_DIR_DONE ? msg : NULL);
		return;
	}
	d->taken_n += page->entries_n;
	if (d->taken_n > DIR_TAKEN_MAX) {
		d->is_store_bad = true;
		return;
	}
	if (store_dir_entries_add(d->en->store, d->id, page->entries,
		page->entries_n, &ei) == ERR_OK)
		return;
	log_store(ei.text);
	d->is_store_bad = true;
}

static void
problem(void *arg, enum dir_key k, const char *text)
{
	struct errinfo *ei = arg;

	if (ei->text[0] == '\0')
		(void)snprintf(ei->text, sizeof(ei->text), "%.60s: %.180s",
		    dir_key_name(k), text);
}

static enum err
record_for(struct directory *d, const struct dir_set *set, struct record **out,
    struct errinfo *ei)
{
	struct record *r = config_record(d->en->config, set->v[DIR_EXCHANGE]);

	if (set->v[DIR_EXCHANGE][0] == '\0')
		return err_set(ei, ERR_ARG, "Choose an Exchange record.");
	if (r == NULL)
		return err_set(
		    ei, ERR_ARG, "The Exchange record is not there any more.");
	if (!r->x.scp_enabled || r->x.ad_domain[0] == '\0')
		return err_set(ei, ERR_ARG,
		    "The Exchange record does not ask Active Directory: its "
		    "SCP record lookup is off.");
	*out = r;
	return ERR_OK;
}

static enum err
begin(struct directory *d, const struct dir_set *set, bool apply,
    const char *by, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct buf text = BUF_INIT(DIR_TEXT_MAX);
	struct record *r = NULL;
	enum err e;

	if (d->call != NULL)
		return err_set(ei, ERR_BUSY,
		    "The directory is being searched already. Wait until "
		    "that has ended.");
	if (dir_set_check(set, problem, &why) > 0)
		return err_set(ei, ERR_ARG, "%s", why.text);
	if ((e = record_for(d, set, &r, ei)) != ERR_OK)
		return e;
	if ((e = dir_set_write(set, &text)) != ERR_OK) {
		err_set(ei, e, "The settings are too long.");
		goto out;
	}
	str_random_hex(d->id, DIR_RUN_ID_LEN / 2);
	e = store_dir_run_add(
	    d->en->store, d->id, apply, by, buf_str(&text), ei);
	if (e != ERR_OK)
		goto out;
	d->is_store_bad = false;
	d->taken_n = 0;
	d->call = src_directory(r, set, on_answer, d);
out:
	buf_clear(&text);
	return e;
}

enum err
directory_ask(struct directory *d, const struct msg_dir_ask *m,
    char id[DIR_RUN_ID_LEN + 1], struct errinfo *ei)
{
	struct dir_set set;
	enum err e;

	if (m->apply)
		e = dir_set_load(d->en->store, &set, ei);
	else if ((e = dir_set_read(&set, m->settings)) != ERR_OK)
		err_set(ei, e, "%s", err_default_text(e));
	if (e != ERR_OK)
		return e;
	e = begin(d, &set, m->apply, m->by, ei);
	dir_set_clear(&set);
	if (e == ERR_OK)
		memcpy(id, d->id, sizeof(d->id));
	return e;
}

/* -- the schedule -- */

/* What cannot even begin leaves a run that says why. */
static void
run_now(struct directory *d)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_set set;
	enum err e;

	if (dir_set_load(d->en->store, &set, &ei) != ERR_OK) {
		log_store(ei.text);
		return;
	}
	e = begin(d, &set, true, SCHEDULE, &ei);
	if (e != ERR_OK && e != ERR_BUSY) {
		const struct msg_evidence ev = {.code = (uint32_t)ERR_ARG,
		    .failure = (char[]){"directory-settings"},
		    .detail = ei.text};

		str_random_hex(d->id, DIR_RUN_ID_LEN / 2);
		if (store_dir_run_add(
			d->en->store, d->id, true, SCHEDULE, "", &ei) == ERR_OK)
			end(d, &ev, NULL);
	}
	dir_set_clear(&set);
}

static void
plan_next(struct directory *d)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_set set;
	int64_t now_s = clock_wall_s(), next_s;

	if (dir_set_load(d->en->store, &set, &ei) != ERR_OK) {
		log_store(ei.text);
		return;
	}
	next_s = dir_set_next_s(&set, now_s);
	/* One that is due and was not looked at yet stays due. */
	if (next_s == 0 || d->next_s == 0 || d->next_s > now_s)
		d->next_s = next_s;
	dir_set_clear(&set);
}

void
directory_look(struct directory *d, int64_t now_s)
{
	if (d->next_s == 0 || now_s < d->next_s)
		return;
	if (d->call != NULL)
		return; /* with the next look */
	d->next_s = 0;
	plan_next(d);
	run_now(d);
}

static void
on_timer(void *arg)
{
	struct directory *d = arg;

	directory_look(d, clock_wall_s());
	timer_start(d->timer, LOOK_MS);
}

void
directory_config(struct engine *en)
{
	plan_next(en->directory);
	judge(en);
}

struct directory *
directory_new(struct engine *en)
{
	struct directory *d = xalloc(sizeof(*d));
	struct errinfo ei;

	d->en = en;
	d->timer = timer_new(en->loop, on_timer, d);
	timer_start(d->timer, LOOK_MS);
	if (store_dir_run_broken(en->store, &ei) != ERR_OK)
		log_store(ei.text);
	return d;
}

void
directory_free(struct directory *d)
{
	if (d == NULL)
		return;
	src_cancel(d->call);
	timer_free(d->timer);
	mem_free(d);
}
