/* webex_space.c - see webex_step.h: a space whose members are invited.  The
 * app makes it, and is its member: Webex lets nobody else book a meeting of
 * a space (OAS "roomId").
 * A space carries no tag.  One that was made and never told is known by its
 * title, its age, and that no meeting is booked in it. */
#include "config.h"

#include <string.h>

#include "backend/net/http.h"
#include "backend/net/job.h"
#include "backend/net/webex_client.h"
#include "backend/net/webex_step.h"
#include "common/alloc.h"
#include "common/ipc.h"

#define CLOCKS_S 300 /* Webex' clock and ours may differ by this */

static void try_space(struct webex_step *s);

static const struct msg_webex_book *
book_of(const struct webex_step *s)
{
	return s->job->msg;
}

/* The next one that is not a member yet; then the meeting. */
static void
add_next(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_book *m = book_of(s);
	const char *who;
	enum err e;

	(void)a;
	while (s->at < m->invitees.n &&
	       strlist_has(&s->members, m->invitees.v[s->at]))
		s->at++;
	if (s->at == m->invitees.n) {
		s->refused = s->missing = NULL;
		buf_reset(&s->body);
		webex_book_meeting(s);
		return;
	}
	who = m->invitees.v[s->at++];
	/* Who may not be a member (a room, somebody of another
	 * organisation) is not one; the others are not kept waiting. */
	s->refused = s->missing = add_next;
	if ((e = webex_url_members(&s->url, "")) == ERR_OK)
		e = webex_member_encode(&s->body, s->space_id, who);
	webex_step_ask(s, "POST", e, add_next);
}

static void
made(struct webex_step *s, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e =
	    webex_id_decode(&s->space_id, buf_str(&a->body), a->body.len, &ei);

	s->at = 0;
	if (e != ERR_OK)
		webex_step_unread(s, e, &ei);
	else
		add_next(s, a);
}

static void
make(struct webex_step *s)
{
	enum err e;

	s->missing = NULL;
	if ((e = webex_url_space(&s->url, "")) == ERR_OK)
		e = webex_space_encode(&s->body, book_of(s)->title);
	webex_step_ask(s, "POST", e, made);
}

static void
members_are(struct webex_step *s, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = webex_items_decode(
	    &s->members, buf_str(&a->body), a->body.len, "personEmail", &ei);

	s->at = 0;
	if (e != ERR_OK)
		webex_step_unread(s, e, &ei);
	else
		add_next(s, a);
}

/* The space that was booked is gone, and its meeting with it. */
static void
space_gone(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	mem_free(s->meeting_id);
	mem_free(s->space_id);
	s->meeting_id = s->space_id = NULL;
	make(s);
}

static void
use(struct webex_step *s)
{
	s->missing = space_gone;
	buf_reset(&s->body);
	webex_step_ask(
	    s, "GET", webex_url_members(&s->url, s->space_id), members_are);
}

/* Has the space that might be ours a meeting?  Then it is another's. */
static void
tried(struct webex_step *s, struct http_answer *a)
{
	struct strlist ids = {0};
	struct errinfo ei = {0};
	enum err e =
	    webex_items_decode(&ids, buf_str(&a->body), a->body.len, "id", &ei);
	size_t n = ids.n;

	strlist_clear(&ids);
	if (e != ERR_OK) {
		webex_step_unread(s, e, &ei);
	} else if (n > 0) {
		s->at++;
		try_space(s);
	} else if ((s->space_id = try_strdup(s->spaces.v[s->at])) == NULL) {
		job_fail_request(s->job, ERR_NOMEM);
	} else {
		use(s);
	}
}

static void
try_space(struct webex_step *s)
{
	if (s->at == s->spaces.n) {
		make(s);
		return;
	}
	webex_step_ask(s, "GET",
	    webex_url_space_meetings(&s->url, s->spaces.v[s->at]), tried);
}

static void
spaces_are(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_book *m = book_of(s);
	struct errinfo ei = {0};
	enum err e = webex_spaces_decode(&s->spaces, buf_str(&a->body),
	    a->body.len, m->title, m->since_s - CLOCKS_S, &ei);

	s->at = 0;
	if (e != ERR_OK)
		webex_step_unread(s, e, &ei);
	else
		try_space(s);
}

static void
looked(struct webex_step *s, struct http_answer *a)
{
	struct msg_webex_booking found = {0};
	struct errinfo ei = {0};
	enum err e = webex_found_decode(
	    &found, buf_str(&a->body), a->body.len, book_of(s)->key, &ei);

	if (e == ERR_OK) {
		mem_free(s->meeting_id);
		s->meeting_id = found.meeting_id;
		s->space_id = found.space_id;
		found.meeting_id = found.space_id = NULL;
	}
	msg_webex_booking_free(&found);
	if (e == ERR_OK && s->space_id != NULL && s->space_id[0] != '\0')
		use(s);
	else if (e == ERR_OK || e == ERR_NOTFOUND)
		webex_step_ask(s, "GET", webex_url_spaces(&s->url), spaces_are);
	else
		webex_step_unread(s, e, &ei);
}

void
webex_space_book(struct webex_step *s)
{
	const struct msg_webex_book *m = book_of(s);

	if (m->space_id[0] == '\0') {
		webex_step_ask(
		    s, "GET", webex_url_find(&s->url, "", m->key), looked);
	} else if ((s->space_id = try_strdup(m->space_id)) == NULL) {
		job_fail_request(s->job, ERR_NOMEM);
	} else {
		use(s);
	}
}
