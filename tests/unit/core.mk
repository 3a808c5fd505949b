# Unit tests of core; how to add one: local.mk beside this file.
UNIT_TESTS += tests/unit/test_backoff
tests_unit_test_backoff_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_sandbox
tests_unit_test_sandbox_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_ipc_loop
tests_unit_test_ipc_loop_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_svc_table
tests_unit_test_svc_table_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_notify
tests_unit_test_notify_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_activated
tests_unit_test_activated_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_log_orders
tests_unit_test_log_orders_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_pack
tests_unit_test_pack_SOURCES = tests/unit/test_pack.c \
	backend/collect/pack.c backend/collect/pack.h
tests_unit_test_pack_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
tests_unit_test_pack_LDADD = $(UNIT_COMMON) $(ARCHIVE_LIBS)
# calconn-collect, but for its main().
UNIT_TESTS += tests/unit/test_collect
tests_unit_test_collect_SOURCES = tests/unit/test_collect.c \
	$(COLLECT_SOURCES) \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
tests_unit_test_collect_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
tests_unit_test_collect_LDADD = $(UNIT_STORE) $(ARCHIVE_LIBS)
