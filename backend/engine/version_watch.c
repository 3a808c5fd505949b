/* version_watch.c - see version_watch.h. */
#include "backend/engine/version_watch.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/conf.h"
#include "common/str.h"
#include "pkg/refuse.h"
#include "pkg/tree.h"

#define REPLACED " (deleted)" /* what the kernel adds to such a path */
#define VERSIONS "/versions/"

struct version_watch {
	struct engine *en;
	struct timer *timer;
	unsigned other; /* looks in a row */
};

/* -- the last change -- */

static bool
is_one_of(const char *name, const enum refuse *of, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(name, refuse_name(of[i])))
			return true;
	return false;
}

/* Nobody can say who made it. */
static bool
is_of_signature(const char *reason)
{
	static const enum refuse of[] = {REFUSE_UNSIGNED, REFUSE_OTHER_KEY,
	    REFUSE_BAD_SIGNATURE, REFUSE_LEGACY_SIGNATURE};

	return is_one_of(reason, of, sizeof(of) / sizeof(of[0]));
}

/* Asked for against a rule that was known: nothing failed. */
static bool
is_of_rule(const char *reason)
{
	static const enum refuse of[] = {
	    REFUSE_INSTALLED, REFUSE_DOWNGRADE, REFUSE_REJECTED};

	return is_one_of(reason, of, sizeof(of) / sizeof(of[0]));
}

static void
look_at_change(struct engine *en, const struct tree *t)
{
	struct tree_status s;
	const bool failed = tree_status_get(t, &s, NULL) == ERR_OK && s.failed;
	const bool unsure = failed && is_of_signature(s.step);
	/* It may name what stands in a bundle, and goes out as JSON. */
	const char *text = str_is_utf8(s.text, strlen(s.text))
			       ? s.text
			       : "See the log of calconn-pkg.";

	if (unsure)
		alarm_raise(en, ALARM_BUNDLE_SIGNATURE, "", s.step, text);
	else
		alarm_lower(en, ALARM_BUNDLE_SIGNATURE, "");
	if (failed && !unsure && !is_of_rule(s.step))
		alarm_raise(en, ALARM_INSTALL_FAILED, "", s.what, text);
	else
		alarm_lower(en, ALARM_INSTALL_FAILED, "");
}

/* -- versions that are held back -- */

static void
look_at_held(struct engine *en, const struct tree *t, const char *current)
{
	struct strlist all = {NULL, 0}, held = {NULL, 0};
	struct refusal why;
	char detail[256];
	size_t i;

	if (tree_rejected(t, &all, &why) != ERR_OK)
		goto out;
	for (i = 0; i < all.n && held.n < VERSION_HELD_MAX; i++) {
		if (version_cmp(all.v[i], current) < 0 ||
		    strlist_add(&held, all.v[i]) != ERR_OK)
			continue;
		text_fit(detail, sizeof(detail),
		    "Version %s was rolled back, or did not work when it was "
		    "installed. Version %s runs.",
		    all.v[i], current);
		alarm_raise(en, ALARM_UPGRADE_HELD, all.v[i], "", detail);
	}
	alarm_lower_others(en, ALARM_UPGRADE_HELD, &held);
out:
	strlist_clear(&all);
	strlist_clear(&held);
}

/* -- what runs -- */

bool
version_is_other(const char *exe, const char *root, const char *current,
    char out[VERSION_MAX])
{
	const size_t n = strlen(exe), end = strlen(REPLACED);
	const size_t root_n = strlen(root);
	size_t len;

	out[0] = '\0';
	if (strncmp(exe, root, root_n) == 0 &&
	    strncmp(exe + root_n, VERSIONS, strlen(VERSIONS)) == 0) {
		exe += root_n + strlen(VERSIONS);
		if ((len = strcspn(exe, "/")) < VERSION_MAX) {
			memcpy(out, exe, len);
			out[len] = '\0';
		}
		if (!str_eq(out, current))
			return true;
	}
	return n > end && str_eq(exe + strlen(exe) - end, REPLACED);
}

static void
look_at_self(struct version_watch *vw, const char *current)
{
	const char *root = vw->en->conf->bundle_root;
	char exe[PATH_MAX], runs[VERSION_MAX], detail[256];
	const ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	if (!version_is_other(exe, root, current, runs)) {
		vw->other = 0;
		alarm_lower(vw->en, ALARM_VERSION_MISMATCH, "");
		return;
	}
	if (++vw->other < VERSION_OTHER_LOOKS)
		return;
	if (runs[0] != '\0' && !str_eq(runs, current))
		text_fit(detail, sizeof(detail),
		    "Version %s runs, and version %s is installed.", runs,
		    current);
	else
		text_fit(detail, sizeof(detail),
		    "The programs on the disk were replaced, and the ones "
		    "before still run.");
	alarm_raise(vw->en, ALARM_VERSION_MISMATCH, "", runs, detail);
}

void
version_watch_look(struct engine *en)
{
	struct version_watch *vw = en->versions;
	char current[VERSION_MAX] = "";
	struct refusal why;
	struct tree t;
	enum err e;

	if (en->conf->bundle_root == NULL)
		return;
	e = tree_open(&t, en->conf->bundle_root, false, &why);
	if (e == ERR_OK) {
		look_at_change(en, &t);
		if (tree_current(&t, current, &why) == ERR_OK)
			look_at_held(en, &t, current);
		tree_close(&t);
	}
	look_at_self(vw, current);
}

static void
on_timer(void *arg)
{
	struct version_watch *vw = arg;

	version_watch_look(vw->en);
	timer_start(vw->timer, VERSION_LOOK_MS);
}

struct version_watch *
version_watch_new(struct engine *en)
{
	struct version_watch *vw = xalloc(sizeof(*vw));

	vw->en = en;
	vw->timer = timer_new(en->loop, on_timer, vw);
	timer_start(vw->timer, 0);
	return vw;
}

void
version_watch_free(struct version_watch *vw)
{
	if (vw == NULL)
		return;
	timer_free(vw->timer);
	mem_free(vw);
}
