# Unit tests of core; how to add one: local.mk beside this file.
UNIT_TESTS += tests/unit/test_backoff
tests_unit_test_backoff_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_sandbox
tests_unit_test_sandbox_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_ipc_loop
tests_unit_test_ipc_loop_LDADD = $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_svc_table
tests_unit_test_svc_table_LDADD = $(UNIT_CORE)
