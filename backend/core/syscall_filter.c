/* syscall_filter.c - sandbox_filter() of sandbox.h: syscalls.def and the
 * calls that depend on their arguments, as a seccomp filter.
 *
 * What is not named fails with EPERM rather than ending the process: a
 * library of a later release may try a call that it can do without, and an
 * appliance that dies of an update is no safer.  What no library has a
 * reason to try ends the process.
 *
 * A filter is inherited through execve, so the one who starts the others
 * has to have every call that one of them needs.  That is the launcher,
 * which reads nothing but orders; the manager, who has the key and listens
 * to clients, has a filter as narrow as theirs. */
#include "config.h"

#include "backend/core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>

#include "backend/core/svc_table.h"

#define BIT(role) (1u << (role))
#define LCH BIT(DAEMON_LAUNCHER)
#define MGR (LCH | BIT(DAEMON_MANAGER))
#define NET (LCH | BIT(DAEMON_NET))
#define DB (LCH | BIT(DAEMON_ENGINE) | BIT(DAEMON_WEB))
#define COL (LCH | BIT(DAEMON_COLLECT))
#define ALL (DB | NET | MGR | COL)

/* PR_SET_VMA (Linux 5.17): malloc names its arenas with it. */
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif
#define NAMESPACES                                                     \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define SOCK_TYPE 0xf /* without SOCK_CLOEXEC and SOCK_NONBLOCK */

#ifndef HAVE_SANITIZERS

struct call {
	int nr;
	unsigned roles;
};

static const struct call calls[] = {
#define CALL(name, roles) {SCMP_SYS(name), roles},
#include "backend/core/syscalls.def"
#undef CALL
};

static const int killed[] = {
#define KILLED(name) SCMP_SYS(name),
#include "backend/core/syscalls.def"
#undef KILLED
};

static const int absent[] = {
#define ABSENT(name) SCMP_SYS(name),
#include "backend/core/syscalls.def"
#undef ABSENT
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The first failure stays in *rc and turns the rest into no-ops. */
struct rules {
	scmp_filter_ctx ctx;
	int rc;
};

static void
plain(struct rules *r, uint32_t action, int nr)
{
	if (r->rc != 0)
		return;
	/* A call that this machine does not have is passed over. */
	r->rc = seccomp_rule_add(r->ctx, action, nr, 0);
}

static void
allow_if(struct rules *r, int nr, unsigned n, struct scmp_arg_cmp a,
    struct scmp_arg_cmp b)
{
	const struct scmp_arg_cmp cmp[2] = {a, b};

	if (r->rc == 0)
		r->rc =
		    seccomp_rule_add_array(r->ctx, SCMP_ACT_ALLOW, nr, n, cmp);
}

static const struct scmp_arg_cmp no_cmp;

static void
allow_bits(struct rules *r, int nr, unsigned arg, uint64_t mask, uint64_t is)
{
	allow_if(r, nr, 1, SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, mask, is), no_cmp);
}

static void
allow_is(struct rules *r, int nr, unsigned arg, uint64_t is)
{
	allow_if(r, nr, 1, SCMP_CMP(arg, SCMP_CMP_EQ, is, 0), no_cmp);
}

static void
allow_socket(struct rules *r, int domain, int type)
{
	allow_if(r, SCMP_SYS(socket), 2,
	    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domain, 0),
	    SCMP_A1(SCMP_CMP_MASKED_EQ, SOCK_TYPE, (scmp_datum_t)type));
}

static void
sockets(struct rules *r, enum daemon_role role)
{
	if (role == DAEMON_COLLECT)
		return;
	allow_is(r, SCMP_SYS(socket), 0, AF_UNIX);
	allow_is(r, SCMP_SYS(socketpair), 0, AF_UNIX);
	if ((NET & BIT(role)) == 0)
		return;
	allow_socket(r, AF_INET, SOCK_STREAM);
	allow_socket(r, AF_INET, SOCK_DGRAM);
	allow_socket(r, AF_INET6, SOCK_STREAM);
	allow_socket(r, AF_INET6, SOCK_DGRAM);
	/* getaddrinfo asks the kernel which address families it has. */
	allow_is(r, SCMP_SYS(socket), 0, AF_NETLINK);
}

