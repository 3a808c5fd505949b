/* redirects.h - hosts that Autodiscover led to: noted for the Trust List,
 * with who waits for a decision and the alarm about it (60113).
 * Engine; on the loop.  Writes state.db.  Hosts and addresses come from
 * foreign servers: at most so many are kept, the oldest go first. */
#ifndef REDIRECTS_H
#define REDIRECTS_H

#include <stdbool.h>

struct engine;
struct msg_evidence;
struct redirects; /* opaque */

struct redirect_note {
	const char *host, *url;
	const char *source; /* as in trust_source_text() */
	const char *came_from; /* the address that named it, or "" */
	const char *mail_domain;
	bool trusted; /* something vouched for it */
	const struct msg_evidence *probe; /* NULL: not asked this time */
};

struct redirects *redirects_new(struct engine *en);
void redirects_free(struct redirects *r);

/* Should the host be asked (without credentials) what it is?  Not for each
 * of a thousand mailboxes. */
bool redirects_wants_probe(struct engine *en, const char *host);
void redirects_note(struct engine *en, const struct redirect_note *n);
/* user_alarm.c, a moment after mailboxes changed: who waits for what. */
void redirects_count(struct engine *en);
/* The Trust List is another one: lowers alarms, tries again at once. */
void redirects_decided(struct engine *en);

#endif
