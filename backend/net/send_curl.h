/* send_curl.h - what sending by SMTP and by syslog over TCP share: a curl
 * handle that a worker thread may block on until its time is up, with our own
 * TLS and the names of what failed.
 * Runs in net, in a worker thread.  The server is slow, wrong or hostile. */
#ifndef SEND_CURL_H
#define SEND_CURL_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct ca_store;
struct msg_evidence;
struct tls_seen;

#define SEND_TIMEOUT_DEFAULT_MS 20000
#define SEND_TIMEOUT_MAX_MS 60000
#define SEND_ANSWER_MAX 500 /* bytes of what a server said last */

struct send_curl {
	CURL *easy;
	struct ca_store *ca; /* borrowed */
	const char *host; /* that the certificate must be for; borrowed */
	const atomic_bool *cancelled;
	struct tls_seen *tls;
	bool is_denied; /* an address that is not allowed */
	char errtext[CURL_ERROR_SIZE];
	char answer[SEND_ANSWER_MAX + 1]; /* the last line of the server */
};

/* url: made by the caller of checked parts. */
enum err send_curl_init(struct send_curl *s, const char *url,
    const char *protocol, uint32_t timeout_ms) ERR_CHECK;
void send_curl_clear(struct send_curl *s);
/* After the transfer: what was seen, and the failure's name, if any. */
void
send_curl_tell(struct send_curl *s, CURLcode code, struct msg_evidence *ev);
/* Of an error of connect() or the like. */
const char *send_errno_failure(int error);

#endif
