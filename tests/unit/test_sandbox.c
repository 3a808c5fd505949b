/* sandbox.c, syscall_filter.c, daemon.c: what a confined program of each
 * role may and may not do.  Each attempt is made by a child of its own. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/daemon.h"
#include "backend/core/sandbox.h"
#include "backend/core/svc_table.h"
#include "common/conf.h"

#define M (1u << DAEMON_MANAGER)
#define E (1u << DAEMON_ENGINE)
#define N (1u << DAEMON_NET)
#define W (1u << DAEMON_WEB)
#define L (1u << DAEMON_LAUNCHER)
#define C (1u << DAEMON_COLLECT)
#define TALKS (M | E | N | W | L)
#define EVERY (TALKS | C)

static const struct conf no_users = {.web_workers = 1, .net_workers = 1};
static char scratch[] = "/tmp/test_sandbox.XXXXXX";

/* -- attempts: 0 when it worked, else -1 and errno -- */

static int
inet_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

static int
inet6_udp(void)
{
	return socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0 ? -1 : 0;
}

static int
raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, 1) < 0 ? -1 : 0;
}

static int
packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? -1 : 0;
}

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

static int
exec_true(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL}, *envp[] = {NULL};

	return execve("/bin/true", argv, envp); /* worked: it exits with 0 */
}

static int
exec_by_fd(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL}, *envp[] = {NULL};
	int fd = open("/bin/true", O_RDONLY);

	return (int)syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
}

static int
fork_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 || waitpid(pid, NULL, 0) != pid ? -1 : 0;
}

static void *
thread_main(void *arg)
{
	return arg;
}

static int
thread(void)
{
	pthread_t t;

	if ((errno = pthread_create(&t, NULL, thread_main, NULL)) != 0)
		return -1;
	pthread_join(t, NULL);
	return 0;
}

static int
trace_me(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -1 : 0;
}

static int
read_other_memory(void)
{
	char b[1];
	struct iovec l = {b, 1}, r = {b, 1};

	return process_vm_readv(getpid(), &l, 1, &r, 1, 0) < 0 ? -1 : 0;
}

static int
new_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static int
clone_namespace(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -1 : 0;
}

static int
kernel_keys(void)
{
	return syscall(SYS_keyctl, 0, -3, 0) < 0 ? -1 : 0;
}

static int
kernel_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) < 0 ? -1 : 0;
}

static int
signal_other(void)
{
	return kill(getppid(), 0);
}

static int
writable_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static int
make_code_writable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static int
read_file(void)
{
	char b[16];
	int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, b, sizeof(b)) < 0 ? -1 : 0;
}

static int
write_file(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/new", scratch);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	return fd < 0 || write(fd, "x", 1) != 1 ? -1 : 0;
}

static int
remove_file(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/none", scratch);
	return unlink(path) != 0 && errno != ENOENT ? -1 : 0;
}

static int
change_user(void)
{
	return setuid(getuid()); /* the kernel itself has nothing against it */
}

static int
gain_privileges(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int
raise_limit(void)
{
	const struct rlimit rl = {1, 1};

	return setrlimit(RLIMIT_CORE, &rl);
}

static int
dump_core(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_CORE, &rl) != 0 || rl.rlim_max != 0) {
		errno = 0;
		return 0;
	}
	errno = EPERM;
	return -1;
}

static const struct attempt {
	const char *name;
	int (*fn)(void);
	unsigned may; /* roles that it works for */
	bool dies; /* whoever may not is killed for it */
} attempts[] = {
    {"TCP socket", inet_tcp, N | L, false},
    {"UDP socket", inet6_udp, N | L, false},
    {"raw socket", raw_socket, 0, false},
    {"packet socket", packet_socket, 0, false},
    {"unix socket", unix_socket, TALKS, false},
    {"execve", exec_true, L, true},
    {"execveat", exec_by_fd, 0, false},
    {"fork", fork_child, L, false},
    {"thread", thread, EVERY, false},
    {"ptrace", trace_me, 0, true},
    {"process_vm_readv", read_other_memory, 0, true},
    {"unshare", new_namespace, 0, true},
    {"clone with namespace", clone_namespace, 0, false},
    {"keyctl", kernel_keys, 0, false},
    {"bpf", kernel_bpf, 0, true},
    {"kill", signal_other, L, false},
    {"memory that is code and data", writable_code, 0, false},
    {"code made writable", make_code_writable, 0, false},
    {"read a file", read_file, EVERY, false},
    {"write a file", write_file, M | E | W | L, false},
    {"remove a file", remove_file, M | E | W | L, false},
    {"setuid", change_user, L, false},
    {"become dumpable", gain_privileges, L, false},
    {"raise a limit", raise_limit, 0, false},
    {"core file", dump_core, 0, false},
};