/* Memory is never writable and executable at once. */
static void
memory(struct rules *r)
{
	allow_bits(r, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	allow_bits(r, SCMP_SYS(mmap), 2, PROT_WRITE | PROT_EXEC, PROT_EXEC);
	allow_bits(r, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	allow_bits(r, SCMP_SYS(mprotect), 2, PROT_WRITE | PROT_EXEC, PROT_EXEC);
}

static void
files(struct rules *r, enum daemon_role role)
{
	const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC;
	unsigned flags;

	if (((DB | MGR) & BIT(role)) != 0) {
		plain(r, SCMP_ACT_ALLOW, SCMP_SYS(open));
		plain(r, SCMP_ACT_ALLOW, SCMP_SYS(openat));
	} else {
		/* A net worker writes no file, and a snapshot is written to
		 * files that are open already. */
		flags = 1;
		allow_bits(r, SCMP_SYS(open), flags, writes, O_RDONLY);
		flags = 2;
		allow_bits(r, SCMP_SYS(openat), flags, writes, O_RDONLY);
	}
	allow_is(r, SCMP_SYS(ioctl), 1, FIONBIO);
	allow_is(r, SCMP_SYS(ioctl), 1, FIONREAD);
	allow_is(r, SCMP_SYS(ioctl), 1, FIOCLEX);
	allow_is(r, SCMP_SYS(ioctl), 1, FIONCLEX);
	allow_is(r, SCMP_SYS(ioctl), 1, TCGETS);
}

static void
processes(struct rules *r, enum daemon_role role)
{
	if (role == DAEMON_LAUNCHER) {
		allow_bits(r, SCMP_SYS(clone), 0, (uint64_t)NAMESPACES, 0);
		return;
	}
	plain(r, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve));
	plain(r, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execveat));
	/* Threads, but no processes. */
	allow_bits(r, SCMP_SYS(clone), 0, CLONE_THREAD | CLONE_VM,
	    CLONE_THREAD | CLONE_VM);
	allow_is(r, SCMP_SYS(prctl), 0, PR_SET_NAME);
	allow_is(r, SCMP_SYS(prctl), 0, PR_GET_NAME);
	allow_is(r, SCMP_SYS(prctl), 0, PR_GET_DUMPABLE);
	allow_is(r, SCMP_SYS(prctl), 0, PR_SET_VMA);
	/* Reads a limit (no new one given). */
	allow_is(r, SCMP_SYS(prlimit64), 2, 0);
}

enum err
sandbox_filter(enum daemon_role role, bool *active, struct errinfo *ei)
{
	struct rules r = {NULL, 0};
	enum err e = ERR_OK;
	size_t i;

	if ((r.ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM))) == NULL)
		return err_set(ei, ERR_SYS, "no syscall filter could be made");
	r.rc = seccomp_attr_set(
	    r.ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* A tree and not a list: the calls per request are many. */
	if (r.rc == 0)
		r.rc = seccomp_attr_set(r.ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (i = 0; i < N_OF(calls); i++)
		if ((calls[i].roles & BIT(role)) != 0)
			plain(&r, SCMP_ACT_ALLOW, calls[i].nr);
	for (i = 0; i < N_OF(killed); i++)
		plain(&r, SCMP_ACT_KILL_PROCESS, killed[i]);
	for (i = 0; i < N_OF(absent); i++)
		plain(&r, SCMP_ACT_ERRNO(ENOSYS), absent[i]);
	memory(&r);
	sockets(&r, role);
	files(&r, role);
	processes(&r, role);
	if (r.rc == 0)
		r.rc = seccomp_load(r.ctx);
	if (r.rc != 0)
		e = err_set(ei, ERR_SYS, "syscall filter: %s", strerror(-r.rc));
	seccomp_release(r.ctx);
	*active = e == ERR_OK;
	return e;
}

#else /* HAVE_SANITIZERS */

enum err
sandbox_filter(enum daemon_role role, bool *active, struct errinfo *ei)
{
	(void)role;
	(void)ei;
	*active = false;
	return ERR_OK;
}

#endif
