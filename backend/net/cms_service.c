/* cms_service.c - see cms_service.h. */
#include "config.h"

#include <sodium.h>
#include <string.h>

#include "backend/net/cms_client.h"
#include "backend/net/cms_service.h"
#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/held.h"
#include "backend/net/job.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/secret.h"
#include "common/str.h"

#define WHY_MAX 64
#define SIP_MAX 254
#define NO_SPACE "coSpaceDoesNotExist"
#define SAME_URI "duplicateCoSpaceUri"

struct walk;
typedef void (*then_fn)(struct walk *w, struct http_answer *a);

/* Of a job; lives as its `extra`. */
struct walk {
	struct job *job;
	struct buf url, body;
	then_fn then, missing, taken; /* the last two may be NULL */
	char user[CMS_USER_MAX];
	char *id;
};

uint64_t
cms_service_cred(const void *msg)
{
	/* Every request begins with its context. */
	return ((const struct msg_cms_ctx *)msg)->via.cred_id;
}

const struct msg_access *
cms_service_via(const void *msg)
{
	return &((const struct msg_cms_ctx *)msg)->via;
}

static void
walk_free(void *extra)
{
	struct walk *w = extra;

	buf_clear(&w->url);
	buf_wipe(&w->body);
	mem_free(w->id);
	mem_free(w);
}

static struct walk *
walk_new(struct job *j)
{
	struct walk *w = try_alloc(sizeof(*w));

	if (w == NULL) {
		job_fail_request(j, ERR_NOMEM);
		return NULL;
	}
	w->job = j;
	w->url.max = CMS_URL_MAX;
	w->body.max = CMS_FORM_MAX;
	j->extra = w;
	j->extra_free = walk_free;
	return w;
}

static const struct msg_cms_ctx *
ctx_of(const struct walk *w)
{
	return w->job->msg;
}

static void
unread(struct walk *w, enum err e, const struct errinfo *ei)
{
	if (e == ERR_NOMEM)
		evidence_fail_err(job_evidence(w->job), e, "memory is out");
	else
		evidence_fail(
		    job_evidence(w->job), "cms-answer", "%s", ei->text);
	job_finish(w->job);
}

static void
answered(void *arg, struct http_answer *a)
{
	struct walk *w = arg;
	unsigned status = a->ev.http_status;
	bool good = a->wants_decoding;
	char why[WHY_MAX] = "";

	if (!good)
		cms_failure(why, sizeof(why), buf_str(&a->body), a->body.len);
	job_take_evidence(w->job, a);
	if (good) {
		w->then(w, a);
	} else if (w->missing != NULL &&
		   (status == 404 || str_eq(why, NO_SPACE))) {
		evidence_forgive(job_evidence(w->job));
		w->missing(w, a);
	} else if (w->taken != NULL && str_eq(why, SAME_URI)) {
		evidence_forgive(job_evidence(w->job));
		w->taken(w, a);
	} else {
		if (why[0] != '\0') {
			evidence_forgive(job_evidence(w->job));
			evidence_fail(job_evidence(w->job), "cms-refused",
			    "HTTP status %u: %s", status, why);
		}
		job_finish(w->job);
	}
}

/* e: what filling the request came to. */
static void
ask(struct walk *w, const char *method, enum err e, then_fn then)
{
	struct buf body = BUF_INIT(CMS_FORM_MAX);
	struct strlist headers = {0};
	struct http_ask a = {0};

	w->then = then;
	a.url = buf_str(&w->url);
	a.via = &ctx_of(w)->via;
	a.cred = job_cred(w->job);
	a.method = method;
	a.headers = &headers;
	a.is_rest = true;
	a.is_once = strcmp(method, "POST") == 0;
	a.answer_max = CMS_ANSWER_MAX;
	a.on_done = answered;
	a.arg = w;
	if (e == ERR_OK)
		e = job_header(&headers, "Accept: ", "application/xml");
	if (e == ERR_OK && w->body.len > 0) {
		a.body = &body;
		e = job_header(&headers,
		    "Content-Type: ", "application/x-www-form-urlencoded");
		if (e == ERR_OK)
			e = buf_put(&body, w->body.p, w->body.len);
		buf_reset(&w->body);
	}
	if (e == ERR_OK)
		e = http_send(&w->job->req, job_http(w->job), &a);
	strlist_clear(&headers);
	buf_wipe(&body);
	if (e != ERR_OK)
		job_fail_request(w->job, e);
}

static void
done(struct walk *w, struct http_answer *a)
{
	(void)a;
	job_finish(w->job);
}

/* ---- is it one, and which */

static void
version_is(struct walk *w, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = cms_version_decode(
	    w->job->result, buf_str(&a->body), a->body.len, &ei);

	if (e != ERR_OK)
		unread(w, e, &ei);
	else
		job_finish(w->job);
}

void
cms_service_version(struct job *j, const struct cred *cred)
{
	struct walk *w = walk_new(j);

	(void)cred;
	if (w != NULL)
		ask(w, "GET",
		    cms_url_status(&w->url, ctx_of(w)->host, ctx_of(w)->port),
		    version_is);
}

/* ---- booking */