/* -- running them -- */

/* Which makes calls of its own that no filter would let by, and has limits
 * of its own. */
static bool
on_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

static bool
has_filter(void)
{
#ifdef HAVE_SANITIZERS
	return false;
#else
	return true;
#endif
}

/* All that a daemon does before its first foreign byte. */
static enum err
become(enum daemon_role role, const struct conf *c)
{
	struct errinfo ei = {ERR_OK, ""};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
	    dup2(pair[0], DAEMON_FCGI_FD) < 0 ||
	    dup2(pair[0], DAEMON_LINK_FD) < 0 ||
	    dup2(pair[1], DAEMON_PEER_FD) < 0)
		return ERR_SYS;
	if (daemon_begin(role, &ei) != ERR_OK ||
	    daemon_confine(role, c, &ei) != ERR_OK) {
		fprintf(stderr, "%s\n", ei.text);
		return ei.code;
	}
	return ERR_OK;
}

/* Confines itself and tries: exit 0 worked, 1 refused, 9 not confined. */
static int
try_in_child(enum daemon_role role, const struct attempt *a)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (become(role, &no_users) != ERR_OK)
			_exit(9);
		_exit(a->fn() == 0 ? 0 : 1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
roles_can_do_what_their_row_says(void **state)
{
	const struct attempt *a;
	unsigned role;
	size_t i;
	int st;

	(void)state;
	if (!has_filter() || on_valgrind())
		skip();
	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		for (role = 0; role < DAEMON__MAX; role++) {
			a = &attempts[i];
			st = try_in_child((enum daemon_role)role, a);
			print_message("%s: %s: %s %d\n", daemon_program(role),
			    a->name, WIFSIGNALED(st) ? "signal" : "exit",
			    WIFSIGNALED(st) ? WTERMSIG(st) : WEXITSTATUS(st));
			if ((a->may & 1u << role) != 0) {
				assert_true(WIFEXITED(st));
				assert_int_equal(WEXITSTATUS(st), 0);
			} else if (a->dies) {
				assert_true(WIFSIGNALED(st));
				assert_int_equal(WTERMSIG(st), SIGSYS);
			} else if (WIFEXITED(st)) {
				assert_int_equal(WEXITSTATUS(st), 1);
			} else {
				assert_int_equal(WTERMSIG(st), SIGSYS);
			}
		}
	}
}

/* -- users, groups, capabilities -- */

/* The number behind "Name:" in /proc/self/status. */
static unsigned long long
status_field(const char *name, int base)
{
	char line[256];
	unsigned long long v = ~0ull;
	size_t n = strlen(name);
	FILE *f = fopen("/proc/self/status", "r");

	if (f == NULL)
		return v;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, n) == 0 && line[n] == ':')
			v = strtoull(line + n + 1, NULL, base);
	fclose(f);
	return v;
}

static char user[] = "games", store_group[] = "users", none[] = "";
static const struct conf with_users = {
    .web_workers = 1,
    .net_workers = 1,
    .user_web = user,
    .user_engine = user,
    .user_net = user,
    .user_manager = user,
    .group_store = store_group,
    .fcgi_group = none,
};

static int
check_identity(enum daemon_role role)
{
	const struct svc_row *row = svc_row(role);
	const struct passwd *pw = getpwnam(user);
	const struct group *g = getgrnam(store_group);
	gid_t store = g->gr_gid, groups[8];
	int want_groups = row->in_store_group ? 1 : 0;

	if (getuid() != pw->pw_uid || getgid() != pw->pw_gid)
		return 20;
	if (getgroups(8, groups) != want_groups)
		return 21;
	if (want_groups == 1 && groups[0] != store)
		return 22;
	if (status_field("CapEff", 16) != row->caps ||
	    status_field("CapPrm", 16) != row->caps ||
	    status_field("CapAmb", 16) != row->caps)
		return 23;
	if (status_field("CapBnd", 16) != row->caps)
		return 24;
	if (status_field("NoNewPrivs", 10) != 1)
		return 25;
	if (has_filter() && status_field("Seccomp", 10) != 2)
		return 26;
	return 0;
}

