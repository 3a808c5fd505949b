# Unit tests of ctl; how to add one: local.mk beside this file.
UNIT_TESTS += tests/unit/test_ctl_args
tests_unit_test_ctl_args_SOURCES = tests/unit/test_ctl_args.c \
	backend/ctl/args.c backend/ctl/args.h
tests_unit_test_ctl_args_LDADD = $(UNIT_COMMON)

UNIT_TESTS += tests/unit/test_ctl_out
tests_unit_test_ctl_out_SOURCES = tests/unit/test_ctl_out.c \
	backend/ctl/out.c backend/ctl/out.h
tests_unit_test_ctl_out_LDADD = $(UNIT_COMMON)

UNIT_TESTS += tests/unit/test_job_report
tests_unit_test_job_report_SOURCES = tests/unit/test_job_report.c \
	backend/ctl/job_report.c backend/ctl/job_report.h \
	backend/ctl/out.c backend/ctl/out.h
tests_unit_test_job_report_LDADD = $(UNIT_COMMON)

UNIT_TESTS += tests/unit/test_bound_args
tests_unit_test_bound_args_SOURCES = tests/unit/test_bound_args.c \
	backend/ctl/bound_args.c backend/ctl/bound_args.h
tests_unit_test_bound_args_LDADD = $(UNIT_STORE)
