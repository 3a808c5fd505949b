/* disk_watch.h - the file systems of databases and logs fill up: an alarm
 * before nothing can be written any more.
 * Engine; on the loop. */
#ifndef DISK_WATCH_H
#define DISK_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct disk_watch; /* opaque */
struct engine;

#define DISK_LOOK_MS 10000
#define DISK_FREE_PERCENT 5 /* less than this is little, but not of a huge */
#define DISK_ENOUGH_MIB 2048 /* disk: so much is always enough */
#define DISK_LITTLE_MIB 64 /* and less than this always too little */

struct disk_watch *disk_watch_new(struct engine *en);
void disk_watch_free(struct disk_watch *d);
/* Bytes for those who are not root.  was: it was so at the last look; then
 * it takes a quarter more to be good again. */
bool disk_is_low(uint64_t total, uint64_t left, bool was);

#endif
