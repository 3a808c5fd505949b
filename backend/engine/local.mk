# The pure parts are a library of their own, so that tests link just them.
noinst_LIBRARIES += libenginepure.a
libenginepure_a_SOURCES = \
	backend/engine/keywords.c backend/engine/keywords.h \
	backend/engine/meeting_rules.c backend/engine/meeting_rules.h

if HAVE_CMOCKA
engine_tests = \
	tests/unit/test_keywords \
	tests/unit/test_meeting_rules
check_PROGRAMS += $(engine_tests)
TESTS += $(engine_tests)
engine_test_libs = libenginepure.a libcommon.a $(GUMBO_LIBS) \
	$(JANSSON_LIBS) $(SODIUM_LIBS) $(CMOCKA_LIBS)
tests_unit_test_keywords_LDADD = $(engine_test_libs)
tests_unit_test_meeting_rules_LDADD = $(engine_test_libs)
endif
