# Unit tests of common; how to add one: local.mk beside this file.
UNIT_TESTS += tests/unit/test_alloc
tests_unit_test_alloc_LDADD = $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_buf
tests_unit_test_buf_LDADD = $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_clock
tests_unit_test_clock_LDADD = $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_err
tests_unit_test_err_LDADD = $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_secret
tests_unit_test_secret_LDADD = $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_str
tests_unit_test_str_LDADD = $(UNIT_COMMON)
