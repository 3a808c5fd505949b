/* webex_step.h - one request to Webex, with a token; what webex_service.c and
 * webex_space.c are made of.  Runs in net. */
#ifndef WEBEX_STEP_H
#define WEBEX_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "backend/net/webex_token.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/str.h"

struct cred;
struct http_answer;
struct job;
struct webex_step;
struct webex_wait;

/* Of a good answer; a is borrowed. */
typedef void (*webex_then_fn)(struct webex_step *s, struct http_answer *a);

/* Of a job; lives as its `extra`. */
struct webex_step {
	struct job *job;
	struct webex_wait *wait;
	/* the request; to be filled before webex_step_ask() */
	const char *method;
	struct buf url, body;
	webex_then_fn then;
	webex_then_fn missing; /* 404 and 410; NULL: a failure */
	webex_then_fn refused; /* 400, 403, 409; NULL: a failure */
	bool again; /* with a fresh token, once */
	/* what was found on the way */
	char *meeting_id, *space_id;
	struct strlist spaces, members;
	size_t at; /* in one of them */
	/* webex_series.c */
	char *part_id; /* of the meeting of the series that is changed */
	bool is_wide, is_anew; /* looked for everywhere; made once more */
};

/* NULL: memory is out, and the job has ended. */
struct webex_step *webex_step_new(struct job *j);
/* Sends it.  e: what filling it came to; anything else than ERR_OK ends the
 * job with that. */
void webex_step_ask(
    struct webex_step *s, const char *method, enum err e, webex_then_fn then);
/* A token for s, or the end of the job; see webex_token_want(). */
void webex_step_token(struct webex_step *s, bool fresh, webex_token_fn fn);
/* Ends the job: the answer could not be read. */
void
webex_step_unread(struct webex_step *s, enum err e, const struct errinfo *ei);
void webex_step_done(struct webex_step *s); /* ends the job */

/* webex_space.c: books the meeting of a space; s is fresh. */
void webex_space_book(struct webex_step *s);
/* webex_service.c: the meeting itself, once the space is there. */
void webex_book_meeting(struct webex_step *s);

/* webex_series.c: changes what differs; then the job is done. */
void webex_series_apply(struct webex_step *s);
/* webex_service.c: the series is ended already, and made once more. */
void webex_book_anew(struct webex_step *s);

#endif
