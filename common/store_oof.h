/* store_oof.h - who is out of office, in state.db.  The engine writes it;
 * pages and calconnctl read it with the user (store_user.h).  No word of what
 * a person wrote about it is ever here. */
#ifndef STORE_OOF_H
#define STORE_OOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct sql;
struct store;

#define OOF_AGE_MAX_S 1200 /* what is older is not shown as known */

enum oof_state { OOF_NONE, OOF_OFF, OOF_ON, OOF_SCHEDULED };

/* Plain data; zeroed: nothing is known. */
struct oof {
	enum oof_state state;
	bool was_away; /* at checked_s */
	int64_t start_s, end_s; /* of what is scheduled */
	int64_t checked_s; /* when Exchange said so; 0: never */
	int64_t change_id; /* 0: nothing to tell yet */
	char failure[64]; /* of the last try; "": it worked */
};

/* "", "off", "on", "scheduled"; OOF_NONE for another word. */
const char *oof_state_name(enum oof_state st);
enum oof_state oof_state_of(const char *name);
/* Was told within OOF_AGE_MAX_S. */
bool oof_is_known(const struct oof *o, int64_t now_s);
/* [MS-OXWOOF] 2.2.4.7: what is scheduled holds from start to end. */
bool oof_is_away(const struct oof *o, int64_t now_s);

/* "yes", "no", or "" where it is not known. */
const char *oof_word(const struct oof *o, int64_t now_s);

/* For store_user.c: the columns in the order of OOF_COLS. */
void oof_read(struct sql *q, struct oof *o);

struct oof_row {
	char *address;
	struct oof o;
};
struct oof_list {
	struct oof_row *v;
	size_t n;
};
void oof_list_clear(struct oof_list *l);

/* The engine's.  put: all of them or none. */
enum err store_oof_all(
    struct store *s, struct oof_list *out, struct errinfo *ei) ERR_CHECK;
enum err store_oof_put(struct store *s, const struct oof_row *v, size_t n,
    struct errinfo *ei) ERR_CHECK;
/* With a change_id above after_id, oldest change first. */
enum err store_oof_changes(struct store *s, int64_t after_id, size_t limit,
    struct oof_list *out, struct errinfo *ei) ERR_CHECK;
/* The highest change_id that was ever given. */
enum err
store_oof_last(struct store *s, int64_t *id, struct errinfo *ei) ERR_CHECK;

#endif
