# calconnctl: what the pages do, on the command line.  No network.
bin_PROGRAMS += calconnctl
calconnctl_SOURCES = backend/ctl/main.c $(CTL_SOURCES)
CTL_SOURCES = \
	backend/ctl/args.c backend/ctl/args.h \
	backend/ctl/conn_test.c backend/ctl/conn_test.h \
	backend/ctl/ctl.h \
	backend/ctl/bound_args.c backend/ctl/bound_args.h \
	backend/ctl/manager_link.c backend/ctl/manager_link.h \
	backend/ctl/out.c backend/ctl/out.h \
	backend/ctl/password.c backend/ctl/password.h \
	backend/ctl/user_wait.c backend/ctl/user_wait.h \
	backend/ctl/verb_access.c \
	backend/ctl/verb_admin.c \
	backend/ctl/verb_alarms.c \
	backend/ctl/verb_audit.c \
	backend/ctl/verb_backup.c \
	backend/ctl/verb_ca.c \
	backend/ctl/verb_calendar.c \
	backend/ctl/verb_connector.c \
	backend/ctl/verb_diaglog.c \
	backend/ctl/verb_directory.c \
	backend/ctl/verb_exchange.c \
	backend/ctl/verb_exchange_edit.c \
	backend/ctl/verb_exchange_rotate.c \
	backend/ctl/verb_log.c \
	backend/ctl/job_report.c backend/ctl/job_report.h \
	backend/ctl/verb_delivery.c \
	backend/ctl/verb_conferencing.c \
	backend/ctl/verb_proxy.c \
	backend/ctl/verb_setting.c \
	backend/ctl/verb_setup.c \
	backend/ctl/verb_snapshot.c \
	backend/ctl/verb_status.c \
	backend/ctl/verb_store.c \
	backend/ctl/verb_joindetails.c \
	backend/ctl/verb_keywords.c \
	backend/ctl/verb_rules.c \
	backend/ctl/verb_workspaces.c \
	backend/ctl/verb_version.c \
	backend/ctl/verb_trust.c \
	backend/ctl/verb_meetings.c \
	backend/ctl/booking_out.c backend/ctl/booking_out.h \
	backend/ctl/verb_users.c \
	backend/ctl/verb_users_csv.c \
	backend/ctl/verb_users_switch.c \
	backend/ctl/verbs.def
calconnctl_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS)
calconnctl_LDADD = libstore.a libcommon.a $(SQLITE_LIBS) $(SODIUM_LIBS) \
	$(JANSSON_LIBS) $(CSV_LIBS)
