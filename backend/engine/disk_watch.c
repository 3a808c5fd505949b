#include "backend/engine/disk_watch.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/conf.h"
#include "common/str.h"

#define MIB (1024u * 1024u)

enum place { PLACE_STATE, PLACE_CONFIG, PLACE_LOGS, PLACE__MAX };

struct disk_watch {
	struct engine *en;
	struct timer *timer;
	char folder[PLACE__MAX][PATH_MAX];
	bool is_low[PLACE__MAX];
};

bool
disk_is_low(uint64_t total, uint64_t left, bool was)
{
	uint64_t line = total / 100 * DISK_FREE_PERCENT;

	if (line > (uint64_t)DISK_ENOUGH_MIB * MIB)
		line = (uint64_t)DISK_ENOUGH_MIB * MIB;
	if (line < (uint64_t)DISK_LITTLE_MIB * MIB)
		line = (uint64_t)DISK_LITTLE_MIB * MIB;
	return left < (was ? line + line / 4 : line);
}

/* One that shares its file system with an earlier one is not told again. */
static bool
is_shared(const struct disk_watch *d, unsigned i)
{
	struct stat a, b;
	unsigned k;

	if (stat(d->folder[i], &a) != 0)
		return true;
	for (k = 0; k < i; k++)
		if (stat(d->folder[k], &b) == 0 && a.st_dev == b.st_dev)
			return true;
	return false;
}

static void
look(struct disk_watch *d, unsigned i)
{
	const char *folder = d->folder[i];
	uint64_t total = 0, left = 0;
	struct statvfs v;
	char detail[PATH_MAX + 128];

	if (!is_shared(d, i) && statvfs(folder, &v) == 0) {
		total = (uint64_t)v.f_blocks * v.f_frsize;
		left = (uint64_t)v.f_bavail * v.f_frsize;
		d->is_low[i] = disk_is_low(total, left, d->is_low[i]);
	} else {
		d->is_low[i] = false;
	}
	if (!d->is_low[i]) {
		alarm_lower(d->en, ALARM_DISK_FULL, folder);
		return;
	}
	/* In steps, so that the text does not change with each look. */
	text_fit(detail, sizeof(detail),
	    "The file system of %s has less than %" PRIu64
	    " MiB left, of %" PRIu64 ".",
	    folder, (left / MIB / 16 + 1) * 16, total / MIB);
	alarm_raise(d->en, ALARM_DISK_FULL, folder, "", detail);
}

static void
on_timer(void *arg)
{
	struct disk_watch *d = arg;
	unsigned i;

	for (i = 0; i < PLACE__MAX; i++)
		look(d, i);
	timer_start(d->timer, DISK_LOOK_MS);
}

static void
folder_of(char out[PATH_MAX], const char *file)
{
	char *slash;

	(void)str_copy(out, PATH_MAX, file != NULL ? file : "");
	if ((slash = strrchr(out, '/')) != NULL)
		*slash = '\0';
}

struct disk_watch *
disk_watch_new(struct engine *en)
{
	struct disk_watch *d = xalloc(sizeof(*d));

	d->en = en;
	folder_of(d->folder[PLACE_STATE], en->conf->state_db);
	folder_of(d->folder[PLACE_CONFIG], en->conf->config_db);
	(void)str_copy(d->folder[PLACE_LOGS], PATH_MAX,
	    en->conf->log_dir != NULL ? en->conf->log_dir : "");
	d->timer = timer_new(en->loop, on_timer, d);
	timer_start(d->timer, 0);
	return d;
}

void
disk_watch_free(struct disk_watch *d)
{
	if (d == NULL)
		return;
	timer_free(d->timer);
	mem_free(d);
}
