noinst_LIBRARIES += libcommon.a libstore.a

libcommon_a_SOURCES = \
	common/alarm.def common/alarm_kind.c common/alarm_kind.h \
	common/alloc.c common/alloc.h \
	common/buf.c common/buf.h \
	common/clock.c common/clock.h \
	common/conf.c common/conf.h \
	common/diaglog_text.c common/diaglog_text.h \
	common/confer.c common/confer.h common/confer_type.def \
	common/confer_op.h \
	common/confer_room.c \
	common/err.c common/err.h \
	common/factor.c common/factor.h \
	common/failure.c common/failure.def common/failure.h \
	common/fingerprint.c common/fingerprint.h \
	common/html_flat.c common/html_flat.h \
	common/html_scan.c common/html_scan.h \
	common/i18n.c common/i18n.h \
	common/ipc.h \
	common/ipc_client.c common/ipc_client.h \
	common/ipc_codec.c \
	common/ipc_copy.c \
	common/ipc_decode.c \
	common/ipc_encode.c \
	common/ipc_msg.def \
	common/ipc_table.c common/ipc_table.h \
	common/ipc_walk.h \
	common/join_block.c common/join_block.h \
	common/join_clean.c common/join_clean.h \
	common/join_details.c common/join_details.h \
	common/join_markup.c common/join_markup.h \
	common/join_notice.c common/join_notice.h \
	common/join_sample.c common/join_sample.h \
	common/join_template.c common/join_template.h \
	common/join_var.def \
	common/keywords.c common/keywords.h \
	common/keywrap.c common/keywrap.h \
	common/ldap_filter.c common/ldap_filter.h \
	common/log.c common/log.h \
	common/log_module.def \
	common/log_line.c common/log_line.h \
	common/log_query.c common/log_query.h \
	common/log_read.c common/log_read.h \
	common/meeting_rules.c common/meeting_rules.h \
	common/query_mode.c common/query_mode.h \
	common/recur.c common/recur.h \
	common/recur_rule.c \
	common/recur_zone.c \
	common/report.c common/report.h \
	common/report_json.c \
	common/report_parse.c \
	common/room_rule.c common/room_rule.h \
	common/seal.c common/seal.h \
	common/secret.c common/secret.h \
	common/settings.c common/settings.def common/settings.h \
	common/snapshot_file.c common/snapshot_file.h \
	common/str.c common/str.h \
	common/trust.c common/trust.h \
	common/url_parts.c common/url_parts.h \
	common/url_unwrap.c common/url_unwrap.h \
	common/valid.c common/valid.h \
	common/valid_text.c \
	common/win_zone.def \
	common/video_find.c common/video_find.h \
	common/video_link.c common/video_link.def common/video_link.h
nodist_libcommon_a_SOURCES = common/ipc_proto.c common/i18n_mo.c

# The languages of invitations: catalogues of gettext, inside the programs.
LANGUAGES = ar de es fr he it ja nl pl pt_BR ru sv tr zh_CN
PO_FILES = po/ar.po po/de.po po/es.po po/fr.po po/he.po po/it.po po/ja.po \
	po/nl.po po/pl.po po/pt_BR.po po/ru.po po/sv.po po/tr.po po/zh_CN.po
EXTRA_DIST += common/embed_mo.sh $(PO_FILES)
common/i18n_mo.c: $(top_srcdir)/common/embed_mo.sh $(PO_FILES)
	$(AM_V_GEN)$(MKDIR_P) common && \
	$(SHELL) $(top_srcdir)/common/embed_mo.sh $(top_srcdir) $(LANGUAGES) \
	    >$@-t && mv -f $@-t $@
BUILT_SOURCES += common/i18n_mo.c
CLEANFILES += common/i18n_mo.c

# The protocol's name is a hash of its table: any edit is another protocol.
common/ipc_proto.c: $(srcdir)/common/ipc_msg.def
	@$(MKDIR_P) common
	$(AM_V_GEN)h=`sha256sum < $(srcdir)/common/ipc_msg.def | cut -c1-32` && \
	{ echo '#include "common/ipc.h"'; \
	echo "const char ipc_proto[] = \"calconn-ipc-1:$$h\";"; } >$@-t && \
	mv -f $@-t $@
BUILT_SOURCES += common/ipc_proto.c
CLEANFILES += common/ipc_proto.c

