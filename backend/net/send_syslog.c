/* send_syslog.c - see send_syslog.h. */
#include "config.h"

#include "backend/net/send_syslog.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/net/dns_srv.h"
#include "backend/net/evidence.h"
#include "backend/net/send_curl.h"
#include "backend/net/url_guard.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"
#include "common/valid.h"

#define FRAME_MAX 9000 /* bytes: a message and its length */
#define URL_MAX (VALID_HOST_MAX + 32)
#define POLL_MS 100 /* between two looks at whether it was cancelled */

/* A datagram socket, or a stream where the service has only that. */
static void
send_local(const char *path, const char *message, struct msg_evidence *ev)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	size_t n = strlen(message);
	int fd;

	evidence_text(&ev->remote, path, EV_REMOTE_MAX);
	if (!str_copy(sa.sun_path, sizeof(sa.sun_path), path) ||
	    (fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0) {
		evidence_fail(ev, "syslog-local", "%s", strerror(errno));
		return;
	}
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    send(fd, message, n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)n)
		evidence_fail(ev, "syslog-local", "%s", strerror(errno));
	else
		evidence_text(&ev->detail,
		    "The local service took the message.", EV_DETAIL_MAX);
	(void)close(fd);
}

static void
send_datagram(
    const struct addrinfo *list, const char *message, struct msg_evidence *ev)
{
	const struct addrinfo *a;
	size_t n = strlen(message);
	int fd, error = EHOSTUNREACH;

	for (a = list; a != NULL; a = a->ai_next) {
		if (!url_guard_allows(a->ai_addr, true)) {
			error = EACCES;
			continue;
		}
		fd = socket(
		    a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, a->ai_protocol);
		if (fd < 0) {
			error = errno;
			continue;
		}
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 &&
		    send(fd, message, n, MSG_NOSIGNAL | MSG_DONTWAIT) ==
			(ssize_t)n)
			error = 0;
		else
			error = errno;
		(void)close(fd);
		if (error == 0)
			break;
	}
	if (error == EACCES)
		evidence_fail(
		    ev, "url-refused", "the address is not one to send to");
	else if (error != 0)
		evidence_fail(
		    ev, send_errno_failure(error), "%s", strerror(error));
	else
		evidence_text(&ev->detail,
		    "The message was sent. UDP does not tell whether it "
		    "arrived.",
		    EV_DETAIL_MAX);
}

static void
send_udp(const struct msg_syslog_job *job, struct msg_evidence *ev)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list = NULL;
	uint64_t start_ms = clock_mono_ms();
	char port[16];
	int rc;

	(void)snprintf(port, sizeof(port), "%u", (unsigned)job->port);
	if ((rc = getaddrinfo(job->host, port, &hints, &list)) != 0)
		evidence_fail(ev, dns_failure(rc, clock_mono_ms() - start_ms),
		    "%s", gai_strerror(rc));
	else
		send_datagram(list, job->message, ev);
	if (list != NULL)
		freeaddrinfo(list);
}

/* false: not in time, or cancelled. */
static bool
wait_writable(struct send_curl *s, uint64_t until_ms)
{
	struct pollfd p = {.fd = -1, .events = POLLOUT};
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK)
		return false;
	p.fd = fd;
	while (clock_mono_ms() < until_ms && !atomic_load(s->cancelled))
		if (poll(&p, 1, POLL_MS) != 0)
			return true;
	return false;
}

static CURLcode
push(struct send_curl *s, const struct buf *frame, uint64_t until_ms)
{
	CURLcode code = CURLE_OK;
	size_t at = 0, n;

	while (at < frame->len) {
		n = 0;
		code =
		    curl_easy_send(s->easy, frame->p + at, frame->len - at, &n);
		at += n;
		if (code == CURLE_AGAIN) {
			if (!wait_writable(s, until_ms))
				return CURLE_OPERATION_TIMEDOUT;
		} else if (code != CURLE_OK) {
			return code;
		}
	}
	return CURLE_OK;
}

static void
send_stream(const struct msg_syslog_job *job, struct ca_store *ca,
    const atomic_bool *cancelled, struct msg_evidence *ev)
{
	bool is_tls = str_eq(job->transport, "tls");
	const char *scheme = is_tls ? "https" : "http";
	struct send_curl s = {
	    .ca = ca, .host = job->host, .cancelled = cancelled};
	uint64_t until_ms = clock_mono_ms() + SEND_TIMEOUT_DEFAULT_MS;
	struct buf frame = BUF_INIT(FRAME_MAX);
	char url[URL_MAX];
	CURLcode code;
	enum err e;

	/* The scheme is curl's word for "with TLS" here: nothing of HTTP is
	 * spoken, and no protocol is named in the handshake. */
	(void)snprintf(url, sizeof(url),
	    strchr(job->host, ':') == NULL ? "%s://%s:%u" : "%s://[%s]:%u",
	    scheme, job->host, (unsigned)job->port);
	if ((e = buf_putf(&frame, "%zu %s", strlen(job->message),
		 job->message)) != ERR_OK ||
	    (e = send_curl_init(&s, url, scheme, job->timeout_ms)) != ERR_OK) {
		evidence_fail_err(ev, e, err_default_text(e));
		goto out;
	}
	(void)curl_easy_setopt(s.easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	(void)curl_easy_setopt(s.easy, CURLOPT_CONNECT_ONLY, 1L);
	if ((code = curl_easy_perform(s.easy)) == CURLE_OK)
		code = push(&s, &frame, until_ms);
	send_curl_tell(&s, code, ev);
	if (code == CURLE_OK)
		evidence_text(&ev->detail,
		    "The connection was made and the message sent. Syslog "
		    "servers do not answer.",
		    EV_DETAIL_MAX);
out:
	send_curl_clear(&s);
	buf_clear(&frame);
}

void
send_syslog(const struct msg_syslog_job *job, const char *local_socket,
    struct ca_store *ca, const atomic_bool *cancelled, struct msg_evidence *ev)
{
	if (str_eq(job->transport, "local"))
		send_local(local_socket, job->message, ev);
	else if (valid_address(job->host, NULL) != ERR_OK)
		evidence_fail(ev, "url-refused", "this is no server's name");
	else if (str_eq(job->transport, "udp"))
		send_udp(job, ev);
	else
		send_stream(job, ca, cancelled, ev);
}
