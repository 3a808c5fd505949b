# Fuzz harnesses: each has LLVMFuzzerTestOneInput and is linked with
# libFuzzer (configure --enable-fuzzers CC=clang) or with replay_main.c, which
# runs every file of tests/fuzz/corpus/<name>/ in `make check`.  A harness is
# two rows in the file of its area:
#   FUZZ_TESTS += tests/fuzz/fuzz_ipc
#   tests_fuzz_fuzz_ipc_LDADD = $(FUZZ_MAIN) $(FUZZ_COMMON)
# and a corpus directory, tests/fuzz/corpus/ipc/.
FUZZ_TESTS =
EXTRA_PROGRAMS =
FUZZ_COMMON = libcommon.a $(SODIUM_LIBS) $(JANSSON_LIBS)
if FUZZERS
FUZZ_MAIN = @FUZZ_ENGINE@
else
FUZZ_MAIN = libreplay.a
check_LIBRARIES = libreplay.a
libreplay_a_SOURCES = tests/fuzz/replay_main.c
endif

include tests/fuzz/common.mk
include tests/fuzz/net.mk
include tests/fuzz/engine.mk
include tests/fuzz/cgi.mk
include tests/fuzz/store.mk
include tests/fuzz/pkg.mk

check_PROGRAMS += $(FUZZ_TESTS)
if !FUZZERS
TESTS += $(FUZZ_TESTS)
endif

# Each harness for FUZZ_SECONDS, as many at once as there are cores.  A gate
# must say the same twice, so its seed is fixed; 0 looks elsewhere each time.
FUZZ_SECONDS = 60
FUZZ_SEED = 1
.PHONY: check-fuzz fuzz-programs
fuzz-programs: $(FUZZ_TESTS)
check-fuzz: fuzz-programs
if FUZZERS
	@printf '%s\n' $(FUZZ_TESTS) | xargs -n 1 -P `nproc` \
	    $(SHELL) $(srcdir)/tests/fuzz/fuzz-one $(FUZZ_SECONDS) $(srcdir) \
	    $(FUZZ_SEED)
else
	@echo 'configure with --enable-fuzzers CC=clang first'; exit 1
endif
