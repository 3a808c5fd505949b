/* servers.h - how many requests an Exchange server gets at a time from one
 * record: what is over that waits here, not at the server.  Fewer while it
 * says that it is busy, down to one and up again by ones; and with several
 * servers none takes the places of all, so that a slow one delays only its own
 * mailboxes.
 * [office-developer-exchange-docs] "EWS throttling in Exchange":
 * EWSMaxConcurrency, 27 for each account; an open stream is not counted.
 * Engine; on the loop.  A server lives as long as its record. */
#ifndef SERVERS_H
#define SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct msg_evidence;
struct record;
struct server; /* opaque */

#define SERVERS_MAX 256 /* of a record; more share the last */
#define SERVER_REQUESTS_MIN 1 /* however busy it says it is */
#define SERVER_QUEUE_SHORT 8 /* more work is not begun while that many wait */

/* What waits: what a person has just done goes first. */
enum server_class { SERVER_HOT, SERVER_LISTEN, SERVER_COLD, SERVER_CLASS__MAX };

/* One request's place; embedded in it, zeroed before its first use. */
struct server_pass {
	TAILQ_ENTRY(server_pass) next;
	struct server *s; /* NULL: it has none, and waits for none */
	enum server_class class;
	bool is_in;
	void (*go)(void *arg); /* may start now; never from within enter */
	void *arg;
};

/* True: may start at once.  False: go() is called when its turn comes. */
bool server_enter(struct server_pass *p, struct record *r, const char *url,
    enum server_class class);
/* It has ended, or is given up; harmless without a place. */
void server_leave(struct server_pass *p);
/* What it answered for the mailbox. */
void server_saw(
    struct server_pass *p, const char *mailbox, const struct msg_evidence *ev);
/* So much waits that more work for it should not begin yet. */
bool server_is_full(struct record *r, const char *url);
/* Of the record; nothing is left in them. */
void servers_free(struct record *r);

#endif
