/* discover.h - finds the EWS address of a mailbox: the one engine for tests
 * of a connection and for the connector's own look-ups (DESIGN 4).
 * Engine; on the loop.  Decisions are in discover_plan.c, net does single
 * requests.  Ends once, never from within the start. */
#ifndef DISCOVER_H
#define DISCOVER_H

#include "common/str.h"

struct discover; /* opaque */
struct msg_evidence;
struct record;
struct steps;

struct discover_result {
	bool found;
	struct strlist urls; /* of EWS, best first */
	const char *failure; /* when nothing was found; borrowed */
	const char *detail; /* borrowed */
	const struct msg_evidence *ev; /* of the last answer, or NULL */
	const char *email; /* the mailbox, maybe another one by now */
	const char *pending_host; /* that somebody must decide about, or "" */
	/* Beside the addresses, where the server told: */
	const char *grouping; /* GroupingInformation, or "" */
	/* For other mailboxes of the domain, from the address that knew this
	 * one, or (nothing found) that said it does not know it; or "". */
	const char *pox_url, *soap_url;
	bool must_verify; /* as in plan_step */
};

typedef void (*discover_fn)(void *arg, struct discover_result *res);

/* steps: report to fill (a test: nothing remembered is used), or NULL.  It
 * must stay as long as the look-up runs. */
struct discover *discover_start(struct record *r, const char *email,
    struct steps *steps, discover_fn fn, void *arg);
void discover_cancel(struct discover *d); /* NULL is fine */

/* The SOAP form beside an address of POX, or "". */
void discover_soap_url(const char *pox_url, char *out, size_t size);
/* "https://ADDRESS/EWS/Exchange.asmx" */
void discover_direct_url(const char *address, char *out, size_t size);

/* The directory look-up alone, for a test without a mailbox. */
struct discover *discover_scp_only(
    struct record *r, struct steps *steps, discover_fn fn, void *arg);

#endif
