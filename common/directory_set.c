/* directory_set.c - see directory_set.h. */
#include "common/directory_set.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/str.h"

#define PREFIX "dir_"
#define HOUR_S 3600
#define LINE_MAX_BYTES 4096 /* of the text of a set */

static const char *const keys[DIR__MAX] = {
    [DIR_EXCHANGE] = PREFIX "exchange",
    [DIR_BASE] = PREFIX "base",
    [DIR_FILTER] = PREFIX "filter",
    [DIR_ATTR_MAIL] = PREFIX "attr_mail",
    [DIR_ATTR_NAME] = PREFIX "attr_name",
    [DIR_ATTR_LANGUAGE] = PREFIX "attr_language",
    [DIR_ATTR_ROOM_LINK] = PREFIX "attr_room_link",
    [DIR_ATTR_ROOM_NUMBER] = PREFIX "attr_room_number",
    [DIR_ATTR_ROOM_VIDEO] = PREFIX "attr_room_video",
    [DIR_SCHEDULE] = PREFIX "schedule",
    [DIR_AT] = PREFIX "at",
    [DIR_GONE] = PREFIX "gone",
    [DIR_GONE_MAX] = PREFIX "gone_max",
};

const struct setting *
dir_setting(enum dir_key k)
{
	return setting_find("system", keys[k]);
}

const char *
dir_key_name(enum dir_key k)
{
	return keys[k] + strlen(PREFIX);
}

enum dir_key
dir_key_of(const char *name)
{
	enum dir_key k;

	for (k = 0; k < DIR__MAX; k++)
		if (str_eq(dir_key_name(k), name))
			break;
	return k;
}

void
dir_set_clear(struct dir_set *d)
{
	enum dir_key k;

	for (k = 0; k < DIR__MAX; k++)
		mem_free(d->v[k]);
	memset(d, 0, sizeof *d);
}

enum err
dir_set_put(struct dir_set *d, enum dir_key k, const char *value)
{
	char *copy = try_strdup(value[0] == '\0' ? dir_setting(k)->def : value);

	if (copy == NULL)
		return ERR_NOMEM;
	mem_free(d->v[k]);
	d->v[k] = copy;
	return ERR_OK;
}

enum err
dir_set_init(struct dir_set *d)
{
	enum err e = ERR_OK;
	enum dir_key k;

	memset(d, 0, sizeof *d);
	for (k = 0; k < DIR__MAX && e == ERR_OK; k++)
		e = dir_set_put(d, k, "");
	if (e != ERR_OK)
		dir_set_clear(d);
	return e;
}

size_t
dir_set_check(const struct dir_set *d, dir_problem_fn fn, void *arg)
{
	struct errinfo ei;
	enum dir_key k;
	size_t n = 0;

	for (k = 0; k < DIR__MAX; k++) {
		const char *text = NULL;

		if (setting_check(dir_setting(k), d->v[k], &ei) != ERR_OK)
			text = ei.text;
		else if (k == DIR_EXCHANGE && d->v[k][0] == '\0' &&
			 !str_eq(d->v[DIR_SCHEDULE], "off"))
			text = "Choose an Exchange record.";
		if (text == NULL)
			continue;
		n++;
		fn(arg, k, text);
	}
	return n;
}

enum err
dir_set_write(const struct dir_set *d, struct buf *out)
{
	enum err e = ERR_OK;
	enum dir_key k;

	for (k = 0; k < DIR__MAX && e == ERR_OK; k++)
		e = buf_putf(out, "%s=%s\n", dir_key_name(k), d->v[k]);
	return e;
}

enum err
dir_set_read(struct dir_set *d, const char *text)
{
	char line[LINE_MAX_BYTES], *value;
	enum dir_key k;
	size_t n;
	enum err e = dir_set_init(d);

	for (; e == ERR_OK && *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n >= sizeof line)
			continue;
		memcpy(line, text, n);
		line[n] = '\0';
		if ((value = strchr(line, '=')) == NULL)
			continue;
		*value++ = '\0';
		if ((k = dir_key_of(line)) != DIR__MAX)
			e = dir_set_put(d, k, value);
	}
	if (e != ERR_OK)
		dir_set_clear(d);
	return e;
}

enum err
dir_set_load(struct store *s, struct dir_set *d, struct errinfo *ei)
{
	enum err e = dir_set_init(d);
	enum dir_key k;
	char *v;

	if (e != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	for (k = 0; k < DIR__MAX && e == ERR_OK; k++) {
		v = NULL;
		if ((e = store_setting_get(s, keys[k], &v, ei)) == ERR_OK &&
		    (e = dir_set_put(d, k, v)) != ERR_OK)
			err_set(ei, e, "%s", err_default_text(e));
		mem_free(v);
	}
	/* Without a configuration nothing is searched for. */
	if (e == ERR_NOTFOUND)
		e = ERR_OK;
	if (e != ERR_OK)
		dir_set_clear(d);
	return e;
}

enum err
dir_set_store(struct store *s, const struct store_actor *who,
    const struct dir_set *d, struct errinfo *ei)
{
	const char *values[DIR__MAX];
	enum dir_key k;

	for (k = 0; k < DIR__MAX; k++)
		values[k] = d->v[k];
	return store_setting_put_all(s, who, keys, values, DIR__MAX, ei);
}

int64_t
dir_set_next_s(const struct dir_set *d, int64_t now_s)
{
	time_t now = (time_t)now_s, at;
	struct tm tm;
	int hour, min;

	if (str_eq(d->v[DIR_SCHEDULE], "hourly"))
		return (now_s / HOUR_S + 1) * HOUR_S;
	if (!str_eq(d->v[DIR_SCHEDULE], "daily") ||
	    sscanf(d->v[DIR_AT], "%2d:%2d", &hour, &min) != 2 ||
	    localtime_r(&now, &tm) == NULL)
		return 0;
	tm.tm_hour = hour;
	tm.tm_min = min;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	if ((at = mktime(&tm)) <= now) {
		tm.tm_mday++;
		tm.tm_hour = hour;
		tm.tm_min = min;
		tm.tm_isdst = -1;
		at = mktime(&tm);
	}
	return (int64_t)at;
}
