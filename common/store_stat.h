/* store_stat.h - in state.db: how servers answer and what was done, for the
 * Calendar Connector Status page.  Written by the engine. */
#ifndef STORE_STAT_H
#define STORE_STAT_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define WORK_STAT_STEP_S 300
#define WORK_STAT_KEEP_S (3 * 86400)

struct server_stat {
	char *record_id, *host, *version, *failure;
	int64_t subscribed_n, asked_n, failed_n, slowed_n;
	int64_t median_ms, p95_ms; /* at most */
	int64_t answered_s, failed_s;
};
struct server_stat_list {
	struct server_stat *v;
	size_t n;
};
struct work_stat {
	int64_t from_s, upto_s;
	int64_t changes_n, decorated_n, median_ms, p99_ms;
	int64_t queue_n, oldest_ms;
};
struct work_stat_list {
	struct work_stat *v;
	size_t n;
};

void server_stat_list_clear(struct server_stat_list *l);
void work_stat_list_clear(struct work_stat_list *l);
/* By record, then by host.  Empty where the engine never ran. */
enum err store_server_stat_list(struct store *s, struct server_stat_list *out,
    struct errinfo *ei) ERR_CHECK;
/* From since_s on, oldest first. */
enum err store_work_stat_list(struct store *s, int64_t since_s,
    struct work_stat_list *out, struct errinfo *ei) ERR_CHECK;
/* The servers in place of those before, and the row of these five minutes;
 * what is older than WORK_STAT_KEEP_S goes. */
enum err store_stat_put(struct store *s, const struct server_stat_list *servers,
    const struct work_stat *w, struct errinfo *ei) ERR_CHECK;

#endif
