/* session.c - starts, finds and ends sessions. */
#include <sodium.h>
#include <string.h>

#include "cgi/req.h"
#include "cgi/resp.h"
#include "cgi/session.h"
#include "common/secret.h"
#include "common/store_admin.h"
#include "common/str.h"

#define ID_LEN 16 /* bytes: 128 bit */

static enum err
hash_cookie(const struct req *req, unsigned char hash[SESSION_HASH_LEN])
{
	char hex[2 * ID_LEN + 2];
	unsigned char id[ID_LEN];

	if (!req_cookie(req, SESSION_COOKIE, hex, sizeof(hex)) ||
	    strlen(hex) != 2 * (size_t)ID_LEN ||
	    hex_decode(hex, id, sizeof(id)) != ERR_OK)
		return ERR_NOTFOUND;
	(void)crypto_hash_sha256(hash, id, sizeof(id));
	mem_wipe(id, sizeof(id));
	mem_wipe(hex, sizeof(hex));
	return ERR_OK;
}

enum err
session_load(struct store *store, const struct req *req, int64_t now_s,
    struct session_row *out, struct errinfo *ei)
{
	unsigned char hash[SESSION_HASH_LEN];
	enum err e;

	if ((e = hash_cookie(req, hash)) != ERR_OK ||
	    (e = store_session_get(store, hash, out, ei)) != ERR_OK)
		return e;
	if (!session_is_live(out, now_s)) {
		if ((e = store_session_delete(store, hash, ei)) != ERR_OK)
			return e;
		return ERR_NOTFOUND;
	}
	if (now_s - out->last_s >= SESSION_TOUCH_S)
		return store_session_touch(store, hash, now_s, ei);
	return ERR_OK;
}

enum err
session_start(struct store *store, struct resp *resp, int64_t admin_id,
    const char *address, int64_t now_s, struct errinfo *ei)
{
	unsigned char id[ID_LEN];
	char hex[2 * ID_LEN + 1];
	struct session_row row;
	enum err e;

	memset(&row, 0, sizeof(row));
	randombytes_buf(id, sizeof(id));
	hex_encode(id, sizeof(id), hex);
	(void)crypto_hash_sha256(row.id_hash, id, sizeof(id));
	str_random_hex(row.csrf, SESSION_CSRF_LEN / 2);
	row.admin_id = admin_id;
	row.created_s = row.last_s = now_s;
	(void)str_copy(row.address, sizeof(row.address), address);
	if ((e = store_session_expire(store, now_s - SESSION_IDLE_S,
		 now_s - SESSION_ABSOLUTE_S, ei)) == ERR_OK &&
	    (e = store_session_new(store, &row, ei)) == ERR_OK &&
	    (e = resp_cookie(resp, SESSION_COOKIE, hex)) != ERR_OK)
		e = err_set(ei, e, "The answer could not be made.");
	mem_wipe(id, sizeof(id));
	mem_wipe(hex, sizeof(hex));
	return e;
}

enum err
session_end(struct store *store, struct resp *resp, const struct session_row *s,
    struct errinfo *ei)
{
	enum err e;

	if ((e = resp_cookie(resp, SESSION_COOKIE, "")) != ERR_OK)
		return err_set(ei, e, "The answer could not be made.");
	return store_session_delete(store, s->id_hash, ei);
}
