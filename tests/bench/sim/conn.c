#include "config.h"

#include "tests/bench/sim/sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/clock.h"

#define REQUEST_MAX (8u * 1024u * 1024u)
#define OUT_MAX (64u * 1024u * 1024u)
#define READ_MAX 16384
#define EVENTS_MAX 256

struct conn {
	TAILQ_ENTRY(conn) waits, next;
	int fd;
	SSL *ssl;
	struct buf in, out;
	size_t asked_len; /* of the request that is being answered */
	uint64_t due_ms; /* when it is answered */
	bool is_busy, is_waiting, wants_write, counts, dead;
	bool mutes; /* what is answered is not sent */
	bool ends; /* with what is on its way */
	struct stream *stream;
};

struct sim_stats sim_stats;
unsigned sim_delay_ms;
bool sim_unlimited;

static int ep = -1, listen_fd = -1, watch_fd = -1;
static void (*watch_fn)(void);
static SSL_CTX *tls;
static TAILQ_HEAD(conns, conn) waiting = TAILQ_HEAD_INITIALIZER(waiting);
static struct conns all = TAILQ_HEAD_INITIALIZER(all);
static struct sockaddr_in where;
static uint64_t mute_until_ms, closed_until_ms;
static bool has_dead;

static void serve(struct conn *c);

static void
must(enum err e)
{
	if (e != ERR_OK)
		fatal("sim: out of room");
}

struct stream **
conn_stream(struct conn *c)
{
	return &c->stream;
}

static int
open_door(void)
{
	struct epoll_event ev = {.events = EPOLLIN};
	int on = 1;

	listen_fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listen_fd < 0 ||
	    setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) !=
		0 ||
	    bind(listen_fd, (struct sockaddr *)&where, sizeof(where)) != 0 ||
	    listen(listen_fd, 1024) != 0)
		return -1;
	ev.data.ptr = &listen_fd;
	return epoll_ctl(ep, EPOLL_CTL_ADD, listen_fd, &ev);
}

int
conn_listen(const char *address, uint16_t port, const char *pem)
{
	tls = SSL_CTX_new(TLS_server_method());
	if (tls == NULL || SSL_CTX_use_certificate_chain_file(tls, pem) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, pem, SSL_FILETYPE_PEM) != 1)
		return -1;
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_RELEASE_BUFFERS);
	where.sin_family = AF_INET;
	where.sin_port = htons(port);
	if (inet_pton(AF_INET, address, &where.sin_addr) != 1)
		return -1;
	ep = epoll_create1(EPOLL_CLOEXEC);
	return open_door();
}

void
conn_watch(int fd, void (*fn)(void))
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &watch_fd};

	watch_fd = fd;
	watch_fn = fn;
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) != 0)
		fatal("sim: epoll");
}

static void
want(struct conn *c, bool write)
{
	struct epoll_event ev = {
	    .events = EPOLLIN | (write ? EPOLLOUT : 0u), .data.ptr = c};

	if (c->wants_write == write)
		return;
	c->wants_write = write;
	(void)epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
}

static void
flush(struct conn *c)
{
	int n;

	if (clock_mono_ms() < mute_until_ms)
		return;
	while (c->out.len > 0) {
		n = SSL_write(c->ssl, c->out.p,
		    c->out.len > READ_MAX ? READ_MAX : (int)c->out.len);
		if (n <= 0) {
			if (SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_WRITE)
				break;
			c->dead = true;
			return;
		}
		buf_consume(&c->out, (size_t)n);
	}
	want(c, c->out.len > 0);
	if (c->ends && c->out.len == 0) {
		c->dead = has_dead = true;
		(void)shutdown(c->fd, SHUT_WR);
	}
}

/* The request has its answer: its place is free, the next may be there. */
static void
over(struct conn *c)
{
	if (c->counts)
		sim_stats.in_flight--;
	c->counts = false;
	c->is_busy = false;
	buf_consume(&c->in, c->asked_len);
	c->asked_len = 0;
}

void
conn_answer(
    struct conn *c, unsigned status, const char *headers, const struct buf *b)
{
	int times;

	if (c->mutes)
		return;
	for (times = fault_is_now() ? 2 : 1; times > 0; times--) {
		must(buf_putf(&c->out,
		    "HTTP/1.1 %u X\r\nContent-Type: text/xml; charset=utf-8"
		    "\r\nContent-Length: %zu\r\n%s\r\n",
		    status, b->len, headers));
		c->ends = fault_is_now();
		must(buf_put(
		    &c->out, buf_str(b), c->ends ? b->len / 2 : b->len));
		if (c->ends)
			break;
	}
	over(c);
	flush(c);
}

