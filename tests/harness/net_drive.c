/* net_drive.c - calconn-net without a manager and an engine, for tests: plays
 * both, and turns JSON lines into frames and back.
 *
 *	net_drive PROGRAM CONF
 *
 * A line in:  {"msg": "EWS_PROBE", "id": 7, "body": {...}}
 * A line out: {"msg": "EWS_PROBED", "id": 7, "body": {...}}
 * Ends at the end of its input, or with {"gone": true} when the program has
 * ended. */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/ipc_walk.h"
#include "common/str.h"

#define LINE_MAX_LEN (16u << 20)

struct link {
	int fd;
	struct buf in;
};

static void
die(const char *what)
{
	fprintf(stderr, "net_drive: %s\n", what);
	exit(2);
}

static void from_json(const struct ipc_layout *l, void *m, json_t *o);

static void
field_from_json(const struct ipc_field *f, void *m, json_t *v)
{
	const char *s = json_string_value(v);
	struct secret *secret;
	json_t *item;
	size_t i;
	char *list;

	switch (f->kind) {
	case IPC_KIND_U32:
		*IPC_AT(uint32_t, m, f->off) = (uint32_t)json_integer_value(v);
		break;
	case IPC_KIND_U64:
		*IPC_AT(uint64_t, m, f->off) = (uint64_t)json_integer_value(v);
		break;
	case IPC_KIND_I64:
		*IPC_AT(int64_t, m, f->off) = (int64_t)json_integer_value(v);
		break;
	case IPC_KIND_BOOL:
		*IPC_AT(bool, m, f->off) = json_is_true(v);
		break;
	case IPC_KIND_STR:
		*IPC_AT(char *, m, f->off) = xstrdup(s == NULL ? "" : s);
		break;
	case IPC_KIND_SECRET:
		secret = IPC_AT(struct secret, m, f->off);
		if (s == NULL || secret_set(secret, s, strlen(s)) != ERR_OK)
			die("no secret");
		break;
	case IPC_KIND_STRS:
		json_array_foreach(v, i,
		    item) if (strlist_add(IPC_AT(struct strlist, m, f->off),
				  json_string_value(item)) != ERR_OK)
		    die("memory");
		break;
	case IPC_KIND_SUB:
		from_json(f->sub(), IPC_AT(char, m, f->off), v);
		break;
	case IPC_KIND_LIST:
		list = xcalloc(json_array_size(v) + 1, f->sub()->size);
		json_array_foreach(v, i, item)
		    from_json(f->sub(), list + i * f->sub()->size, item);
		*IPC_AT(char *, m, f->off) = list;
		*IPC_AT(size_t, m, f->off_n) = json_array_size(v);
		break;
	default:
		die("a field of this kind is not known here");
	}
}

static void
from_json(const struct ipc_layout *l, void *m, json_t *o)
{
	const struct ipc_field *f;
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		for (f = l->fields; f->name != NULL; f++)
			if (strcmp(f->name, key) == 0)
				break;
		if (f->name == NULL)
			die(key);
		field_from_json(f, m, v);
	}
}

static json_t *
hex_of(const struct bytes *b)
{
	char *s = xcalloc(2 * b->n + 1, 1);
	json_t *v;

	hex_encode(b->p, b->n, s);
	v = json_string(s);
	mem_free(s);
	return v;
}

static json_t *
to_json(const struct ipc_layout *l, const void *m)
{
	json_t *o = json_object(), *v;
	const struct ipc_field *f;
	const struct strlist *sl;
	size_t i, n;

	for (f = l->fields; f->name != NULL; f++) {
		const char *list;

		switch (f->kind) {
		case IPC_KIND_U32:
			v = json_integer(*IPC_CAT(uint32_t, m, f->off));
			break;
		case IPC_KIND_U64:
			v = json_integer(
			    (json_int_t)*IPC_CAT(uint64_t, m, f->off));
			break;
		case IPC_KIND_I64:
			v = json_integer(*IPC_CAT(int64_t, m, f->off));
			break;
		case IPC_KIND_BOOL:
			v = json_boolean(*IPC_CAT(bool, m, f->off));
			break;
		case IPC_KIND_STR:
			v = json_string(*IPC_CAT(char *, m, f->off));
			break;
		case IPC_KIND_BLOB:
			v = hex_of(IPC_CAT(struct bytes, m, f->off));
			break;
		case IPC_KIND_STRS:
			sl = IPC_CAT(struct strlist, m, f->off);
			v = json_array();
			for (i = 0; i < sl->n; i++)
				json_array_append_new(v, json_string(sl->v[i]));
			break;
		case IPC_KIND_SUB:
			v = to_json(f->sub(), IPC_CAT(char, m, f->off));
			break;
		case IPC_KIND_LIST:
			list = *IPC_CAT(char *, m, f->off);
			n = *IPC_CAT(size_t, m, f->off_n);
			v = json_array();
			for (i = 0; i < n; i++)
				json_array_append_new(
				    v, to_json(f->sub(),
					   list + i * f->sub()->size));
			break;
		default:
			v = json_null();
			break;
		}
		json_object_set_new(o, f->name, v);
	}
	return o;
}

static void
send_frame(struct link *l, enum ipc_type t, uint64_t id, const void *msg)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	size_t done = 0;
	ssize_t n;

	if (ipc_build(&b, t, id, msg) != ERR_OK)
		die("a message does not fit its row");
	while (done < b.len) {
		n = write(l->fd, b.p + done, b.len - done);
		if (n < 0 && errno != EINTR)
			return; /* its end is seen by reading */
		done += n > 0 ? (size_t)n : 0;
	}
	buf_wipe(&b);
}

