# Unit tests of engine; how to add one: local.mk beside this file.
UNIT_ENGINE = libenginepure.a $(UNIT_COMMON)
UNIT_TESTS += tests/unit/test_keywords
tests_unit_test_keywords_LDADD = $(UNIT_ENGINE)
UNIT_TESTS += tests/unit/test_meeting_rules
tests_unit_test_meeting_rules_LDADD = $(UNIT_ENGINE)
# Gumbo judges what was spliced.
UNIT_TESTS += tests/unit/test_body_splice
tests_unit_test_body_splice_CPPFLAGS = $(AM_CPPFLAGS) $(GUMBO_CFLAGS)
tests_unit_test_body_splice_LDADD = $(UNIT_ENGINE) $(GUMBO_LIBS)
UNIT_TESTS += tests/unit/test_hist
tests_unit_test_hist_LDADD = $(UNIT_ENGINE)
# Bodies as mail programs write them; bench-bodies has more and longer ones.
UNIT_TESTS += tests/unit/test_bodies
tests_unit_test_bodies_SOURCES = tests/unit/test_bodies.c \
	tests/harness/body_make.c tests/harness/body_make.h
tests_unit_test_bodies_LDADD = $(UNIT_ENGINE)
UNIT_TESTS += tests/unit/test_discover_plan
tests_unit_test_discover_plan_LDADD = $(UNIT_ENGINE)
# The engine as a whole, with the test as its surroundings.
UNIT_WORLD = libengine.a libenginepure.a libcore.a libpkg.a $(UNIT_STORE) \
	$(UV_LIBS) $(SECCOMP_LIBS)
ENGINE_WORLD = tests/unit/engine_world.c tests/unit/engine_world.h \
	tests/unit/engine_world_int.h tests/unit/engine_world_mgr.c \
	tests/unit/engine_world_run.c tests/unit/engine_world_slow.c \
	tests/unit/engine_world_sync.c \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
UNIT_TESTS += tests/unit/test_engine
tests_unit_test_engine_SOURCES = tests/unit/test_engine.c \
	$(ENGINE_WORLD)
tests_unit_test_engine_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_engine_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_deaths_alarm
tests_unit_test_deaths_alarm_SOURCES = tests/unit/test_deaths_alarm.c \
	$(ENGINE_WORLD)
tests_unit_test_deaths_alarm_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_deaths_alarm_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_room_props
tests_unit_test_room_props_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_domains
tests_unit_test_domains_SOURCES = tests/unit/test_domains.c \
	$(ENGINE_WORLD)
tests_unit_test_domains_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_domains_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_scp_known
tests_unit_test_scp_known_LDADD = $(UNIT_ENGINE)
UNIT_TESTS += tests/unit/test_rotate
tests_unit_test_rotate_SOURCES = tests/unit/test_rotate.c \
	$(ENGINE_WORLD)
tests_unit_test_rotate_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_rotate_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_text_fit
tests_unit_test_text_fit_LDADD = $(UNIT_ENGINE)
UNIT_TESTS += tests/unit/test_delivery_plan
tests_unit_test_delivery_plan_LDADD = libenginepure.a libcore.a \
	$(UNIT_COMMON) $(UV_LIBS) $(SECCOMP_LIBS)
UNIT_TESTS += tests/unit/test_delivery_text
tests_unit_test_delivery_text_LDADD = $(UNIT_ENGINE) $(JANSSON_LIBS)
UNIT_TESTS += tests/unit/test_servers
tests_unit_test_servers_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_servers_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_subs
tests_unit_test_subs_SOURCES = tests/unit/test_subs.c \
	$(ENGINE_WORLD)
tests_unit_test_subs_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_subs_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_catchup
tests_unit_test_catchup_SOURCES = tests/unit/test_catchup.c \
	$(ENGINE_WORLD)
tests_unit_test_catchup_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_catchup_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_engine_alarms
tests_unit_test_engine_alarms_SOURCES = tests/unit/test_engine_alarms.c \
	$(ENGINE_WORLD)
tests_unit_test_engine_alarms_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_engine_alarms_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_directory
tests_unit_test_directory_SOURCES = tests/unit/test_directory.c $(ENGINE_WORLD)
tests_unit_test_directory_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_directory_LDADD = $(UNIT_WORLD) $(CSV_LIBS)
UNIT_TESTS += tests/unit/test_oof
tests_unit_test_oof_SOURCES = tests/unit/test_oof.c $(ENGINE_WORLD)
tests_unit_test_oof_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_oof_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_webex_keep
tests_unit_test_webex_keep_SOURCES = tests/unit/test_webex_keep.c \
	$(ENGINE_WORLD)
tests_unit_test_webex_keep_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_webex_keep_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_book
tests_unit_test_book_SOURCES = tests/unit/test_book.c \
	$(ENGINE_WORLD)
tests_unit_test_book_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_book_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_book_series
tests_unit_test_book_series_SOURCES = tests/unit/test_book_series.c \
	$(ENGINE_WORLD)
tests_unit_test_book_series_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_book_series_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_manager_alarm
tests_unit_test_manager_alarm_SOURCES = tests/unit/test_manager_alarm.c \
	$(ENGINE_WORLD)
tests_unit_test_manager_alarm_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_manager_alarm_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_version_watch
tests_unit_test_version_watch_SOURCES = tests/unit/test_version_watch.c \
	$(ENGINE_WORLD)
tests_unit_test_version_watch_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_version_watch_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_workspaces
tests_unit_test_workspaces_SOURCES = tests/unit/test_workspaces.c \
	$(ENGINE_WORLD)
tests_unit_test_workspaces_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_workspaces_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_workspace_list
tests_unit_test_workspace_list_LDADD = libenginepure.a $(UNIT_STORE)
UNIT_TESTS += tests/unit/test_works
tests_unit_test_works_SOURCES = tests/unit/test_works.c \
	$(ENGINE_WORLD)
tests_unit_test_works_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_works_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_moves
tests_unit_test_moves_SOURCES = tests/unit/test_moves.c \
	$(ENGINE_WORLD)
tests_unit_test_moves_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_moves_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_trouble
tests_unit_test_trouble_SOURCES = tests/unit/test_trouble.c \
	$(ENGINE_WORLD)
tests_unit_test_trouble_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_trouble_LDADD = $(UNIT_WORLD)
UNIT_TESTS += tests/unit/test_meetings
tests_unit_test_meetings_SOURCES = tests/unit/test_meetings.c \
	$(ENGINE_WORLD)
tests_unit_test_meetings_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_meetings_LDADD = $(UNIT_WORLD)
# Each allocation and each system call of the main paths, failed in turn.
check_PROGRAMS += tests/harness/fault_paths
tests_harness_fault_paths_SOURCES = tests/harness/fault_paths.c \
	tests/harness/failing.c tests/harness/failing.h $(ENGINE_WORLD)
tests_harness_fault_paths_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_harness_fault_paths_LDADD = $(UNIT_WORLD) -ldl
UNIT_TESTS += tests/unit/test_conf_service
tests_unit_test_conf_service_SOURCES = tests/unit/test_conf_service.c \
	$(ENGINE_WORLD)
tests_unit_test_conf_service_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
tests_unit_test_conf_service_LDADD = $(UNIT_WORLD)
