# The other tests; see ../run-tests, which runs them all.
.PHONY: lint check-integration check-browser check-bench bench-pages \
	bench-latency bench-discovery bench-users bench-address bench-bodies \
	bench-engine check-chaos

# lint itself prints one line a gate.
lint: all
	$(top_srcdir)/tests/lint/lint --build $(abs_top_builddir)
	$(top_srcdir)/tests/lint/selftest.py

check-integration: all
	cd $(top_srcdir) && CALCONN_BUILD=$(abs_top_builddir) \
	    /usr/bin/python3 -m pytest -q tests/integration \
	    --ignore tests/integration/product
	cd $(top_srcdir) && CALCONN_BUILD=$(abs_top_builddir) \
	    /usr/bin/python3 -m pytest -q tests/integration/product

check-browser: all
	$(top_srcdir)/tests/browser/install
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/browser/run \
	    $(abs_top_builddir)/browser-out

bench-latency: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-latency

bench-pages: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-pages

bench-discovery: all
	CALCONN_BUILD=$(abs_top_builddir) \
	    $(top_srcdir)/tests/bench/bench-discovery

bench-users: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-users

# Programs of C; "make check" builds them, so that none falls behind.
check_PROGRAMS += tests/bench/bench_address
tests_bench_bench_address_LDADD = $(FUZZ_COMMON)
check_PROGRAMS += tests/bench/bench_bodies
tests_bench_bench_bodies_SOURCES = tests/bench/bench_bodies.c \
	tests/harness/body_make.c tests/harness/body_make.h
tests_bench_bench_bodies_LDADD = libenginepure.a $(FUZZ_COMMON)
bench-bodies: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-bodies

bench-address: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-address

check-bench: bench-pages bench-latency bench-discovery bench-users \
	bench-bodies bench-address
# The Exchange of bench-engine, and a bare loop to compare with.
check_PROGRAMS += tests/bench/sim/sim tests/bench/sim/load
tests_bench_sim_sim_SOURCES = tests/bench/sim/main.c tests/bench/sim/conn.c \
	tests/bench/sim/ews.c tests/bench/sim/fault.c \
	tests/bench/sim/work.c tests/bench/sim/sim.h
tests_bench_sim_sim_CFLAGS = $(AM_CFLAGS) $(SSL_CFLAGS)
tests_bench_sim_sim_LDADD = libcommon.a $(SSL_LIBS) $(CRYPTO_LIBS) \
	$(SODIUM_LIBS) $(JANSSON_LIBS)
tests_bench_sim_load_SOURCES = tests/bench/sim/load.c
tests_bench_sim_load_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_bench_sim_load_LDADD = libcommon.a $(CURL_LIBS) $(SODIUM_LIBS) \
	$(JANSSON_LIBS)

# Preloaded by the chaos test: moves the clocks of the programs.
EXTRA_DIST += tests/bench/sim/clock_shift.c
CLEANFILES += tests/bench/sim/clock_shift.so
tests/bench/sim/clock_shift.so: tests/bench/sim/clock_shift.c
	$(AM_V_CCLD)$(MKDIR_P) $(@D) && $(CC) $(AM_CFLAGS) $(CFLAGS) -fPIC \
	    -shared -o $@ $(top_srcdir)/tests/bench/sim/clock_shift.c -ldl

bench-engine: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/bench-engine

check-chaos: all
	CALCONN_BUILD=$(abs_top_builddir) $(top_srcdir)/tests/bench/chaos

check-bench: bench-pages bench-latency bench-discovery bench-users bench-engine
