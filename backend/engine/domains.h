/* domains.h - what Autodiscover of a mail domain led to, kept for each record
 * so that ten thousand mailboxes of one domain do not mean as many look-ups:
 * the first mailbox of a domain goes all ways (discover.h), those that come
 * meanwhile wait, and then the server that was found is asked for a hundred
 * at a time.
 * Engine; on the loop.  Owned by its record.  A look-up ends once, never from
 * within the start. */
#ifndef DOMAINS_H
#define DOMAINS_H

#include <stdbool.h>
#include <stddef.h>

#include "backend/engine/discover.h"

struct domains; /* opaque */
struct lookup; /* opaque */
struct record;

#define DOMAINS_MAX 1024 /* of one record; the oldest goes first */
#define DOMAIN_FOUND_LIFE_MS (60u * 60u * 1000u)
#define DOMAIN_FAILED_LIFE_MS (30u * 1000u)
/* Of what may pass by itself: the server or the way to it is down. */
#define DOMAIN_DOWN_LIFE_MS (5u * 1000u)
/* Whole requests that may fail before SOAP is given up for a domain. */
#define DOMAIN_SOAP_FAULTS_MAX 2
/* Domains of a record that are looked for at a time before a mailbox of
 * theirs has its turn. */
#define DOMAIN_SCOUTS_MAX 4

struct domains *domains_new(struct record *r);
void domains_free(struct domains *ds); /* NULL is fine */
/* The record is not used any more: nothing new is asked. */
void domains_stop(struct domains *ds);

struct lookup *
domains_look_up(struct record *r, const char *email, discover_fn fn, void *arg);
void domains_cancel(struct lookup *l); /* NULL is fine */

/* The Trust List is another one: all is looked for again. */
void domains_forget(struct record *r);
/* An administrator asks again for this mailbox. */
void domains_forget_one(struct record *r, const char *email);
/* Where POX answered for a mailbox of the domain, or NULL; is_listed: only
 * the Trust List vouched for it. */
const char *domains_hint(struct record *r, const char *domain, bool *is_listed);
/* Looks for the domain of a mailbox that still waits for its turn.  False:
 * as many are looked for already. */
bool domains_scout(struct record *r, const char *email);

#endif
