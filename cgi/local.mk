# calconn-web: pages over FastCGI.  No network client, no XML, no libuv.
noinst_LIBRARIES += libweb.a
libweb_a_SOURCES = \
	cgi/auth.c cgi/auth.h \
	cgi/body.c cgi/body.h \
	cgi/bound_form.c cgi/bound_form.h \
	cgi/csrf.c cgi/csrf.h \
	cgi/ctl_client.c cgi/ctl_client.h \
	cgi/form.c cgi/form.h \
	cgi/multipart.c cgi/multipart.h \
	cgi/page.c cgi/page.h \
	cgi/reauth.c cgi/reauth.h \
	cgi/render.c cgi/render.h \
	cgi/req.c cgi/req.h \
	cgi/resp.c cgi/resp.h \
	cgi/router.c cgi/router.h cgi/routes.def \
	cgi/session.c cgi/session.h \
	cgi/settle.c cgi/settle.h \
	cgi/spool.c cgi/spool.h \
	cgi/file_in.c cgi/file_in.h \
	cgi/upload.c cgi/upload.h \
	cgi/view.c cgi/view.h \
	cgi/pages/alarm_one.c \
	cgi/pages/admin_edit.c \
	cgi/pages/admins.c cgi/pages/admins.h \
	cgi/pages/alarms.c cgi/pages/alarms.h \
	cgi/pages/bundle_upload.c \
	cgi/pages/backup.c \
	cgi/pages/cacerts.c \
	cgi/pages/calstatus.c \
	cgi/pages/conferencing.c cgi/pages/conferencing.h \
	cgi/pages/conferencing_edit.c \
	cgi/pages/conferencing_test.c \
	cgi/pages/configlog.c \
	cgi/pages/connectors.c \
	cgi/pages/delivery.c cgi/pages/delivery.h \
	cgi/pages/delivery_test.c \
	cgi/pages/eventlog.c \
	cgi/pages/diaglog.c \
	cgi/pages/exchange.h \
	cgi/pages/exchange_edit.c \
	cgi/pages/exchange_list.c \
	cgi/pages/exchange_report.c \
	cgi/pages/exchange_rotate.c \
	cgi/pages/exchange_saved.c \
	cgi/pages/exchange_test.c \
	cgi/pages/exchange_test_do.c \
	cgi/pages/factor.c \
	cgi/pages/experimental.c \
	cgi/pages/loglevels.c \
	cgi/pages/joindetails.c \
	cgi/pages/jointemplate.c \
	cgi/pages/keywords.c \
	cgi/pages/ruletest.c \
	cgi/pages/overview.c \
	cgi/pages/pages.h \
	cgi/pages/password.c \
	cgi/pages/proxy.c cgi/pages/proxy.h \
	cgi/pages/proxy_test.c \
	cgi/pages/signin.c \
	cgi/pages/snapshot.c \
	cgi/pages/states.c cgi/pages/states.h \
	cgi/pages/trustlist.c \
	cgi/pages/user_directory.c \
	cgi/pages/user_edit.c \
	cgi/pages/user_meeting.c \
	cgi/pages/user_meetings.c \
	cgi/pages/users.c \
	cgi/pages/users_csv.c \
	cgi/pages/workspaces.c cgi/pages/workspaces.h \
	cgi/pages/workspace_edit.c cgi/pages/workspace_test.c \
	cgi/pages/versions.c cgi/pages/versions.h
libweb_a_CFLAGS = $(AM_CFLAGS) $(CLEARSILVER_CFLAGS) $(FCGI_CFLAGS) \
	$(SODIUM_CFLAGS)

pkglibexec_PROGRAMS += calconn-web
calconn_web_SOURCES = cgi/main.c
calconn_web_CFLAGS = $(AM_CFLAGS) $(FCGI_CFLAGS) $(SODIUM_CFLAGS)
WEB_LIBS = libweb.a libstore.a libpkg.a libcommon.a $(CLEARSILVER_LIBS) \
	$(FCGI_LIBS) $(SQLITE_LIBS) $(SODIUM_LIBS) $(JANSSON_LIBS) $(CSV_LIBS)
calconn_web_LDADD = libcore.a $(WEB_LIBS) $(SECCOMP_LIBS)

# Pages and what browsers load beside them.
webtemplatesdir = $(pkgdatadir)/templates
dist_webtemplates_DATA = \
	templates/alarm.cs \
	templates/administrator_delete.cs \
	templates/administrator_edit.cs \
	templates/administrators.cs \
	templates/alarm_rows.cs \
	templates/alarms.cs \
	templates/bundle_upload.cs \
	templates/backup.cs \
	templates/cacert_delete.cs \
	templates/cacert_preview.cs \
	templates/cacerts.cs \
	templates/calstatus.cs \
	templates/workspaces.cs templates/workspace_edit.cs \
	templates/workspace_delete.cs templates/workspace_test.cs \
	templates/conferencing.cs \
	templates/conferencing_booked.cs \
	templates/conferencing_delete.cs \
	templates/conferencing_edit.cs \
	templates/conferencing_test.cs \
	templates/configlog.cs \
	templates/connector.cs \
	templates/connectors.cs \
	templates/diaglog.cs \
	templates/delivery.cs \
	templates/delivery_edit.cs \
	templates/delivery_test.cs \
	templates/error.cs \
	templates/eventlog.cs \
	templates/exchange_delete.cs \
	templates/exchange_edit.cs \
	templates/exchange_list.cs \
	templates/exchange_report.cs \
	templates/exchange_rotate.cs \
	templates/exchange_state.cs \
	templates/exchange_test.cs \
	templates/experimental.cs \
	templates/factor.cs \
	templates/foot.cs \
	templates/head.cs \
	templates/loglevels.cs \
	templates/join_details.cs \
	templates/join_template.cs \
	templates/keywords.cs \
	templates/rule_tester.cs \
	templates/macros.cs \
	templates/overview.cs \
	templates/password.cs \
	templates/report_past.cs \
	templates/report_steps.cs \
	templates/report_tree.cs \
	templates/proxy.cs \
	templates/proxy_clear.cs \
	templates/proxy_test.cs \
	templates/signin.cs \
	templates/snapshot.cs \
	templates/trust_list.cs \
	templates/user_delete.cs \
	templates/user_edit.cs \
	templates/user_meeting.cs \
	templates/user_meetings.cs \
	templates/users.cs \
	templates/users_directory.cs \
	templates/users_import.cs \
	templates/version_ask.cs
webstaticdir = $(pkgdatadir)/static
dist_webstatic_DATA = \
	static/app.css \
	static/app.js \
	static/favicon.svg \
	static/icons.svg
