noinst_LIBRARIES += libcommon.a libstore.a
libcommon_a_SOURCES =
libstore_a_SOURCES =