void
conn_chunked(struct conn *c)
{
	must(buf_puts(&c->out,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n"));
	/* Streams have a limit of their own. */
	if (c->counts)
		sim_stats.in_flight--;
	c->counts = false;
}

void
conn_chunk(struct conn *c, const char *p, size_t n)
{
	must(buf_putf(&c->out, "%zx\r\n", n));
	must(buf_put(&c->out, p, n));
	must(buf_puts(&c->out, "\r\n"));
	flush(c);
}

void
conn_chunks_end(struct conn *c)
{
	must(buf_puts(&c->out, "0\r\n\r\n"));
	c->stream = NULL;
	over(c);
	flush(c);
}

static void
conn_free(struct conn *c)
{
	if (c->stream != NULL)
		ews_gone(c->stream);
	if (c->is_waiting)
		TAILQ_REMOVE(&waiting, c, waits);
	TAILQ_REMOVE(&all, c, next);
	if (c->counts)
		sim_stats.in_flight--;
	(void)epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, NULL);
	SSL_free(c->ssl);
	close(c->fd);
	buf_clear(&c->in);
	buf_clear(&c->out);
	mem_free(c);
}

static void
take_new(void)
{
	struct epoll_event ev = {.events = EPOLLIN};
	struct conn *c;
	int fd, on = 1;

	while ((fd = accept4(listen_fd, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		c = xalloc(sizeof(*c));
		c->fd = fd;
		c->in.max = REQUEST_MAX;
		c->out.max = OUT_MAX;
		c->ssl = SSL_new(tls);
		if (c->ssl == NULL || SSL_set_fd(c->ssl, fd) != 1)
			fatal("sim: TLS");
		SSL_set_accept_state(c->ssl);
		ev.data.ptr = c;
		TAILQ_INSERT_TAIL(&all, c, next);
		if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) != 0)
			fatal("sim: epoll");
		sim_stats.connections++;
	}
}

/* The whole request is there: how long is it? */
static size_t
complete(const struct buf *in, size_t *head_len)
{
	const char *end = in->len > 0 ? strstr(in->p, "\r\n\r\n") : NULL, *cl;
	size_t body = 0;

	if (end == NULL)
		return 0;
	*head_len = (size_t)(end - in->p) + 4;
	if ((cl = strcasestr(in->p, "\r\nContent-Length:")) != NULL && cl < end)
		body = strtoul(cl + 17, NULL, 10);
	return in->len >= *head_len + body ? *head_len + body : 0;
}

static void
answer_now(struct conn *c)
{
	size_t head_len = 0;
	struct ask a;

	/* Nobody sends the next one before this one is answered. */
	c->asked_len = complete(&c->in, &head_len);
	c->in.p[head_len - 1] = '\0';
	a.head = c->in.p;
	a.body = c->in.p + head_len;
	a.body_len = c->asked_len - head_len;
	/* Somebody on the way sends it again, and the first answer is lost. */
	if (strstr(a.body, "<m:GetStreamingEvents>") == NULL &&
	    fault_is_now()) {
		c->mutes = true;
		ews_ask(c, &a);
		c->mutes = false;
	}
	ews_ask(c, &a);
}

static void
wait_until(struct conn *c, uint64_t due_ms)
{
	struct conn *at;

	c->due_ms = due_ms;
	c->is_waiting = true;
	TAILQ_FOREACH_REVERSE(at, &waiting, conns, waits)
	if (at->due_ms <= due_ms) {
		TAILQ_INSERT_AFTER(&waiting, at, c, waits);
		return;
	}
	TAILQ_INSERT_HEAD(&waiting, c, waits);
}

static void
serve(struct conn *c)
{
	size_t head_len;
	unsigned late_ms;

	while (!c->dead && !c->is_busy && complete(&c->in, &head_len) > 0) {
		c->is_busy = true;
		c->counts = true;
		sim_stats.requests++;
		if (++sim_stats.in_flight > sim_stats.in_flight_max)
			sim_stats.in_flight_max = sim_stats.in_flight;
		late_ms = sim_delay_ms + fault_late_ms();
		if (late_ms > 0) {
			wait_until(c, clock_mono_ms() + late_ms);
			return;
		}
		answer_now(c);
	}
}

static void
on_ready(struct conn *c, uint32_t what)
{
	int n;

	if (what & EPOLLOUT)
		flush(c);
	while (!c->dead) {
		must(buf_reserve(&c->in, READ_MAX));
		n = SSL_read(c->ssl, c->in.p + c->in.len, READ_MAX);
		if (n <= 0) {
			n = SSL_get_error(c->ssl, n);
			c->dead = n != SSL_ERROR_WANT_READ &&
				  n != SSL_ERROR_WANT_WRITE;
			ERR_clear_error();
			break;
		}
		c->in.len += (size_t)n;
		c->in.p[c->in.len] = '\0';
	}
	serve(c);
	if (c->in.len == 0)
		buf_clear(&c->in);
	if (c->out.len == 0)
		buf_clear(&c->out);
	if (c->dead)
		conn_free(c);
}

static int
answer_due(int wait_ms)
{
	struct conn *c;
	uint64_t now = clock_mono_ms();

	while ((c = TAILQ_FIRST(&waiting)) != NULL && c->due_ms <= now) {
		TAILQ_REMOVE(&waiting, c, waits);
		c->is_waiting = false;
		answer_now(c);
		serve(c);
	}
	if (c != NULL && c->due_ms - now < (uint64_t)wait_ms)
		return (int)(c->due_ms - now);
	return wait_ms;
}

/* What is dead is freed later: the loop may still hold an event for it. */
static void
kill_conn(struct conn *c, bool hard)
{
	struct linger now = {1, 0};

	if (hard)
		(void)setsockopt(
		    c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (c->stream != NULL)
		ews_gone(c->stream);
	c->stream = NULL;
	c->dead = has_dead = true;
}

void
conn_cut(bool everyone, unsigned closed_ms)
{
	static const char part[] = "1000\r\n<Envelope xmlns=\"http://sch";
	static unsigned turn;
	struct conn *c;

	TAILQ_FOREACH(c, &all, next)
	{
		if (c->dead || (c->stream == NULL && !everyone))
			continue;
		if (c->stream != NULL && ++turn % 2 == 0)
			(void)SSL_write(c->ssl, part, (int)sizeof(part) - 1);
		kill_conn(c, turn % 2 != 0);
	}
	if (closed_ms == 0)
		return;
	if (listen_fd >= 0)
		(void)close(listen_fd);
	listen_fd = -1;
	closed_until_ms = clock_mono_ms() + closed_ms;
}

void
conn_mute(unsigned ms)
{
	mute_until_ms = clock_mono_ms() + ms;
}

static void
reap(void)
{
	struct conn *c, *next;

	has_dead = false;
	for (c = TAILQ_FIRST(&all); c != NULL; c = next) {
		next = TAILQ_NEXT(c, next);
		if (c->dead)
			conn_free(c);
	}
}

void
conn_beat(void)
{
	struct conn *c;

	if (listen_fd < 0 && clock_mono_ms() >= closed_until_ms &&
	    open_door() != 0)
		fatal("sim: cannot listen again");
	if (mute_until_ms == 0 || clock_mono_ms() < mute_until_ms)
		return;
	mute_until_ms = 0;
	TAILQ_FOREACH(c, &all, next)
	if (c->out.len > 0 && !c->dead)
		flush(c);
}

/* Only the control is heard. */
static void
run_muted(uint64_t until_ms, uint64_t now)
{
	struct pollfd p = {.fd = watch_fd, .events = POLLIN};

	if (poll(&p, 1, (int)(until_ms - now)) > 0)
		watch_fn();
}

void
conn_run(uint64_t until_ms)
{
	struct epoll_event ev[EVENTS_MAX];
	uint64_t now;
	int i, n, wait;

	while ((now = clock_mono_ms()) < until_ms) {
		if (now < mute_until_ms) {
			run_muted(until_ms, now);
			continue;
		}
		wait = answer_due((int)(until_ms - now));
		n = epoll_wait(ep, ev, EVENTS_MAX, wait);
		for (i = 0; i < n; i++)
			if (ev[i].data.ptr == &listen_fd)
				take_new();
			else if (ev[i].data.ptr == &watch_fd)
				watch_fn();
			else
				on_ready(ev[i].data.ptr, ev[i].events);
		if (has_dead)
			reap();
	}
}
