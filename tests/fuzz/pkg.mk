# Fuzz harnesses of calconn-pkg; how to add one: local.mk beside this file.
FUZZ_TESTS += tests/fuzz/fuzz_bundle
tests_fuzz_fuzz_bundle_LDADD = $(FUZZ_MAIN) libpkg.a $(FUZZ_COMMON) \
	$(ARCHIVE_LIBS)
