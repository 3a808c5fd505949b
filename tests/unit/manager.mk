# Unit tests of manager; how to add one: local.mk beside this file.
UNIT_MANAGER = libmanager.a $(UNIT_CORE)
UNIT_TESTS += tests/unit/test_connector
tests_unit_test_connector_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_deaths
tests_unit_test_deaths_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_launch_wire
tests_unit_test_launch_wire_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_listen
tests_unit_test_listen_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_proc
tests_unit_test_proc_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_relay
tests_unit_test_relay_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_restart
tests_unit_test_restart_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_slot
tests_unit_test_slot_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_slot_LDADD = $(UNIT_MANAGER)
UNIT_TESTS += tests/unit/test_totp
tests_unit_test_totp_LDADD = $(UNIT_MANAGER) $(OATH_LIBS)

UNIT_TESTS += tests/unit/test_unseal
tests_unit_test_unseal_LDADD = $(UNIT_MANAGER)
