# calconn-collect: makes one system snapshot and ends.
pkglibexec_PROGRAMS += calconn-collect
COLLECT_SOURCES = \
	backend/collect/collect.c backend/collect/collect.h \
	backend/collect/pack.c backend/collect/pack.h
calconn_collect_SOURCES = backend/collect/main.c $(COLLECT_SOURCES)
calconn_collect_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
calconn_collect_LDADD = libcore.a libstore.a libcommon.a $(SQLITE_LIBS) \
	$(ARCHIVE_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS) $(SECCOMP_LIBS)