libstore_a_SOURCES = \
	common/store.c \
	common/store_access.c common/store_access.h \
	common/store_admin.c \
	common/ca_verdict.c \
	common/store_ca.c common/store_ca.h \
	common/store_ca_seen.c common/store_ca_seen.h \
	common/store_alarm.c common/store_alarm.h \
	common/store_change.c common/store_change.h \
	common/store_audit.c common/store_audit.h \
	common/bound.c common/bound.h common/bound_box.c common/bound_int.h \
	common/store_bound.c common/store_bound.h \
	common/store_booking.c common/store_booking.h \
	common/store_decision.c common/store_decision.h \
	common/store_confer_box.c common/store_confer_box.h \
	common/store_confer.c common/store_confer.h \
	common/backup_file.c common/backup_file.h \
	common/backup_reseal.c common/backup_reseal.h \
	common/store_backup.c common/store_backup.h \
	common/store_backup_table.c common/store_backup_table.h \
	common/store_restore.c common/store_restore.h \
	common/store_restore_apply.c \
	common/store_restore_plan.c \
	common/store_conn.c common/store_conn.h \
	common/store_copy.c common/store_copy.h \
	common/store_delivery.c common/store_delivery.h \
	common/store_draft.c \
	common/store_exchange.c common/store_exchange_record.h \
	common/store_exchange_binding.c \
	common/store_exchange_brief.c \
	common/store_exchange_field.c common/store_exchange_field.h \
	common/store_factor.c common/store_factor.h \
	common/store_join.c common/store_join.h \
	common/store_keyword.c common/store_keyword.h \
	common/meeting_try.c common/meeting_try.h \
	common/store_list.c common/store_list.h \
	common/proxy_target.c \
	common/store_migrate.c common/store_migrate.h \
	common/store_next.c common/store_next.h \
	common/store_schema.h \
	common/store_session.c \
	common/store_setting.c \
	common/store_settle.c \
	common/store_sql.c common/store_sql.def common/store_sql.h \
	common/directory_plan.c common/directory_plan.h \
	common/directory_set.c common/directory_set.h \
	common/store_directory.c common/store_directory.h \
	common/store_oof.c common/store_oof.h \
	common/store_proxy.c common/store_proxy.h \
	common/store_redirect.c common/store_redirect.h \
	common/store_report.c common/store_report.h \
	common/store_snapshot.c common/store_snapshot.h \
	common/store_snapshot.def \
	common/store_stat.c common/store_stat.h \
	common/store_state.c \
	common/store_timeline.c common/store_timeline.h \
	common/store_trust.c common/store_trust.h \
	common/store_user.c \
	common/store_workspace.c common/store_workspace.h \
	common/store_workspace_state.c \
	common/store_user_field.c common/store_user_field.h \
	common/user_csv.c common/user_csv.h \
	common/user_import.c common/user_import.h \
	common/store.h common/store_admin.h common/store_exchange.h \
	common/store_state.h common/store_user.h \
	common/x509.c common/x509.h
nodist_libstore_a_SOURCES = common/store_schema.c
libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS) $(SODIUM_CFLAGS)

# The schema travels inside the programs.
STORE_SCHEMA = \
	$(top_srcdir)/common/schema/config/0001_first.sql \
	$(top_srcdir)/common/schema/config/0002_trust.sql \
	$(top_srcdir)/common/schema/config/0003_alarm_ack.sql \
	$(top_srcdir)/common/schema/config/0004_log_chain.sql \
	$(top_srcdir)/common/schema/config/0005_second_factor.sql \
	$(top_srcdir)/common/schema/config/0006_directory.sql \
	$(top_srcdir)/common/schema/config/0007_keyword.sql \
	$(top_srcdir)/common/schema/config/0008_rotation.sql \
	$(top_srcdir)/common/schema/config/0009_access.sql \
	$(top_srcdir)/common/schema/config/0010_proxy.sql \
	$(top_srcdir)/common/schema/config/0011_kerberos.sql \
	$(top_srcdir)/common/schema/config/0012_user_find.sql \
	$(top_srcdir)/common/schema/config/0013_confer.sql \
	$(top_srcdir)/common/schema/config/0014_delivery.sql \
	$(top_srcdir)/common/schema/config/0015_join_text.sql \
	$(top_srcdir)/common/schema/config/0016_recovery.sql \
	$(top_srcdir)/common/schema/config/0017_presence.sql \
	$(top_srcdir)/common/schema/config/0018_keyword_action.sql \
	$(top_srcdir)/common/schema/config/0019_join_template.sql \
	$(top_srcdir)/common/schema/config/0020_directory_users.sql \
	$(top_srcdir)/common/schema/config/0021_user_enabled.sql \
	$(top_srcdir)/common/schema/config/0022_workspace.sql \
	$(top_srcdir)/common/schema/state/0001_first.sql \
	$(top_srcdir)/common/schema/state/0002_redirect.sql \
	$(top_srcdir)/common/schema/state/0003_alarm.sql \
	$(top_srcdir)/common/schema/state/0004_grouping.sql \
	$(top_srcdir)/common/schema/state/0005_test.sql \
	$(top_srcdir)/common/schema/state/0006_ca_seen.sql \
	$(top_srcdir)/common/schema/state/0007_stat.sql \
	$(top_srcdir)/common/schema/state/0008_meeting_video.sql \
	$(top_srcdir)/common/schema/state/0009_delivery.sql \
	$(top_srcdir)/common/schema/state/0010_booking.sql \
	$(top_srcdir)/common/schema/state/0011_meeting_details.sql \
	$(top_srcdir)/common/schema/state/0012_confer_box.sql \
	$(top_srcdir)/common/schema/state/0013_oof.sql \
	$(top_srcdir)/common/schema/state/0014_user_event.sql \
	$(top_srcdir)/common/schema/state/0015_booking_pin.sql \
	$(top_srcdir)/common/schema/state/0016_meeting_room.sql \
	$(top_srcdir)/common/schema/state/0017_booking_failure.sql \
	$(top_srcdir)/common/schema/state/0018_directory_run.sql \
	$(top_srcdir)/common/schema/state/0019_decision.sql \
	$(top_srcdir)/common/schema/state/0020_workspace.sql
EXTRA_DIST += common/embed_sql.sh $(STORE_SCHEMA)
CLEANFILES += common/store_schema.c
common/store_schema.c: $(top_srcdir)/common/embed_sql.sh $(STORE_SCHEMA)
	$(AM_V_GEN)$(MKDIR_P) common && \
	$(SHELL) $(top_srcdir)/common/embed_sql.sh $(top_srcdir) >$@.tmp && \
	mv $@.tmp $@
