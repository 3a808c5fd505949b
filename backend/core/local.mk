# libcore: how daemons start, and frames in a loop.  The first six files
# and log_orders need no libuv; web links only those.
noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	backend/core/activated.c backend/core/activated.h \
	backend/core/daemon.c backend/core/daemon.h \
	backend/core/notify.c backend/core/notify.h \
	backend/core/sandbox.c backend/core/sandbox.h \
	backend/core/syscall_filter.c backend/core/syscalls.def \
	backend/core/svc_table.c backend/core/svc_table.h \
	backend/core/backoff.c backend/core/backoff.h \
	backend/core/ipc_loop.c backend/core/ipc_loop.h \
	backend/core/ipc_out.c backend/core/ipc_out.h \
	backend/core/log_orders.c backend/core/log_orders.h \
	backend/core/proc.c backend/core/proc.h
libcore_a_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SECCOMP_CFLAGS)
