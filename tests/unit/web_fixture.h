/* web_fixture.h - for the tests of calconn-web: a worker with a store and
 * the real templates, asked in this process as the web server would ask. */
#ifndef WEB_FIXTURE_H
#define WEB_FIXTURE_H

#include "tests/unit/store_fixture.h"

#include <stdbool.h>

#include "cgi/page.h"
#include "common/conf.h"

#define WEB_ORIGIN "https://calconn.example.test"
#define WEB_PASSWORD "correct horse battery"
#define WEB_NOW 1700000000

struct web_fixture {
	void *store_state; /* struct fixture */
	struct fixture *store;
	struct conf conf;
	struct web web;
	unsigned char sk[SEAL_SK_LEN]; /* opens what the worker sealed */
	struct req req;
	struct resp resp;
	/* What the next request sends; "" sends none. */
	char cookie[256], csrf[40], origin[128], fetch_site[32];
	char content_type[128];
	size_t chunk; /* bytes that the body comes in at once */
	/* The last answer. */
	int status;
	char *answer; /* head and body */
	const char *body;
	/* Where the body passed through; was it wiped? */
	unsigned char *passed;
	size_t passed_len;
};

int web_up(void **state);
/* Signed in as "boss", who may write. */
int web_up_boss(void **state);
int web_down(void **state);

/* The account exists afterwards, with WEB_PASSWORD. */
void web_admin(
    struct web_fixture *w, const char *name, enum role role, bool must_change);
/* A session of that account; the next requests are sent with it. */
void web_session(struct web_fixture *w, const char *name);
void web_get(struct web_fixture *w, const char *uri);
/* fields: encoded, the token is added. */
void web_post(struct web_fixture *w, const char *uri, const char *fields);
void web_ask(struct web_fixture *w, const char *method, const char *uri,
    const char *body, size_t n);

/* Of the last answer: a header's value ("" where missing, borrowed until
 * the next call), and whether its body holds the text. */
const char *web_header(struct web_fixture *w, const char *name);
bool web_has(const struct web_fixture *w, const char *text);
/* value="..." of the field with this name, as it stands in the page. */
const char *web_value(const struct web_fixture *w, const char *name);

/* The newest row of the configuration log. */
void web_logged(struct web_fixture *w, const char *who, const char *item,
    const char *new_value);

#define assert_has(w, text) assert_has_(w, text, __FILE__, __LINE__)
#define assert_lacks(w, text) assert_lacks_(w, text, __FILE__, __LINE__)
void assert_has_(
    const struct web_fixture *w, const char *text, const char *f, int l);
void assert_lacks_(
    const struct web_fixture *w, const char *text, const char *f, int l);

#endif
