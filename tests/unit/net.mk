# Unit tests of net; how to add one: local.mk beside this file.
UNIT_NET = libnet.a libcore.a $(UNIT_COMMON) $(NET_LIBS) $(SECCOMP_LIBS)
UNIT_TESTS += tests/unit/test_evidence
tests_unit_test_evidence_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_xml
tests_unit_test_xml_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_xml_write
tests_unit_test_xml_write_LDADD = $(UNIT_NET)

# Plays manager and engine for calconn-net, for tests over real sockets.
check_PROGRAMS += tests/harness/net_drive
tests_harness_net_drive_SOURCES = tests/harness/net_drive.c
tests_harness_net_drive_LDADD = libcommon.a $(SODIUM_LIBS) $(JANSSON_LIBS)
UNIT_TESTS += tests/unit/test_ews_soap
tests_unit_test_ews_soap_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_ews_client
tests_unit_test_ews_client_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_ews_item
tests_unit_test_ews_item_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_ews_notify
tests_unit_test_ews_notify_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_ews_autodisc
tests_unit_test_ews_autodisc_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_ews_schema
tests_unit_test_ews_schema_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_http_auth
tests_unit_test_http_auth_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_url_guard
tests_unit_test_url_guard_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_scp_rules
tests_unit_test_scp_rules_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_dns_srv
tests_unit_test_dns_srv_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_http_tls
tests_unit_test_http_tls_LDADD = $(UNIT_NET)
UNIT_TESTS += tests/unit/test_creds
tests_unit_test_creds_LDADD = $(UNIT_NET)
