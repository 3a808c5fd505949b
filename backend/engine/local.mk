# The pure parts are a library of their own, so that tests link just them.
noinst_LIBRARIES += libenginepure.a
libenginepure_a_SOURCES = \
	backend/engine/body_splice.c backend/engine/body_splice.h \
	backend/engine/discover_plan.c backend/engine/discover_plan.h \
	backend/engine/html_scan.c backend/engine/html_scan.h \
	backend/engine/join_block.c backend/engine/join_block.h \
	backend/engine/keywords.c backend/engine/keywords.h \
	backend/engine/meeting_rules.c backend/engine/meeting_rules.h \
	backend/engine/visible.c backend/engine/visible.h
