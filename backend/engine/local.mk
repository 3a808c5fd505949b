# calconn-engine.  Two libraries, so that tests link what they test: the
# pure parts, and all the rest but main().
noinst_LIBRARIES += libenginepure.a libengine.a
libenginepure_a_SOURCES = \
	backend/engine/body_splice.c backend/engine/body_splice.h \
	backend/engine/delivery_plan.c backend/engine/delivery_plan.h \
	backend/engine/delivery_text.c backend/engine/delivery_text.h \
	backend/engine/discover_plan.c backend/engine/discover_plan.h \
	backend/engine/hist.c backend/engine/hist.h \
	backend/engine/presence_text.c backend/engine/presence_text.h \
	backend/engine/scp_known.c backend/engine/scp_known.h \
	backend/engine/text_fit.c backend/engine/text_fit.h \
	backend/engine/visible.c backend/engine/visible.h \
	backend/engine/workspace_list.c backend/engine/workspace_list.h

libengine_a_SOURCES = \
	backend/engine/agenda.c backend/engine/agenda.h \
	backend/engine/age.c backend/engine/age.h \
	backend/engine/alarm.c backend/engine/alarm.h \
	backend/engine/api.c backend/engine/api.h \
	backend/engine/batch.c backend/engine/batch.h \
	backend/engine/bound_call.c backend/engine/bound_call.h \
	backend/engine/ca_watch.c backend/engine/ca_watch.h \
	backend/engine/cal_source.c backend/engine/cal_source.h \
	backend/engine/catchup.c backend/engine/catchup.h \
	backend/engine/book.c backend/engine/book.h \
	backend/engine/book_exception.c \
	backend/engine/book_fault.c backend/engine/book_fault.h \
	backend/engine/book_series.c backend/engine/book_series.h \
	backend/engine/books.c \
	backend/engine/conf_wire.c backend/engine/conf_wire.h \
	backend/engine/conf_lend.c backend/engine/conf_lend.h \
	backend/engine/conf_service.c backend/engine/conf_service.h \
	backend/engine/confer_kind.c backend/engine/confer_kind.h \
	backend/engine/confer_test.c backend/engine/confer_test.h \
	backend/engine/config_watch.c backend/engine/config_watch.h \
	backend/engine/conn_test.c backend/engine/conn_test.h \
	backend/engine/creds.c backend/engine/creds.h \
	backend/engine/deaths_alarm.c backend/engine/deaths_alarm.h \
	backend/engine/delivery.c backend/engine/delivery.h \
	backend/engine/delivery_send.c backend/engine/delivery_send.h \
	backend/engine/delivery_test.c backend/engine/delivery_test.h \
	backend/engine/details.c backend/engine/details.h \
	backend/engine/room_props.c backend/engine/room_props.h \
	backend/engine/discover.c backend/engine/discover.h \
	backend/engine/discover_ask.c backend/engine/discover_form.c \
	backend/engine/discover_hint.c \
	backend/engine/discover_int.h backend/engine/discover_scp.c \
	backend/engine/directory.c backend/engine/directory.h \
	backend/engine/disk_watch.c backend/engine/disk_watch.h \
	backend/engine/domains.c backend/engine/domains.h \
	backend/engine/engine.c backend/engine/engine.h \
	backend/engine/health.c backend/engine/health.h \
	backend/engine/keyword_alarm.c backend/engine/keyword_alarm.h \
	backend/engine/jobs.c backend/engine/jobs.h \
	backend/engine/manager_alarm.c backend/engine/manager_alarm.h \
	backend/engine/meeting.c backend/engine/meeting.h \
	backend/engine/meeting_row.c backend/engine/meeting_row.h \
	backend/engine/moves.c backend/engine/moves.h \
	backend/engine/net_pool.c backend/engine/net_pool.h \
	backend/engine/notice.c backend/engine/notice.h \
	backend/engine/own_fault.c backend/engine/own_fault.h \
	backend/engine/oof.c backend/engine/oof.h \
	backend/engine/proxy_creds.c backend/engine/proxy_creds.h \
	backend/engine/proxy_test.c backend/engine/proxy_test.h \
	backend/engine/record.c backend/engine/record.h \
	backend/engine/redirects.c backend/engine/redirects.h \
	backend/engine/server_alarm.c backend/engine/server_alarm.h \
	backend/engine/stats.c backend/engine/stats.h \
	backend/engine/steps.c backend/engine/steps.h \
	backend/engine/steps_way.c backend/engine/steps_way.h \
	backend/engine/servers.c backend/engine/servers.h \
	backend/engine/switch_alarm.c backend/engine/switch_alarm.h \
	backend/engine/subs.c backend/engine/subs.h \
	backend/engine/timer.c backend/engine/timer.h \
	backend/engine/unsub.c backend/engine/unsub.h \
	backend/engine/user_alarm.c backend/engine/user_alarm.h \
	backend/engine/user_rate.c backend/engine/user_rate.h \
	backend/engine/user_state.c backend/engine/user_state.h \
	backend/engine/users.c backend/engine/users.h \
	backend/engine/version_watch.c backend/engine/version_watch.h \
	backend/engine/webex_keep.c backend/engine/webex_keep.h \
	backend/engine/workspace_join.c backend/engine/workspace_join.h \
	backend/engine/workspace_device.c backend/engine/workspace_device.h \
	backend/engine/workspace_test.c backend/engine/workspace_test.h \
	backend/engine/workspaces.c backend/engine/workspaces.h \
	backend/engine/works.c backend/engine/works.h
libengine_a_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)

pkglibexec_PROGRAMS += calconn-engine
calconn_engine_SOURCES = backend/engine/main.c
calconn_engine_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS)
calconn_engine_LDADD = libengine.a libenginepure.a libcore.a libstore.a \
	libpkg.a libcommon.a $(UV_LIBS) $(SQLITE_LIBS) $(SODIUM_LIBS) $(JANSSON_LIBS) \
	$(SECCOMP_LIBS)
