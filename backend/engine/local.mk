# The pure parts are a library of their own, so that tests link just them.
noinst_LIBRARIES += libenginepure.a
libenginepure_a_SOURCES = \
	backend/engine/keywords.c backend/engine/keywords.h \
	backend/engine/meeting_rules.c backend/engine/meeting_rules.h
