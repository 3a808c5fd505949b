#include "backend/engine/presence_text.h"

#include <jansson.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/store_oof.h"

static json_t *
json_time(int64_t s)
{
	char out[CLOCK_TEXT_MAX];

	if (s == 0)
		return json_null();
	clock_iso(s, out);
	return json_string(out);
}

static json_t *
json_person(const struct oof_row *r, int64_t now_s)
{
	const bool is_set = r->o.state == OOF_SCHEDULED;

	return json_pack("{s:s, s:b, s:s, s:o, s:o, s:o}", "address",
	    r->address, "out_of_office", oof_is_away(&r->o, now_s), "state",
	    oof_state_name(r->o.state), "from",
	    json_time(is_set ? r->o.start_s : 0), "until",
	    json_time(is_set ? r->o.end_s : 0), "as_of",
	    json_time(r->o.checked_s));
}

enum err
presence_json(const struct presence_text *t, struct buf *out)
{
	json_t *list = json_array(), *o = NULL;
	enum err e = ERR_NOMEM;
	size_t i, n;

	for (i = 0; list != NULL && i < t->n; i++)
		if (json_array_append_new(
			list, json_person(&t->v[i], t->now_s)) != 0)
			goto out;
	o = json_pack("{s:s, s:s, s:o, s:b, s:I, s:O}", "system", t->system,
	    "id", t->id, "sent", json_time(t->now_s), "test", t->n == 0, "more",
	    (json_int_t)t->more, "people", list);
	if (o == NULL)
		goto out;
	n = json_dumpb(o, NULL, 0, JSON_COMPACT);
	if (n > PRESENCE_TEXT_MAX)
		e = ERR_TOOBIG;
	else if ((e = buf_reserve(out, n)) == ERR_OK) {
		(void)json_dumpb(o, out->p + out->len, n, JSON_COMPACT);
		out->len += n;
		out->p[out->len] = '\0';
	}
out:
	json_decref(list);
	json_decref(o);
	return e;
}
