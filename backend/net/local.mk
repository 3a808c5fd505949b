# calconn-net: the hands of the engine.  All but main.c is in a library, for
# the tests.
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	backend/net/api.c backend/net/api.h backend/net/job.h \
	backend/net/ca_issuer.c backend/net/ca_issuer.h \
	backend/net/ca_store.c backend/net/ca_store.h \
	backend/net/cms_client.c backend/net/cms_client.h \
	backend/net/cms_service.c backend/net/cms_service.h \
	backend/net/cred_bound.c backend/net/cred_bound.h \
	backend/net/creds.c backend/net/creds.h \
	backend/net/dir_search.c backend/net/dir_search.h \
	backend/net/job_dir.c \
	backend/net/dc_find.c backend/net/dc_find.h \
	backend/net/device_client.c backend/net/device_client.h \
	backend/net/device_service.c backend/net/device_service.h \
	backend/net/dns_srv.c backend/net/dns_srv.h \
	backend/net/evidence.c backend/net/evidence.h \
	backend/net/autodisc_soap.c backend/net/autodisc_soap.h \
	backend/net/ews_autodisc.c backend/net/ews_autodisc.h \
	backend/net/ews_client.c backend/net/ews_client.h \
	backend/net/ews_item.c backend/net/ews_item.h \
	backend/net/ews_notify.c backend/net/ews_notify.h \
	backend/net/ews_oof.c backend/net/ews_oof.h \
	backend/net/ews_prop.c backend/net/ews_prop.h \
	backend/net/ews_recur.c backend/net/ews_recur.h \
	backend/net/ews_soap.c backend/net/ews_soap.h \
	backend/net/ews_view.c backend/net/ews_view.h \
	backend/net/ews_zone.c backend/net/ews_zone.h \
	backend/net/held.c backend/net/held.h \
	backend/net/http.c backend/net/http.h backend/net/http_int.h \
	backend/net/http_auth.c backend/net/http_auth.h \
	backend/net/http_fail.c backend/net/http_req.c \
	backend/net/http_krb.c \
	backend/net/http_pool.c backend/net/http_pool.h \
	backend/net/http_sign.c \
	backend/net/http_tls.c backend/net/http_tls.h \
	backend/net/confer_proto.h \
	backend/net/job_autodisc.c backend/net/job_ews.c \
	backend/net/job_confer.c \
	backend/net/tms_answer.c \
	backend/net/tms_client.c backend/net/tms_client.h \
	backend/net/tms_series.c backend/net/tms_series.h \
	backend/net/job_hint.c backend/net/job_scp.c \
	backend/net/job_send.c \
	backend/net/hook_sign.c backend/net/hook_sign.h \
	backend/net/send_curl.c backend/net/send_curl.h \
	backend/net/send_mail.c backend/net/send_mail.h \
	backend/net/send_syslog.c backend/net/send_syslog.h \
	backend/net/json.c backend/net/json.h \
	backend/net/ldap.c backend/net/ldap.h backend/net/ldap_int.h \
	backend/net/ldap_ad.c backend/net/ldap_ad.h \
	backend/net/ldap_gss.c backend/net/ldap_gss.h \
	backend/net/ldap_io.c backend/net/ldap_io.h \
	backend/net/ldap_scp.c backend/net/ldap_scp.h \
	backend/net/ldap_seal.c backend/net/ldap_seal.h \
	backend/net/krb_cred.c backend/net/krb_cred.h \
	backend/net/md4.c backend/net/md4.h \
	backend/net/negotiate.c backend/net/negotiate.h \
	backend/net/ntlm.c backend/net/ntlm.h backend/net/ntlm_int.h \
	backend/net/ntlm_key.c \
	backend/net/proxy.c backend/net/proxy.h \
	backend/net/scp_rules.c backend/net/scp_rules.h \
	backend/net/scp_trail.c backend/net/scp_trail.h \
	backend/net/scp_walk.c backend/net/scp_walk.h \
	backend/net/tls_binding.c backend/net/tls_binding.h \
	backend/net/url_guard.c backend/net/url_guard.h \
	backend/net/webex_client.c backend/net/webex_client.h \
	backend/net/webex_decode.c \
	backend/net/webex_service.c backend/net/webex_service.h \
	backend/net/webex_series.c \
	backend/net/webex_space.c \
	backend/net/webex_step.c backend/net/webex_step.h \
	backend/net/webex_token.c backend/net/webex_token.h \
	backend/net/xml.c backend/net/xml.h \
	backend/net/xml_build.c backend/net/xml_build.h \
	backend/net/xml_stream.c \
	backend/net/xml_write.c backend/net/xml_write.h
libnet_a_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(CURL_CFLAGS) $(SSL_CFLAGS) \
	$(EXPAT_CFLAGS) $(LDAP_CFLAGS) $(GSS_CFLAGS) $(JANSSON_CFLAGS)

pkglibexec_PROGRAMS += calconn-net
calconn_net_SOURCES = backend/net/main.c
calconn_net_CFLAGS = $(libnet_a_CFLAGS)
NET_LIBS = $(UV_LIBS) $(CURL_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS) \
	$(EXPAT_LIBS) $(LDAP_LIBS) $(GSS_LIBS) -lresolv -lpthread
calconn_net_LDADD = libnet.a libcore.a libcommon.a $(NET_LIBS) \
	$(SODIUM_LIBS) $(SECCOMP_LIBS) $(JANSSON_LIBS)
