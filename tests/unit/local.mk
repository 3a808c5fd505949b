# Unit tests: one test_<file>.c per source file, each linked with the one
# library that it tests.  A test is two rows in the file of its area:
#   UNIT_TESTS += tests/unit/test_str
#   tests_unit_test_str_LDADD = $(UNIT_COMMON)
# Its source is tests/unit/test_str.c; more sources (the object under test
# where it is in no library) go into tests_unit_test_str_SOURCES.
UNIT_TESTS =
UNIT_COMMON = libcommon.a $(CMOCKA_LIBS) $(SODIUM_LIBS) $(JANSSON_LIBS)
UNIT_STORE = libstore.a $(UNIT_COMMON) $(SQLITE_LIBS)
UNIT_CORE = libcore.a $(UNIT_COMMON) $(UV_LIBS) $(SECCOMP_LIBS)

# Data files are found by these, so that the tests run out of tree.
AM_TESTS_ENVIRONMENT = \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR;

include tests/unit/common.mk
include tests/unit/store.mk
include tests/unit/core.mk
include tests/unit/net.mk
include tests/unit/engine.mk
include tests/unit/manager.mk
include tests/unit/ctl.mk
include tests/unit/cgi.mk
include tests/unit/pkg.mk

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
