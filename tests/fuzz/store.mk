# Fuzz harnesses of store and ctl; how to add one: local.mk beside this file.
FUZZ_TESTS += tests/fuzz/fuzz_binding
tests_fuzz_fuzz_binding_LDADD = $(FUZZ_MAIN) libstore.a $(FUZZ_COMMON) \
	$(SQLITE_LIBS)

FUZZ_TESTS += tests/fuzz/fuzz_cert
tests_fuzz_fuzz_cert_LDADD = $(FUZZ_MAIN) libstore.a $(FUZZ_COMMON) \
	$(SQLITE_LIBS) $(SODIUM_LIBS)

FUZZ_TESTS += tests/fuzz/fuzz_csv
tests_fuzz_fuzz_csv_LDADD = $(FUZZ_MAIN) libstore.a $(FUZZ_COMMON) \
	$(SQLITE_LIBS) $(CSV_LIBS)

FUZZ_TESTS += tests/fuzz/fuzz_backup
tests_fuzz_fuzz_backup_LDADD = $(FUZZ_MAIN) libstore.a $(FUZZ_COMMON) \
	$(SQLITE_LIBS) $(SODIUM_LIBS)
