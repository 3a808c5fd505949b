/* store_sql.c - the named statements, prepared once a connection, and the
 * cursor over them. */
#include <limits.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

#define TORN_TRIES 50
#define TORN_PAUSE_NS 1000000L /* a header is changed in microseconds */

/* The fields of a record, in the order of store_exchange_field.c. */
#define FIELD_COLS                                                    \
	"display_name, account, type, use_proxy, enabled, auth_ntlm," \
	" auth_kerberos, auth_basic, tls_verify, scheduling_email,"   \
	" discovery, address,"                                        \
	" scp_enabled, ad_domain, ad_site, ad_server, query_mode,"    \
	" ldap_tls_verify, email, password_max_days, box, bound_to,"  \
	" created_s, changed_s"
#define FIELD_MARKS "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"
#define FIELD_SET                                                              \
	"display_name = excluded.display_name, account = excluded.account,"    \
	" type = excluded.type, use_proxy = excluded.use_proxy,"               \
	" enabled = excluded.enabled, auth_ntlm = excluded.auth_ntlm,"         \
	" auth_kerberos = excluded.auth_kerberos,"                             \
	" auth_basic = excluded.auth_basic, tls_verify = excluded.tls_verify," \
	" scheduling_email = excluded.scheduling_email,"                       \
	" discovery = excluded.discovery, address = excluded.address,"         \
	" scp_enabled = excluded.scp_enabled,"                                 \
	" ad_domain = excluded.ad_domain, ad_site = excluded.ad_site,"         \
	" ad_server = excluded.ad_server, query_mode = excluded.query_mode,"   \
	" ldap_tls_verify = excluded.ldap_tls_verify,"                         \
	" email = excluded.email,"                                             \
	" password_max_days = excluded.password_max_days, box = excluded.box," \
	" bound_to = excluded.bound_to, changed_s = excluded.changed_s"
#define EXCHANGE_COLS \
	"id, " FIELD_COLS ", password_set_s, tested_s, changed_by, rev"
#define EXCHANGE_MARKS "?," FIELD_MARKS ",?,?,?,?"
#define EXCHANGE_SET                                                       \
	FIELD_SET                                                          \
	", password_set_s = excluded.password_set_s,"                      \
	" tested_s = excluded.tested_s, changed_by = excluded.changed_by," \
	" rev = excluded.rev"
#define BOOKING_COLS                                                        \
	"mailbox, uid, item_id, confer_id, external_id, state, why, asked," \
	" subject, start_s, end_s, link, number, video, tries, next_try_s," \
	" changed_s, pin, since_s, failure"
#define DRAFT_COLS                                                    \
	"record_id, " FIELD_COLS ", draft_id, owner, job_id, is_new," \
	" base_rev, draft_rev, intent"
#define DRAFT_MARKS "?," FIELD_MARKS ",?,?,?,?,?,?,?"

#define USER_FIELDS                                                   \
	"address, name, enabled, room_link, room_number, room_video," \
	" language"
/* What a page shows: a user who is not enabled has no other state, and one
 * who is waits until the connector says more. */
#define USER_STATE                                                     \
	"CASE WHEN u.enabled = 0 THEN 'disabled'"                      \
	" WHEN m.state IS NULL OR m.state = 'disabled' THEN 'pending'" \
	" ELSE m.state END"
/* Looked for only in the rows that are shown: a join would do it for all
 * that the page is behind. */
#define OOF_OF(col, none)                         \
	", coalesce((SELECT o." col " FROM oof o" \
	" WHERE o.address = u.address), " none ")"
#define USER_OOF                 \
	OOF_OF("state", "''")    \
	OOF_OF("is_away", "0")   \
	OOF_OF("start_s", "0")   \
	OOF_OF("end_s", "0")     \
	OOF_OF("checked_s", "0") \
	OOF_OF("failure", "''")  \
	OOF_OF("change_id", "0")
#define USER_COLS                                                           \
	"u.address, u.name, u.enabled, u.room_link, u.room_number,"         \
	" u.room_video, u.language, u.id, u.directory, u.created_s, "       \
	"u.changed_s, u.changed_by,"                                        \
	" " USER_STATE ", coalesce(m.failure, ''), coalesce(m.reason, '')," \
	" coalesce(m.since_s, 0), coalesce(m.next_try_s, 0),"               \
	" coalesce(m.last_event_s, 0), coalesce(m.last_decorated_s, 0),"    \
	" coalesce(m.decorated_n, 0), coalesce(m.exchange_id, '')" USER_OOF
