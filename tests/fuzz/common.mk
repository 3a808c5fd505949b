# Fuzz harnesses of common; how to add one: local.mk beside this file.
FUZZ_TESTS += tests/fuzz/fuzz_conf
tests_fuzz_fuzz_conf_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)
FUZZ_TESTS += tests/fuzz/fuzz_ipc
tests_fuzz_fuzz_ipc_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)
FUZZ_TESTS += tests/fuzz/fuzz_address
tests_fuzz_fuzz_address_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)
FUZZ_TESTS += tests/fuzz/fuzz_valid
tests_fuzz_fuzz_valid_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)
FUZZ_TESTS += tests/fuzz/fuzz_template
tests_fuzz_fuzz_template_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)

# After a change of ipc_msg.def: make seed-ipc, then commit the corpus.
EXTRA_PROGRAMS += tests/fuzz/seed_ipc
tests_fuzz_seed_ipc_LDADD = $(FUZZ_COMMON)
.PHONY: seed-ipc
seed-ipc: tests/fuzz/seed_ipc
	rm -f $(srcdir)/tests/fuzz/corpus/ipc/good-*
	tests/fuzz/seed_ipc $(srcdir)/tests/fuzz/corpus/ipc
