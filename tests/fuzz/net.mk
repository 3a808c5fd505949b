# Fuzz harnesses of net; how to add one: local.mk beside this file.
FUZZ_NET = libnet.a libcore.a $(FUZZ_COMMON) $(NET_LIBS) $(SECCOMP_LIBS)
FUZZ_TESTS += tests/fuzz/fuzz_xml
tests_fuzz_fuzz_xml_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_ews
tests_fuzz_fuzz_ews_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_ews_stream
tests_fuzz_fuzz_ews_stream_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_autodisc
tests_fuzz_fuzz_autodisc_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_scp
tests_fuzz_fuzz_scp_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_net_text
tests_fuzz_fuzz_net_text_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_tls_cert
tests_fuzz_fuzz_tls_cert_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
FUZZ_TESTS += tests/fuzz/fuzz_ntlm
tests_fuzz_fuzz_ntlm_LDADD = $(FUZZ_MAIN) $(FUZZ_NET)
