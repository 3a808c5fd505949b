/* config_watch.h - the configuration that the engine runs.  Read at start,
 * when a client says that it changed, and once a minute, so that a lost
 * message loses nothing.  Only the differences are applied; no restart.
 * Engine; on the loop.  Reads config.db, never writes it. */
#ifndef CONFIG_WATCH_H
#define CONFIG_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/trust.h"

struct config; /* opaque */
struct engine;
struct join_details;
struct keyword_set;
struct record;

#define CONFIG_CHECK_MS 60000
#define CONFIG_AGAIN_MS 5000 /* after it could not be read */

struct config *config_new(struct engine *en);
void config_free(struct config *c);
/* Reads and applies what is new. */
enum err config_check(struct config *c, struct errinfo *ei) ERR_CHECK;
uint64_t config_revision(const struct config *c); /* in effect; 0: none */
bool config_is_enabled(const struct config *c);
bool config_has_enabled_record(const struct config *c);
/* Borrowed; NULL where there is none. */
struct record *config_record(struct config *c, const char *id);
struct record *config_record_at(struct config *c, size_t i);
/* What is shown in invitations. */
const struct join_details *config_join(const struct config *c);
const struct keyword_set *config_keywords(const struct config *c);
/* What the Trust List says of a host that Autodiscover leads to. */
enum trust config_trust(const struct config *c, const char *host);

#endif
