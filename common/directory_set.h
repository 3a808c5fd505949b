/* directory_set.h - what is searched for in the directory to have users of
 * it: the dir_* rows of settings.def as one struct, in the store and as lines
 * of text, as a run carries them.  Web, calconnctl, engine.
 * The text of a run is the engine's copy of what an administrator typed; its
 * reader takes any bytes. */
#ifndef DIRECTORY_SET_H
#define DIRECTORY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct setting;
struct store;
struct store_actor;

enum dir_key {
	DIR_EXCHANGE, /* id of the record */
	DIR_BASE,
	DIR_FILTER,
	DIR_ATTR_MAIL, /* the attributes, in the order of directory_entry */
	DIR_ATTR_NAME,
	DIR_ATTR_LANGUAGE,
	DIR_ATTR_ROOM_LINK,
	DIR_ATTR_ROOM_NUMBER,
	DIR_ATTR_ROOM_VIDEO,
	DIR_SCHEDULE,
	DIR_AT,
	DIR_GONE,
	DIR_GONE_MAX,
	DIR__MAX
};
#define DIR_ATTRS_N 6
#define DIR_TEXT_MAX 8192 /* bytes of a set as text */

struct dir_set {
	char *v[DIR__MAX]; /* owned; never NULL once made */
};

const struct setting *dir_setting(enum dir_key k);
/* Without the prefix, as calconnctl and JSON have it; DIR__MAX: no such. */
const char *dir_key_name(enum dir_key k);
enum dir_key dir_key_of(const char *name);

/* clear before a second init; the defaults of settings.def. */
enum err dir_set_init(struct dir_set *d) ERR_CHECK;
void dir_set_clear(struct dir_set *d);
/* "" is the default again. */
enum err
dir_set_put(struct dir_set *d, enum dir_key k, const char *value) ERR_CHECK;
typedef void (*dir_problem_fn)(void *arg, enum dir_key k, const char *text);
/* Each value, and that a record is named where there is a schedule; how many
 * problems. */
size_t dir_set_check(const struct dir_set *d, dir_problem_fn fn, void *arg);

/* Lines "name=value\n"; reading ignores names that it does not know. */
enum err dir_set_write(const struct dir_set *d, struct buf *out) ERR_CHECK;
enum err dir_set_read(struct dir_set *d, const char *text) ERR_CHECK;

enum err
dir_set_load(struct store *s, struct dir_set *d, struct errinfo *ei) ERR_CHECK;
/* All or none; the log has what became another. */
enum err dir_set_store(struct store *s, const struct store_actor *who,
    const struct dir_set *d, struct errinfo *ei) ERR_CHECK;

/* When the schedule is due next after now_s, by the host's clock; 0: off.
 * Seconds since 1970. */
int64_t dir_set_next_s(const struct dir_set *d, int64_t now_s);

#endif