#define USER_IN(state)                                           \
	"(SELECT count(*) FROM mailbox WHERE state = " state ")" \
	" - (SELECT count(*) FROM user u CROSS JOIN mailbox m"   \
	" ON m.address = u.address WHERE u.enabled = 0"          \
	" AND m.state = " state ")"
#define USER_FROM " FROM user u LEFT JOIN mailbox m ON m.address = u.address"
#define OOF_COLS "state, is_away, start_s, end_s, checked_s, failure, change_id"
#define USER_FOUND                                         \
	" WHERE (?1 = '' OR u.address LIKE ?2 ESCAPE '\\'" \
	" OR u.name LIKE ?2 ESCAPE '\\')"
#define USER_MATCH USER_FOUND " AND (?3 = '' OR " USER_STATE " = ?3)"

/* ?1: subject of the alarm, ?2: its number, ?3 and ?4: the page */
#define USER_PAGE " ORDER BY u.address LIMIT ?3 OFFSET ?4"
#define USER_TOUCHED_ALL \
	" WHERE u.enabled = 1 AND ?1 IS NOT NULL AND ?2 IS NOT NULL"
/* A user whom no server serves yet may be one of this record. */
#define USER_TOUCHED_RECORD                       \
	" JOIN exchange x ON x.display_name = ?1" \
	" WHERE u.enabled = 1 AND ?2 IS NOT NULL" \
	" AND (m.exchange_id = x.id"              \
	" OR (m.exchange_id = '' AND m.alarm = 60130))"
#define USER_TOUCHED_OWN                                                       \
	" WHERE u.enabled = 1 AND ?1 IS NOT NULL AND m.alarm > 0 AND m.alarm " \
	"= ?2"
#define USER_TOUCHED_HOST                         \
	" WHERE u.enabled = 1 AND ?2 IS NOT NULL" \
	" AND m.waits_for <> '' AND m.waits_for = ?1"

#define ACK_HOLDS                                       \
	"k.number = a.number AND k.subject = a.subject" \
	" AND k.cause = a.cause AND k.first_s = a.first_s"
#define ALARM_JOIN                                             \
	"a.number, a.subject, a.severity, a.cause, a.detail,"  \
	" a.first_s, a.last_s, a.count, coalesce(k.note, '')," \
	" coalesce(k.who, ''), coalesce(k.at_s, 0)"            \
	" FROM alarm a LEFT JOIN alarm_ack k ON " ACK_HOLDS
#define ALARM_CAME_BACK                               \
	"number = ?1 AND subject = ?2 AND cause = ?4" \
	" AND lowered_s > ?6 - ?7 ORDER BY id DESC LIMIT 1"

#define ADMIN_COLS                                                 \
	"id, name, role, pwhash, must_change, enabled, created_s," \
	" last_signin_s,"                                          \
	" EXISTS (SELECT 1 FROM admin_factor f WHERE f.admin_id = admin.id)"
#define MAILBOX_COLS                                                         \
	"address, state, failure, reason, since_s, next_try_s, tries,"       \
	" exchange_id, ews_url, sync_state, last_event_s, last_decorated_s," \
	" decorated_n, alarm, waits_for, grouping"
#define MEETING_COLS                                                         \
	"mailbox, item_id, uid, change_key, verdict, why, keyword, start_s," \
	" decided_ms, tries, next_try_s, video_service, video_place,"        \
	" video_dial, video_url, block_id, room_id, conference_id,"          \
	" capabilities_id"
#define DIR_RUN_COLS                                                     \
	"id, apply, asked_by, settings, state, failure, detail, server," \
	" started_s, ended_s, found_n, unusable_n, is_cut"
#define DIR_ENTRY_COLS \
	"address, name, language, room_link, room_number, room_video"
#define REDIRECT_COLS                                                 \
	"host, trusted, url, source, came_from, mail_domain, remote," \
	" probe_failure, cert_subject, cert_issuer, cert_sha256,"     \
	" cert_not_after_s, probed_s"

