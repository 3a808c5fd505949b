#include "tests/harness/test.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/ipc_client.h"
#include "common/str.h"

/* What the other end does after the hello, or instead of it. */
enum act {
	ACT_ANSWER,
	ACT_ANSWER_IN_PIECES,
	ACT_ERROR,
	ACT_OTHER_ID,
	ACT_OTHER_TYPE,
	ACT_GARBAGE,
	ACT_BAD_PAYLOAD,
	ACT_CLOSE,
	ACT_SILENCE,
	ACT_OTHER_PROTO,
	ACT_HELLO_REFUSED,
	ACT_HELLO_CLOSED
};

struct server {
	char dir[TEST_DIR_MAX];
	char path[TEST_DIR_MAX + 8];
	int listen_fd;
	enum act act;
	pthread_t thread;
};

static struct server server;

static void
send_bytes(int fd, const struct buf *b, size_t step)
{
	size_t at, n;

	for (at = 0; at < b->len; at += n) {
		n = b->len - at < step ? b->len - at : step;
		if (send(fd, b->p + at, n, MSG_NOSIGNAL) != (ssize_t)n)
			return;
	}
}

static void
send_msg(int fd, enum ipc_type t, uint64_t id, const void *m, size_t step)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);

	if (ipc_build(&b, t, id, m) == ERR_OK)
		send_bytes(fd, &b, step);
	buf_clear(&b);
}

/* The id of the next frame; 0 at the end. */
static uint64_t
read_request(int fd)
{
	unsigned char b[2048];
	struct ipc_frame f;
	size_t n = 0;
	bool got = false;

	while (!got) {
		ssize_t r = recv(fd, b + n, sizeof(b) - n, 0);

		if (r <= 0)
			return 0;
		n += (size_t)r;
		if (ipc_parse(b, n, &f, &got) != ERR_OK)
			return 0;
	}
	return f.id;
}

static void
answer(int fd, enum act act, uint64_t id)
{
	struct msg_revision rev = {218};
	struct msg_error_answer err = {ERR_BUSY, NULL};
	char text[] = "Too many tests run.";
	struct buf b = BUF_INIT(1000);

	err.text = text;
	if (act == ACT_ANSWER)
		send_msg(fd, IPC_CONFIG_RUNNING, id, &rev, 10000);
	else if (act == ACT_ANSWER_IN_PIECES)
		send_msg(fd, IPC_CONFIG_RUNNING, id, &rev, 1);
	else if (act == ACT_ERROR)
		send_msg(fd, IPC_ERROR, id, &err, 10000);
	else if (act == ACT_OTHER_ID)
		send_msg(fd, IPC_CONFIG_RUNNING, id + 1, &rev, 10000);
	else if (act == ACT_OTHER_TYPE)
		send_msg(fd, IPC_OK, id, &rev, 10000);
	else if (act == ACT_GARBAGE &&
		 buf_puts(&b, "HTTP/1.1 200 OK\r\n\r\n") == ERR_OK)
		send_bytes(fd, &b, 10000);
	else if (act == ACT_BAD_PAYLOAD) {
		struct msg_job_ref longer = {text};

		if (ipc_build(&b, IPC_JOB_GET, id, &longer) == ERR_OK) {
			b.p[4] = IPC_CONFIG_RUNNING;
			send_bytes(fd, &b, 10000);
		}
	}
	buf_clear(&b);
}

static void *
serve(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->listen_fd, NULL, NULL);
	struct msg_hello hello = {NULL, NULL};
	char proto[81], name[] = "calconn-managerd";
	uint64_t id;

	hello.proto = proto;
	hello.program = name;
	(void)str_copy(proto, sizeof(proto),
	    s->act == ACT_OTHER_PROTO ? "calconn-ipc-1:0" : ipc_proto);
	id = read_request(fd);
	if (s->act == ACT_HELLO_REFUSED) {
		struct msg_error_answer err = {ERR_DENIED, name};

		send_msg(fd, IPC_ERROR, id, &err, 10000);
	} else if (s->act != ACT_HELLO_CLOSED) {
		/* The manager's own hello has an id of its own. */
		send_msg(fd, IPC_HELLO, 0, &hello, 10000);
		while (s->act != ACT_CLOSE && (id = read_request(fd)) != 0)
			answer(fd, s->act, id);
	}
	(void)close(fd);
	return NULL;
}

static void
start(enum act act)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	server.act = act;
	tmp_dir_make(server.dir);
	(void)snprintf(server.path, sizeof(server.path), "%s/s", server.dir);
	assert_true(str_copy(sa.sun_path, sizeof(sa.sun_path), server.path));
	server.listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(
	    bind(server.listen_fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(server.listen_fd, 5), 0);
	assert_int_equal(
	    pthread_create(&server.thread, NULL, serve, &server), 0);
}