static const struct msg_cms_book *
book_of(const struct walk *w)
{
	return w->job->msg;
}

static void
space_is(struct walk *w, struct http_answer *a)
{
	struct msg_cms_booking *r = w->job->result;
	struct errinfo ei = {0};
	enum err e = cms_space_decode(r, buf_str(&a->body), a->body.len, &ei);
	struct buf full = BUF_INIT(SIP_MAX);
	struct held want = {.start_s = 0}, have = {.start_s = 0};

	if (e != ERR_OK) {
		unread(w, e, &ei);
		return;
	}
	if ((e = buf_putf(&full, "%s@%s", r->uri, book_of(w)->domain)) !=
	    ERR_OK) {
		buf_clear(&full);
		job_fail_request(w->job, e);
		return;
	}
	mem_free(r->uri);
	r->uri = buf_take(&full);
	(void)str_copy(want.title, sizeof(want.title), book_of(w)->title);
	cms_held_decode(&have, buf_str(&a->body), a->body.len);
	held_judge(&r->ev, &want, &have);
	job_finish(w->job);
}

/* What was made or changed, as it is now. */
static void
read_space(struct walk *w, struct http_answer *a)
{
	(void)a;
	w->missing = w->taken = NULL;
	ask(w, "GET",
	    cms_url_space(&w->url, ctx_of(w)->host, ctx_of(w)->port, w->id),
	    space_is);
}

static void
made(struct walk *w, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e =
	    cms_location_id(&w->id, job_evidence(w->job)->location, &ei);

	if (e != ERR_OK)
		unread(w, e, &ei);
	else
		read_space(w, a);
}

static void look(struct walk *w, struct http_answer *a);

static void
make(struct walk *w, struct http_answer *a)
{
	const struct msg_cms_book *m = book_of(w);
	char pin[CMS_PIN_DIGITS + 1];
	enum err e;

	((struct msg_cms_booking *)w->job->result)->was_there = false;
	w->missing = NULL;
	/* Somebody was quicker, once: then that is the one. */
	w->taken = a == NULL ? NULL : look;
	cms_pin(pin);
	if ((e = cms_url_space(&w->url, m->ctx.host, m->ctx.port, "")) ==
	    ERR_OK)
		e = cms_space_encode(&w->body, m->title, w->user, m->key, pin);
	mem_wipe(pin, sizeof(pin));
	ask(w, "POST", e, made);
}

static void
change(struct walk *w)
{
	const struct msg_cms_book *m = book_of(w);
	enum err e;

	((struct msg_cms_booking *)w->job->result)->was_there = true;
	w->missing = make;
	w->taken = NULL;
	if ((e = cms_url_space(&w->url, m->ctx.host, m->ctx.port, w->id)) ==
	    ERR_OK)
		e = cms_space_encode(&w->body, m->title, w->user, m->key, NULL);
	ask(w, "PUT", e, read_space);
}

static void
found(struct walk *w, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = cms_find_decode(
	    &w->id, buf_str(&a->body), a->body.len, w->user, &ei);

	if (e == ERR_OK)
		change(w);
	else if (e == ERR_NOTFOUND)
		make(w, w->taken == NULL ? a : NULL);
	else
		unread(w, e, &ei);
}

static void
look(struct walk *w, struct http_answer *a)
{
	(void)a;
	w->missing = NULL;
	ask(w, "GET",
	    cms_url_find(&w->url, ctx_of(w)->host, ctx_of(w)->port, w->user),
	    found);
}

void
cms_service_book(struct job *j, const struct cred *cred)
{
	const struct msg_cms_book *m = j->msg;
	struct walk *w = walk_new(j);

	(void)cred;
	if (w == NULL)
		return;
	if (sodium_init() < 0 || cms_user(w->user, m->key) != ERR_OK) {
		job_fail_request(j, ERR_SYS);
		return;
	}
	if (m->space_id[0] == '\0') {
		look(w, NULL);
	} else if ((w->id = try_strdup(m->space_id)) == NULL) {
		job_fail_request(j, ERR_NOMEM);
	} else {
		change(w);
	}
}

/* ---- the end of one */

static void
end_space(struct walk *w, const char *id)
{
	w->missing = done;
	ask(w, "DELETE",
	    cms_url_space(&w->url, ctx_of(w)->host, ctx_of(w)->port, id), done);
}

static void
end_found(struct walk *w, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = cms_find_decode(
	    &w->id, buf_str(&a->body), a->body.len, w->user, &ei);

	if (e == ERR_OK)
		end_space(w, w->id);
	else if (e == ERR_NOTFOUND)
		job_finish(w->job);
	else
		unread(w, e, &ei);
}

void
cms_service_end(struct job *j, const struct cred *cred)
{
	const struct msg_cms_end *m = j->msg;
	struct walk *w = walk_new(j);

	(void)cred;
	if (w == NULL)
		return;
	if (m->space_id[0] != '\0')
		end_space(w, m->space_id);
	else if (cms_user(w->user, m->key) != ERR_OK)
		job_fail_request(j, ERR_SYS);
	else
		ask(w, "GET",
		    cms_url_find(&w->url, m->ctx.host, m->ctx.port, w->user),
		    end_found);
}
