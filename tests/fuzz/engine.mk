# Fuzz harnesses of engine; how to add one: local.mk beside this file.
FUZZ_TESTS += tests/fuzz/fuzz_body
tests_fuzz_fuzz_body_CPPFLAGS = $(AM_CPPFLAGS) $(GUMBO_CFLAGS)
tests_fuzz_fuzz_body_LDADD = $(FUZZ_MAIN) libenginepure.a $(FUZZ_COMMON) \
	$(GUMBO_LIBS)
