#include "common/store_access.h"

#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

/* Of the access password that the appliance's documents print. */
static const char usual[] =
    "$argon2id$v=19$m=65536,t=2,p=1$VUDQaKTdvLm2zJZZ8siyeQ"
    "$FJBcCM6qRJyoN8Mm8qzzBdBCenI1Aokyj16ahN5351A";

enum err
store_access_hash(
    struct store *s, char out[ACCESS_HASH_MAX], struct errinfo *ei)
{
	struct sql q;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ACCESS_HASH, ei)) != ERR_OK)
		return e;
	(void)str_copy(out, ACCESS_HASH_MAX, usual);
	if ((e = sql_next(&q, &row)) == ERR_OK && row) {
		sql_col_copy(&q, out, ACCESS_HASH_MAX);
		e = q.e;
	}
	sql_close(&q);
	return e;
}

static enum err
set(struct store *s, const struct store_actor *who, const char *pwhash,
    struct errinfo *ei)
{
	char was[ACCESS_HASH_MAX];
	struct sql q;
	enum err e;

	if ((e = store_access_hash(s, was, ei)) != ERR_OK ||
	    (e = sql_open(&q, s, SQL_ACCESS_SET, ei)) != ERR_OK)
		return e;
	sql_text(&q, pwhash);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e != ERR_OK
		   ? e
		   : store_change_log(s, who, "experimental", "access_password",
			 NULL, str_eq(was, usual) ? "usual" : "set", "set anew",
			 ei);
}

enum err
store_access_set(struct store *s, const struct store_actor *who,
    const char *pwhash, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = set(s, who, pwhash, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_access_shown(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], bool *out,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	*out = false;
	if ((e = sql_open(&q, s, SQL_ACCESS_SHOWN, ei)) != ERR_OK)
		return e;
	sql_blob(&q, id_hash, SESSION_HASH_LEN);
	e = sql_next(&q, out);
	sql_close(&q);
	return e;
}

enum err
store_access_show(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], bool shown,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, shown ? SQL_ACCESS_SHOW : SQL_ACCESS_HIDE,
		 ei)) != ERR_OK)
		return e;
	sql_blob(&q, id_hash, SESSION_HASH_LEN);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}
