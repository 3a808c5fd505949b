# Fuzz harnesses of cgi; how to add one: local.mk beside this file.
FUZZ_TESTS += tests/fuzz/fuzz_web
tests_fuzz_fuzz_web_LDADD = $(FUZZ_MAIN) $(WEB_LIBS)
FUZZ_TESTS += tests/fuzz/fuzz_multipart
tests_fuzz_fuzz_multipart_LDADD = $(FUZZ_MAIN) $(WEB_LIBS)
