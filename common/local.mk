noinst_LIBRARIES += libcommon.a libstore.a

libcommon_a_SOURCES = \
	common/alloc.c common/alloc.h \
	common/buf.c common/buf.h \
	common/clock.c common/clock.h \
	common/conf.c common/conf.h \
	common/err.c common/err.h \
	common/failure.c common/failure.def common/failure.h \
	common/ipc.h \
	common/ipc_client.c common/ipc_client.h \
	common/ipc_codec.c \
	common/ipc_copy.c \
	common/ipc_decode.c \
	common/ipc_encode.c \
	common/ipc_msg.def \
	common/ipc_table.c common/ipc_table.h \
	common/ipc_walk.h \
	common/log.c common/log.h \
	common/report.c common/report.h \
	common/report_json.c \
	common/seal.c common/seal.h \
	common/secret.c common/secret.h \
	common/settings.c common/settings.def common/settings.h \
	common/str.c common/str.h \
	common/valid.c common/valid.h \
	common/valid_text.c
nodist_libcommon_a_SOURCES = common/ipc_proto.c

# The protocol's name is a hash of its table: any edit is another protocol.
common/ipc_proto.c: $(srcdir)/common/ipc_msg.def
	@$(MKDIR_P) common
	$(AM_V_GEN)h=`sha256sum < $(srcdir)/common/ipc_msg.def | cut -c1-32` && \
	{ echo '#include "common/ipc.h"'; \
	echo "const char ipc_proto[] = \"calconn-ipc-1:$$h\";"; } >$@-t && \
	mv -f $@-t $@
BUILT_SOURCES += common/ipc_proto.c
CLEANFILES += common/ipc_proto.c

libstore_a_SOURCES =
