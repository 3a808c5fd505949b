# Unit tests of calconn-pkg; how to add one: local.mk beside this file.
UNIT_PKG = libpkg.a $(UNIT_COMMON) $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test_manifest
tests_unit_test_manifest_LDADD = $(UNIT_PKG)
UNIT_TESTS += tests/unit/test_bundle
tests_unit_test_bundle_SOURCES = tests/unit/test_bundle.c \
	tests/unit/bundle_fixture.c tests/unit/bundle_fixture.h
tests_unit_test_bundle_LDADD = $(UNIT_PKG)