enum sql_db { DB_CONFIG, DB_STATE, DB_JOIN };

#define ROLES_ADMIN (1u << STORE_ADMIN)
#define ROLES_ENGINE (1u << STORE_ENGINE)
/* The system snapshot: the program that makes it, and whoever tests it. */
#define ROLES_SNAP (ROLES_ADMIN | 1u << STORE_READER)
#define ROLES_BOTH (ROLES_ADMIN | ROLES_ENGINE)

static const struct statement {
	const char *name;
	enum sql_db db;
	unsigned roles;
	const char *text;
} statements[SQL__MAX] = {
#define SQL(name, db, roles, text) \
	[SQL_##name] = {#name, DB_##db, ROLES_##roles, text},
#include "common/store_sql.def"
#undef SQL
};

static bool
is_torn(int rc)
{
	return rc == SQLITE_READONLY_RECOVERY || rc == SQLITE_READONLY_CANTINIT;
}

bool
sql_again(int rc, int *tries)
{
	const struct timespec pause = {0, TORN_PAUSE_NS};

	if (!is_torn(rc) || (*tries)++ >= TORN_TRIES)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

enum err
sql_error(sqlite3 *db, int rc, struct errinfo *ei)
{
	const char *text = db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(db);

	if (is_torn(rc))
		return err_set(
		    ei, ERR_BUSY, "the database is being recovered; try again");
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(ei, ERR_BUSY,
		    "the database is in use by another program; try again");
	case SQLITE_CANTOPEN:
		return err_set(ei, ERR_NOTFOUND,
		    "the database file is not there or may not be opened");
	case SQLITE_FULL:
		return err_set(ei, ERR_STORE, "the disk is full");
	case SQLITE_NOMEM:
		return err_set(ei, ERR_NOMEM, "%s", text);
	case SQLITE_TOOBIG:
		return err_set(ei, ERR_TOOBIG, "%s", text);
	case SQLITE_CONSTRAINT:
		if (rc == SQLITE_CONSTRAINT_UNIQUE ||
		    rc == SQLITE_CONSTRAINT_PRIMARYKEY)
			return err_set(ei, ERR_EXISTS, "%s", text);
		return err_set(ei, ERR_ARG, "%s", text);
	default:
		return err_set(ei, ERR_STORE, "%s", text);
	}
}

/* The connection that a statement runs on.  What the role writes itself is
 * read from the writing connection, which sees it first. */
static enum err
connection(struct store *s, enum sql_db want, struct store_conn **out,
    struct errinfo *ei)
{
	enum sql_db own = s->role == STORE_ADMIN    ? DB_CONFIG
			  : s->role == STORE_ENGINE ? DB_STATE
						    : DB_JOIN;
	enum err e;

	if (want == own && own != DB_JOIN) {
		*out = &s->rw;
		return store_conn_rw(s, ei);
	}
	*out = &s->ro;
	if ((e = store_conn_ro(s, ei)) != ERR_OK)
		return e;
	if (want == DB_STATE && !s->ro.has_state)
		return err_set(ei, ERR_NOTFOUND,
		    "the connector has not made its database yet");
	return ERR_OK;
}

enum err
sql_open(struct sql *q, struct store *s, enum sql_id id, struct errinfo *ei)
{
	const struct statement *def = &statements[id];
	struct store_conn *c;
	enum err e;
	int rc, tries = 0;

	memset(q, 0, sizeof *q);
	q->ei = ei;
	if ((def->roles & (1u << s->role)) == 0)
		return q->e = err_set(ei, ERR_DENIED,
			   "statement %s is not for this program", def->name);
	if ((e = connection(s, def->db, &c, ei)) != ERR_OK)
		return q->e = e;
	q->db = c->db;
	if (c->st[id] == NULL) {
		do
			rc = sqlite3_prepare_v3(c->db, def->text, -1,
			    SQLITE_PREPARE_PERSISTENT, &c->st[id], NULL);
		while (sql_again(rc, &tries));
		if (rc != SQLITE_OK) {
			q->e = sql_error(c->db, rc, ei);
			errinfo_context(ei, "statement %s", def->name);
			return q->e;
		}
	}
	if (sqlite3_stmt_busy(c->st[id]))
		fatal("store: statement %s is used twice at once", def->name);
	q->st = c->st[id];
	return ERR_OK;
}

void
sql_close(struct sql *q)
{
	if (q->st != NULL) {
		sqlite3_reset(q->st);
		sqlite3_clear_bindings(q->st);
	}
	q->st = NULL;
}

static void
bound(struct sql *q, int rc)
{
	if (rc != SQLITE_OK && q->e == ERR_OK)
		q->e = sql_error(q->db, rc, q->ei);
}

void
sql_text(struct sql *q, const char *v)
{
	if (q->e == ERR_OK)
		bound(q, sqlite3_bind_text(q->st, ++q->bind_n,
			     v == NULL ? "" : v, -1, SQLITE_STATIC));
}

void
sql_int(struct sql *q, int64_t v)
{
	if (q->e == ERR_OK)
		bound(q, sqlite3_bind_int64(q->st, ++q->bind_n, v));
}

void
sql_blob(struct sql *q, const void *p, size_t n)
{
	if (q->e != ERR_OK)
		return;
	if (n == 0)
		bound(q, sqlite3_bind_zeroblob(q->st, ++q->bind_n, 0));
	else if (n > INT_MAX)
		q->e = err_set(q->ei, ERR_TOOBIG, "the value is too large");
	else
		bound(q, sqlite3_bind_blob(
			     q->st, ++q->bind_n, p, (int)n, SQLITE_STATIC));
}

enum err
sql_next(struct sql *q, bool *row)
{
	int rc, tries = 0;

	*row = false;
	if (q->e != ERR_OK)
		return q->e;
	q->col_n = 0;
	do
		rc = sqlite3_step(q->st);
	while (sql_again(rc, &tries));
	if (rc == SQLITE_ROW)
		*row = true;
	else if (rc != SQLITE_DONE)
		q->e = sql_error(q->db, rc, q->ei);
	return q->e;
}

enum err
sql_run(struct sql *q, int *changed)
{
	bool row;

	if (sql_next(q, &row) == ERR_OK && changed != NULL)
		*changed = sqlite3_changes(q->db);
	return q->e;
}

int64_t
sql_new_id(struct sql *q)
{
	return sqlite3_last_insert_rowid(q->db);
}

enum err
sql_one(struct sql *q, const char *what)
{
	bool row;

	if (sql_next(q, &row) == ERR_OK && !row)
		q->e = err_set(q->ei, ERR_NOTFOUND, "%s", what);
	return q->e;
}

char *
sql_col_dup(struct sql *q)
{
	const char *v = (const char *)sqlite3_column_text(q->st, q->col_n++);
	char *p = try_strdup(v == NULL ? "" : v);

	if (p == NULL && q->e == ERR_OK)
		q->e = err_set(q->ei, ERR_NOMEM, "out of memory");
	return p;
}

const char *
sql_col_text(struct sql *q)
{
	const char *v = (const char *)sqlite3_column_text(q->st, q->col_n++);

	return v == NULL ? "" : v;
}

void
sql_col_copy(struct sql *q, char *out, size_t size)
{
	const char *v = (const char *)sqlite3_column_text(q->st, q->col_n++);

	str_copy(out, size, v == NULL ? "" : v);
}

int64_t
sql_col_int(struct sql *q)
{
	return sqlite3_column_int64(q->st, q->col_n++);
}

bool
sql_col_flag(struct sql *q)
{
	return sql_col_int(q) != 0;
}

const void *
sql_col_peek(struct sql *q, size_t *n)
{
	const void *p = sqlite3_column_blob(q->st, q->col_n);

	*n = (size_t)sqlite3_column_bytes(q->st, q->col_n++);
	return p;
}

void
sql_col_bytes(struct sql *q, struct bytes *out)
{
	size_t n;
	const void *p = sql_col_peek(q, &n);

	out->p = NULL;
	out->n = 0;
	if (n == 0)
		return;
	if ((out->p = try_alloc(n)) == NULL) {
		if (q->e == ERR_OK)
			q->e = err_set(q->ei, ERR_NOMEM, "out of memory");
		return;
	}
	memcpy(out->p, p, n);
	out->n = n;
}