static void
say_hello(struct link *l, const char *program)
{
	struct msg_hello h = {0};

	h.proto = xstrdup(ipc_proto);
	h.program = xstrdup(program);
	send_frame(l, IPC_HELLO, 0, &h);
	msg_hello_free(&h);
}

static void
print_json(json_t *o)
{
	char *s = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);

	(void)puts(s == NULL ? "{}" : s);
	(void)fflush(stdout);
	free(s);
	json_decref(o);
}

static void
print_frame(const struct ipc_frame *f)
{
	void *m = xalloc(ipc_struct_size(f->type) + 1);
	json_t *o = json_object();

	if (ipc_decode(f->type, m, f->payload, f->payload_len) != ERR_OK)
		die("a frame from the program cannot be decoded");
	json_object_set_new(o, "msg", json_string(ipc_name(f->type)));
	json_object_set_new(o, "id", json_integer((json_int_t)f->id));
	json_object_set_new(o, "body", to_json(ipc_layout(f->type), m));
	print_json(o);
	ipc_free(f->type, m);
	mem_free(m);
}

/* false: the program has closed it. */
static bool
read_link(struct link *l)
{
	static char chunk[65536];
	struct ipc_frame f;
	bool got;
	ssize_t n = read(l->fd, chunk, sizeof(chunk));

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (buf_put(&l->in, chunk, (size_t)n) != ERR_OK)
		die("too many bytes from the program");
	for (;;) {
		if (ipc_parse((unsigned char *)l->in.p, l->in.len, &f, &got) !=
		    ERR_OK)
			die("a bad frame from the program");
		if (!got)
			return true;
		if (f.type != IPC_HELLO && f.type != IPC_NET_HEARTBEAT)
			print_frame(&f);
		buf_consume(&l->in, f.frame_len);
	}
}

static enum ipc_type
type_of(const char *name)
{
	int t;

	for (t = 1; t < IPC_T__MAX; t++)
		if (strcmp(ipc_name((enum ipc_type)t), name) == 0)
			return (enum ipc_type)t;
	die("no such message");
	return IPC_T_NONE;
}

static void
run_line(const char *line, struct link *manager, struct link *engine)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *name = json_string_value(json_object_get(o, "msg"));
	enum ipc_type t;
	void *m;

	if (name == NULL)
		die("a line of input is no message");
	t = type_of(name);
	m = xalloc(ipc_struct_size(t) + 1);
	from_json(ipc_layout(t), m, json_object_get(o, "body"));
	send_frame(ipc_dir(t) == IPC_DIR_M_TO_N ? manager : engine, t,
	    (uint64_t)json_integer_value(json_object_get(o, "id")), m);
	ipc_free(t, m);
	mem_free(m);
	json_decref(o);
}

static pid_t
start(const char *program, const char *conf, struct link *manager,
    struct link *engine)
{
	int a[2], b[2];
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, a) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, b) != 0 || (pid = fork()) < 0)
		die(strerror(errno));
	if (pid == 0) {
		int m = dup(a[1]), e = dup(b[1]); /* clear of 3 and 4 */

		if (dup2(m, 3) != 3 || dup2(e, 4) != 4)
			_exit(2);
		(void)execl(program, program, "-c", conf, (char *)NULL);
		_exit(127);
	}
	close(a[1]);
	close(b[1]);
	manager->fd = a[0];
	engine->fd = b[0];
	return pid;
}

/* false: end of input. */
static bool
read_input(struct buf *in, struct link *manager, struct link *engine)
{
	static char chunk[65536];
	ssize_t n = read(0, chunk, sizeof(chunk));
	char *end;

	if (n <= 0)
		return false;
	if (buf_put(in, chunk, (size_t)n) != ERR_OK)
		die("a line of input is too long");
	while ((end = memchr(in->p, '\n', in->len)) != NULL) {
		*end = '\0';
		run_line(in->p, manager, engine);
		buf_consume(in, (size_t)(end - in->p) + 1);
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct link manager = {.in = BUF_INIT(IPC_FRAME_MAX * 2)};
	struct link engine = {.in = BUF_INIT(IPC_FRAME_MAX * 2)};
	struct buf in = BUF_INIT(LINE_MAX_LEN);
	struct pollfd p[3];
	int status = 0;
	pid_t pid = -1;

	if (argc != 3)
		die("usage: net_drive program conf");
	(void)signal(SIGPIPE, SIG_IGN);
	pid = start(argv[1], argv[2], &manager, &engine);
	say_hello(&manager, "calconn-managerd");
	say_hello(&engine, "calconn-engine");
	for (;;) {
		p[0] = (struct pollfd){.fd = 0, .events = POLLIN};
		p[1] = (struct pollfd){.fd = manager.fd, .events = POLLIN};
		p[2] = (struct pollfd){.fd = engine.fd, .events = POLLIN};
		if (poll(p, 3, -1) < 0)
			continue;
		if ((p[1].revents != 0 && !read_link(&manager)) ||
		    (p[2].revents != 0 && !read_link(&engine))) {
			print_json(json_pack("{s:b}", "gone", 1));
			break;
		}
		if (p[0].revents != 0 && !read_input(&in, &manager, &engine))
			break;
	}
	close(manager.fd);
	close(engine.fd);
	(void)waitpid(pid, &status, 0);
	buf_clear(&in);
	buf_clear(&manager.in);
	buf_clear(&engine.in);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
