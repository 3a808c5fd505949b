# Unit tests of cgi; how to add one: local.mk beside this file.
UNIT_WEB = $(WEB_LIBS) $(CMOCKA_LIBS)
WEB_FIXTURE = tests/unit/web_fixture.c tests/unit/web_fixture.h \
	$(STORE_FIXTURE)

UNIT_TESTS += tests/unit/test_req
tests_unit_test_req_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_multipart
tests_unit_test_multipart_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_upload
tests_unit_test_upload_SOURCES = tests/unit/test_upload.c $(WEB_FIXTURE)
tests_unit_test_upload_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_spool
tests_unit_test_spool_SOURCES = tests/unit/test_spool.c $(WEB_FIXTURE)
tests_unit_test_spool_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_attacks
tests_unit_test_attacks_SOURCES = tests/unit/test_attacks.c $(WEB_FIXTURE)
tests_unit_test_attacks_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_resp
tests_unit_test_resp_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_calstatus
tests_unit_test_calstatus_SOURCES = tests/unit/test_calstatus.c $(WEB_FIXTURE)
tests_unit_test_calstatus_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_users_csv
tests_unit_test_users_csv_SOURCES = tests/unit/test_users_csv.c $(WEB_FIXTURE)
tests_unit_test_users_csv_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_form
tests_unit_test_form_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_router
tests_unit_test_router_SOURCES = tests/unit/test_router.c $(WEB_FIXTURE)
tests_unit_test_router_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_signin
tests_unit_test_signin_SOURCES = tests/unit/test_signin.c $(WEB_FIXTURE)
tests_unit_test_signin_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_admins
tests_unit_test_admins_SOURCES = tests/unit/test_admins.c $(WEB_FIXTURE)
tests_unit_test_admins_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_page_conferencing
tests_unit_test_page_conferencing_SOURCES = tests/unit/test_page_conferencing.c $(WEB_FIXTURE)
tests_unit_test_page_conferencing_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_page_workspaces
tests_unit_test_page_workspaces_SOURCES = \
	tests/unit/test_page_workspaces.c $(WEB_FIXTURE)
tests_unit_test_page_workspaces_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_page_user_meetings
tests_unit_test_page_user_meetings_SOURCES = \
	tests/unit/test_page_user_meetings.c $(WEB_FIXTURE)
tests_unit_test_page_user_meetings_LDADD = $(UNIT_WEB)
UNIT_TESTS += tests/unit/test_page_joindetails
tests_unit_test_page_joindetails_SOURCES = tests/unit/test_page_joindetails.c $(WEB_FIXTURE)
tests_unit_test_page_joindetails_LDADD = $(UNIT_WEB)
UNIT_TESTS += tests/unit/test_page_keywords
tests_unit_test_page_keywords_SOURCES = tests/unit/test_page_keywords.c $(WEB_FIXTURE)
tests_unit_test_page_keywords_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_page_people
tests_unit_test_page_people_SOURCES = tests/unit/test_page_people.c $(WEB_FIXTURE)
tests_unit_test_page_people_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_render
tests_unit_test_render_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_pages
tests_unit_test_pages_SOURCES = tests/unit/test_pages.c $(WEB_FIXTURE)
tests_unit_test_pages_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_versions
tests_unit_test_versions_SOURCES = tests/unit/test_versions.c $(WEB_FIXTURE)
tests_unit_test_versions_LDADD = $(UNIT_WEB)

UNIT_TESTS += tests/unit/test_exchange_edit
tests_unit_test_exchange_edit_SOURCES = tests/unit/test_exchange_edit.c \
	$(WEB_FIXTURE)
tests_unit_test_exchange_edit_LDADD = $(UNIT_WEB)
UNIT_TESTS += tests/unit/test_page_ruletest
tests_unit_test_page_ruletest_SOURCES = tests/unit/test_page_ruletest.c $(WEB_FIXTURE)
tests_unit_test_page_ruletest_LDADD = $(UNIT_WEB)
