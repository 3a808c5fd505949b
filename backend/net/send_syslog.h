/* send_syslog.h - one syslog message: to this host's own service by its
 * socket, to a server by UDP (RFC 5426), TCP (RFC 6587, counted octets) or TLS
 * (RFC 5425).
 * Runs in net, in a worker thread: blocks until its time is up. */
#ifndef SEND_SYSLOG_H
#define SEND_SYSLOG_H

#include <stdatomic.h>

struct ca_store;
struct msg_evidence;
struct msg_syslog_job;

/* No way but TLS tells whether anybody read it. */
void send_syslog(const struct msg_syslog_job *job, const char *local_socket,
    struct ca_store *ca, const atomic_bool *cancelled, struct msg_evidence *ev);

#endif
