/* send_mail.h - one mail by SMTP (RFC 5321), inside TLS: from the first byte
 * (RFC 8314) or after STARTTLS (RFC 3207), without which nothing is sent.
 * Runs in net, in a worker thread: blocks until its time is up. */
#ifndef SEND_MAIL_H
#define SEND_MAIL_H

#include <stdatomic.h>

struct ca_store;
struct cred;
struct msg_evidence;
struct msg_mail_job;

/* cred: NULL for a server that wants none.  What the server said last is the
 * detail of ev, also when all went well. */
void send_mail(const struct msg_mail_job *job, const struct cred *cred,
    struct ca_store *ca, const atomic_bool *cancelled, struct msg_evidence *ev);

#endif
