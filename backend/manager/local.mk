# The manager: everything but main.c is in a library of its own, so that
# the unit tests can link it.
noinst_LIBRARIES += libmanager.a
libmanager_a_SOURCES = \
	backend/manager/activate.c backend/manager/activate.h \
	backend/manager/api.c backend/manager/api.h \
	backend/manager/bundles.c backend/manager/bundles.h \
	backend/manager/connector.c backend/manager/connector.h \
	backend/manager/deaths.c backend/manager/deaths.h \
	backend/manager/diaglog.c backend/manager/diaglog.h \
	backend/manager/launch.c backend/manager/launch.h \
	backend/manager/launch_wire.c backend/manager/launch_wire.h \
	backend/manager/launcher.c backend/manager/launcher.h \
	backend/manager/life_line.c backend/manager/life_line.h \
	backend/manager/link.c backend/manager/link.h \
	backend/manager/listen.c backend/manager/listen.h \
	backend/manager/logfile.c backend/manager/logfile.h \
	backend/manager/loglevels.c backend/manager/loglevels.h \
	backend/manager/logrotate.c backend/manager/logrotate.h \
	backend/manager/manager.h \
	backend/manager/progenv.c backend/manager/progenv.h \
	backend/manager/rekey.c backend/manager/rekey.h \
	backend/manager/relay.c backend/manager/relay.h \
	backend/manager/restart.c backend/manager/restart.h \
	backend/manager/slot.c backend/manager/slot.h \
	backend/manager/snapshot.c backend/manager/snapshot.h \
	backend/manager/status.c backend/manager/status.h \
	backend/manager/supervise.c backend/manager/supervise.h \
	backend/manager/totp.c backend/manager/totp.h \
	backend/manager/unseal.c backend/manager/unseal.h \
	backend/manager/watch.c backend/manager/watch.h
libmanager_a_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(OATH_CFLAGS)

sbin_PROGRAMS += calconn-managerd
calconn_managerd_SOURCES = backend/manager/main.c
calconn_managerd_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
calconn_managerd_LDADD = libmanager.a libcore.a libcommon.a $(UV_LIBS) \
	$(OATH_LIBS) \
	$(SODIUM_LIBS) $(SECCOMP_LIBS)

# Plays the other programs in tests/integration/test_manager.py.
check_PROGRAMS += tests/harness/fake_child
tests_harness_fake_child_SOURCES = tests/harness/fake_child.c
tests_harness_fake_child_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_harness_fake_child_LDADD = libcore.a libcommon.a $(UV_LIBS) \
	$(SODIUM_LIBS) $(SECCOMP_LIBS)
check_PROGRAMS += tests/harness/seal_tool
tests_harness_seal_tool_SOURCES = tests/harness/seal_tool.c
tests_harness_seal_tool_LDADD = libcommon.a $(SODIUM_LIBS)

EXTRA_DIST += \
	pkg/service-files/calconn.conf.example \
	pkg/service-files/calconn.logrotate \
	pkg/service-files/calconn.service \
	pkg/service-files/calconn-bundles.conf \
	pkg/service-files/calconn-units.conf \
	pkg/service-files/calconn-engine.socket \
	pkg/service-files/calconn-engine@.service \
	pkg/service-files/calconn-net.socket \
	pkg/service-files/calconn-net@.service \
	pkg/service-files/calconn-web.socket \
	pkg/service-files/calconn-web@.service \
	pkg/service-files/calconn-version.path \
	pkg/service-files/calconn-version.service \
	pkg/service-files/calconn.sysusers \
	pkg/service-files/calconn.tmpfiles \
	tests/harness/control.py \
	tests/integration/manager_run.py tests/integration/test_manager.py \
	tests/integration/test_manager_watch.py \
	tests/integration/test_activation.py