static void
stop(void)
{
	assert_int_equal(pthread_join(server.thread, NULL), 0);
	(void)close(server.listen_fd);
	tmp_dir_remove(server.dir);
}

static void
test_open(void **state)
{
	static const struct {
		enum act act;
		enum err want;
		const char *says;
	} rows[] = {
	    {ACT_ANSWER, ERR_OK, ""},
	    {ACT_OTHER_PROTO, ERR_PROTO, "another version"},
	    {ACT_HELLO_REFUSED, ERR_DENIED, "calconn-managerd"},
	    {ACT_HELLO_CLOSED, ERR_GONE, "closed the connection"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct ipc_client *c = NULL;
		struct errinfo ei = {ERR_OK, ""};

		start(rows[i].act);
		assert_err(ipc_client_open(&c, server.path, "calconnctl", &ei),
		    rows[i].want);
		assert_contains(ei.text, rows[i].says);
		assert_int_equal(c != NULL, rows[i].want == ERR_OK);
		ipc_client_close(c);
		stop();
	}
}

static void
test_nobody_there(void **state)
{
	char dir[TEST_DIR_MAX], path[TEST_DIR_MAX + 8], big[300];
	struct ipc_client *c = NULL;
	struct errinfo ei;

	(void)state;
	tmp_dir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	assert_err(ipc_client_open(&c, path, "t", &ei), ERR_CONNECT);
	assert_contains(ei.text, "does not run");
	tmp_file(path, "", 0);
	assert_err(ipc_client_open(&c, path, "t", &ei), ERR_CONNECT);
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_err(ipc_client_open(&c, big, "t", &ei), ERR_TOOBIG);
	tmp_dir_remove(dir);
	ipc_client_close(NULL);
}

static void
test_call(void **state)
{
	static const struct {
		enum act act;
		enum err want, again;
		const char *says;
	} rows[] = {
	    {ACT_ANSWER, ERR_OK, ERR_OK, ""},
	    {ACT_ANSWER_IN_PIECES, ERR_OK, ERR_OK, ""},
	    {ACT_ERROR, ERR_BUSY, ERR_BUSY, "Too many tests run."},
	    {ACT_OTHER_ID, ERR_PROTO, ERR_GONE, "another request"},
	    {ACT_OTHER_TYPE, ERR_PROTO, ERR_GONE, "OK, not CONFIG_RUNNING"},
	    {ACT_GARBAGE, ERR_TOOBIG, ERR_GONE, "no message"},
	    {ACT_BAD_PAYLOAD, ERR_PROTO, ERR_GONE, "revision"},
	    {ACT_CLOSE, ERR_GONE, ERR_GONE, "closed the connection"},
	    {ACT_SILENCE, ERR_TIMEOUT, ERR_GONE, "did not answer in time"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_revision rev = {218}, now = {0};
		struct ipc_client *c = NULL;
		struct errinfo ei = {ERR_OK, ""};

		start(rows[i].act);
		assert_ok(ipc_client_open(&c, server.path, "t", &ei));
		if (rows[i].act == ACT_SILENCE)
			ipc_client_set_timeout(c, 30);
		assert_err(ipc_client_call(c, IPC_CONFIG_CHANGED, &rev,
			       IPC_CONFIG_RUNNING, &now, &ei),
		    rows[i].want);
		assert_contains(ei.text, rows[i].says);
		if (rows[i].want == ERR_OK)
			assert_int_equal(now.rev, 218);
		assert_err(ipc_client_call(c, IPC_CONFIG_CHANGED, &rev,
			       IPC_CONFIG_RUNNING, &now, &ei),
		    rows[i].again);
		ipc_client_close(c);
		stop();
	}
}

/* A message that cannot be built does no harm to the connection. */
static void
test_bad_request(void **state)
{
	char big[100];
	struct msg_job_ref job = {big};
	struct msg_revision rev = {218}, now = {0};
	struct ipc_client *c = NULL;
	struct msg_report r;
	struct errinfo ei;

	(void)state;
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	start(ACT_ANSWER);
	assert_ok(ipc_client_open(&c, server.path, "t", &ei));
	assert_err(
	    ipc_client_call(c, IPC_JOB_GET, &job, IPC_JOB_REPORT, &r, &ei),
	    ERR_TOOBIG);
	assert_contains(ei.text, "job_ref.job_id");
	assert_ok(ipc_client_call(
	    c, IPC_CONFIG_CHANGED, &rev, IPC_CONFIG_RUNNING, &now, &ei));
	ipc_client_close(c);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_open),
	    cmocka_unit_test(test_nobody_there),
	    cmocka_unit_test(test_call),
	    cmocka_unit_test(test_bad_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