static void
root_becomes_somebody_else(void **state)
{
	unsigned role;
	int status;
	pid_t pid;

	(void)state;
	if (on_valgrind() || !sandbox_can_switch() || getpwnam(user) == NULL ||
	    getgrnam(store_group) == NULL)
		skip();
	for (role = 0; role < DAEMON__MAX; role++) {
		if ((pid = fork()) == 0) {
			if (become((enum daemon_role)role, &with_users) !=
			    ERR_OK)
				_exit(9);
			_exit(check_identity((enum daemon_role)role));
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		print_message(
		    "%s: %x\n", daemon_program(role), (unsigned)status);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

/* A child of the confined launcher can still become its own user, and then
 * has nothing left. */
static void
children_drop_what_the_launcher_kept(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (on_valgrind() || !sandbox_can_switch() || getpwnam(user) == NULL)
		skip();
	if ((pid = fork()) == 0) {
		if (become(DAEMON_LAUNCHER, &with_users) != ERR_OK)
			_exit(9);
		if ((pid = fork()) == 0) {
			if (become(DAEMON_WEB, &with_users) != ERR_OK)
				_exit(10);
			_exit(check_identity(DAEMON_WEB));
		}
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
unknown_user_is_refused(void **state)
{
	char missing[] = "no-such-user-here";
	struct conf c = with_users;
	struct sandbox_id id;
	struct errinfo ei = {ERR_OK, ""};

	(void)state;
	if (!sandbox_can_switch())
		skip();
	c.user_net = missing;
	assert_int_equal(
	    sandbox_identity(&id, svc_row(DAEMON_NET), &c, &ei), ERR_NOTFOUND);
	assert_non_null(strstr(ei.text, missing));
}

static void
limits_of_the_row(void **state)
{
	struct rlimit rl;
	int status;
	pid_t pid;

	(void)state;
	if (on_valgrind())
		skip();
	if ((pid = fork()) == 0) {
		if (sandbox_limits(svc_row(DAEMON_WEB), NULL) != ERR_OK)
			_exit(9);
		if (getrlimit(RLIMIT_NOFILE, &rl) != 0 ||
		    rl.rlim_max > svc_row(DAEMON_WEB)->files_max)
			_exit(1);
		_exit(getrlimit(RLIMIT_CORE, &rl) != 0 || rl.rlim_max != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* -- daemon_begin -- */

static void
begin_closes_what_was_left_open(void **state)
{
	struct errinfo ei;
	int status, pair[2], fd;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
		    dup2(pair[0], 20) < 0 || dup2(pair[1], 21) < 0 ||
		    dup2(20, DAEMON_LINK_FD) < 0 || close(0) != 0)
			_exit(9);
		if (daemon_begin(DAEMON_ENGINE, &ei) != ERR_OK)
			_exit(8);
		for (fd = DAEMON_LINK_FD + 1; fd < 64; fd++)
			if (fcntl(fd, F_GETFD) >= 0)
				_exit(fd);
		if (fcntl(0, F_GETFD) < 0)
			_exit(7);
		_exit(fcntl(DAEMON_LINK_FD, F_GETFD) == FD_CLOEXEC ? 0 : 6);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
begin_wants_its_socket(void **state)
{
	struct errinfo ei;
	int status, fd;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		fd = open("/dev/null", O_RDWR);
		dup2(fd, DAEMON_LINK_FD);
		_exit(daemon_begin(DAEMON_ENGINE, &ei) == ERR_ARG &&
			      strstr(ei.text, "calconn-managerd") != NULL
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_can_do_what_their_row_says),
	    cmocka_unit_test(root_becomes_somebody_else),
	    cmocka_unit_test(children_drop_what_the_launcher_kept),
	    cmocka_unit_test(unknown_user_is_refused),
	    cmocka_unit_test(limits_of_the_row),
	    cmocka_unit_test(begin_closes_what_was_left_open),
	    cmocka_unit_test(begin_wants_its_socket),
	};
	char cmd[64];
	int rc;

	if (mkdtemp(scratch) == NULL)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(cmd, sizeof(cmd), "%s/new", scratch);
	unlink(cmd);
	rmdir(scratch);
	return rc;
}
