# Unit tests of store; how to add one: local.mk beside this file.
STORE_FIXTURE = tests/unit/store_fixture.c tests/unit/store_fixture.h

UNIT_TESTS += tests/unit/test_store
tests_unit_test_store_SOURCES = tests/unit/test_store.c $(STORE_FIXTURE)
tests_unit_test_store_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_migrate
tests_unit_test_store_migrate_SOURCES = tests/unit/test_store_migrate.c \
	$(STORE_FIXTURE)
tests_unit_test_store_migrate_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_exchange_field
tests_unit_test_store_exchange_field_SOURCES = tests/unit/test_store_exchange_field.c \
	$(STORE_FIXTURE)
tests_unit_test_store_exchange_field_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_exchange_binding
tests_unit_test_store_exchange_binding_SOURCES = tests/unit/test_store_exchange_binding.c \
	$(STORE_FIXTURE)
tests_unit_test_store_exchange_binding_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_exchange
tests_unit_test_store_exchange_SOURCES = tests/unit/test_store_exchange.c \
	$(STORE_FIXTURE)
tests_unit_test_store_exchange_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_confer
tests_unit_test_store_confer_SOURCES = tests/unit/test_store_confer.c \
	$(STORE_FIXTURE)
tests_unit_test_store_confer_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_booking
tests_unit_test_store_booking_SOURCES = tests/unit/test_store_booking.c \
	$(STORE_FIXTURE)
tests_unit_test_store_booking_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_workspace
tests_unit_test_store_workspace_SOURCES = tests/unit/test_store_workspace.c \
	$(STORE_FIXTURE)
tests_unit_test_store_workspace_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_draft
tests_unit_test_store_draft_SOURCES = tests/unit/test_store_draft.c \
	$(STORE_FIXTURE)
tests_unit_test_store_draft_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_user
tests_unit_test_store_user_SOURCES = tests/unit/test_store_user.c \
	$(STORE_FIXTURE)
tests_unit_test_store_user_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_stat
tests_unit_test_store_stat_SOURCES = tests/unit/test_store_stat.c \
	$(STORE_FIXTURE)
tests_unit_test_store_stat_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_timeline
tests_unit_test_store_timeline_SOURCES = tests/unit/test_store_timeline.c \
	$(STORE_FIXTURE)
tests_unit_test_store_timeline_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_user_csv
tests_unit_test_user_csv_LDADD = $(UNIT_STORE) $(CSV_LIBS)

UNIT_TESTS += tests/unit/test_directory_plan
tests_unit_test_directory_plan_SOURCES = tests/unit/test_directory_plan.c \
	$(STORE_FIXTURE)
tests_unit_test_directory_plan_LDADD = $(UNIT_STORE) $(CSV_LIBS)

UNIT_TESTS += tests/unit/test_user_import
tests_unit_test_user_import_SOURCES = tests/unit/test_user_import.c \
	$(STORE_FIXTURE)
tests_unit_test_user_import_LDADD = $(UNIT_STORE) $(CSV_LIBS)

UNIT_TESTS += tests/unit/test_store_admin
tests_unit_test_store_admin_SOURCES = tests/unit/test_store_admin.c \
	$(STORE_FIXTURE)
tests_unit_test_store_admin_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_setting
tests_unit_test_store_setting_SOURCES = tests/unit/test_store_setting.c \
	$(STORE_FIXTURE)
tests_unit_test_store_setting_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_alarm
tests_unit_test_store_alarm_SOURCES = tests/unit/test_store_alarm.c \
	$(STORE_FIXTURE)
tests_unit_test_store_alarm_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_access
tests_unit_test_store_access_SOURCES = tests/unit/test_store_access.c \
	$(STORE_FIXTURE)
tests_unit_test_store_access_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_audit
tests_unit_test_store_audit_SOURCES = tests/unit/test_store_audit.c \
	$(STORE_FIXTURE)
tests_unit_test_store_audit_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_report
tests_unit_test_store_report_SOURCES = tests/unit/test_store_report.c \
	$(STORE_FIXTURE)
tests_unit_test_store_report_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_state
tests_unit_test_store_state_SOURCES = tests/unit/test_store_state.c \
	$(STORE_FIXTURE)
tests_unit_test_store_state_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_exchange_brief
tests_unit_test_store_exchange_brief_SOURCES = tests/unit/test_store_exchange_brief.c \
	$(STORE_FIXTURE)
tests_unit_test_store_exchange_brief_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_trust
tests_unit_test_store_trust_SOURCES = tests/unit/test_store_trust.c \
	$(STORE_FIXTURE)
tests_unit_test_store_trust_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_x509
tests_unit_test_x509_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_proxy
tests_unit_test_store_proxy_SOURCES = tests/unit/test_store_proxy.c \
	$(STORE_FIXTURE)
tests_unit_test_store_proxy_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_snapshot
tests_unit_test_store_snapshot_SOURCES = tests/unit/test_store_snapshot.c \
	$(STORE_FIXTURE)
tests_unit_test_store_snapshot_LDADD = $(UNIT_STORE)
UNIT_TESTS += tests/unit/test_store_delivery
tests_unit_test_store_delivery_SOURCES = tests/unit/test_store_delivery.c \
	$(STORE_FIXTURE)
tests_unit_test_store_delivery_LDADD = $(UNIT_STORE)

UNIT_TESTS += tests/unit/test_store_backup
tests_unit_test_store_backup_SOURCES = tests/unit/test_store_backup.c \
	$(STORE_FIXTURE)
tests_unit_test_store_backup_LDADD = $(UNIT_STORE) $(SODIUM_LIBS)
