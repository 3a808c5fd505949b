/* ldap_int.h - what the files of a directory connection share.  Runs in net,
 * in a worker. */
#ifndef LDAP_INT_H
#define LDAP_INT_H

#include <ldap.h>

#include "backend/net/ldap_io.h"

struct ldap_link {
	struct ldap_io io;
	LDAP *ld;
	struct ldap_gss *gss; /* NULL: no sign-in without TLS so far */
};

/* The library gave up: the connection is lost, or the like. */
void
ldap_link_lost(struct ldap_link *l, struct msg_evidence *ev, const char *what);
/* The server answered with a code; text may be NULL.  Returns ev's code. */
enum err ldap_link_refused(struct msg_evidence *ev, const char *what, int code,
    const char *text) ERR_CHECK;
/* The next message of a request.  *type: LDAP_RES_*. */
enum err ldap_link_next(struct ldap_link *l, int id, const char *what,
    LDAPMessage **out, int *type, struct msg_evidence *ev) ERR_CHECK;

#endif
