# Unit tests of net; how to add one: local.mk beside this file.

# Plays manager and engine for calconn-net, for tests over real sockets.
check_PROGRAMS += tests/harness/net_drive
tests_harness_net_drive_SOURCES = tests/harness/net_drive.c
tests_harness_net_drive_LDADD = libcommon.a $(SODIUM_LIBS) $(JANSSON_LIBS)
