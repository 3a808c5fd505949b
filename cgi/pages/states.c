/* states.c - tables of state words. */
#include <stddef.h>

#include "cgi/pages/states.h"
#include "common/report.h"
#include "common/store_oof.h"
#include "common/str.h"

static const struct state_word connector[] = {
    {"running", "ok", "ok", "Running"},
    {"not-enabled", "", "off", "Not enabled"},
    {"starting", "run", "run", "Starting"},
    {"stopping", "run", "run", "Stopping"},
    {"stopped", "err", "err", "Stopped"},
    {"not-operational", "err", "err", "Not operational"},
    {"installing", "run", "run", "Installing"},
    {"rolling-back", "run", "run", "Rolling back"},
};

static const struct state_word user[] = {
    {"subscribed", "ok", "ok", "Subscribed"},
    {"error", "err", "err", "Error"},
    {"pending", "run", "wait", "Pending"},
    {"discovering", "run", "run", "Discovering"},
    {"disabled", "", "off", "Disabled"},
};

static const struct state_word step[STEP__MAX] = {
    [STEP_RUNNING] = {"running", "run", "run", "Running"},
    [STEP_OK] = {"ok", "ok", "ok", "Passed"},
    [STEP_WARNING] = {"warning", "warn", "warn", "Warning"},
    [STEP_FAILED] = {"failed", "err", "err", "Failed"},
    [STEP_SKIPPED] = {"skipped", "muted", "skip", "Skipped"},
};

static const struct state_word unknown = {"", "", "info", "Unknown"};

static const struct state_word *
find(const struct state_word *rows, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(rows[i].name, name))
			return &rows[i];
	return &unknown;
}

const struct state_word *
state_of_connector(const char *name)
{
	return find(connector, sizeof(connector) / sizeof(connector[0]), name);
}

const struct state_word *
state_of_user(const char *name)
{
	return find(user, sizeof(user) / sizeof(user[0]), name);
}

const struct state_word *
state_of_step(unsigned state)
{
	return state < STEP__MAX ? &step[state] : &unknown;
}

void
state_show(struct view v, const char *cls, const char *icon, const char *word)
{
	view_str(v, "cls", cls);
	view_str(v, "icon", icon);
	view_str(v, "word", word);
}

void
state_view(struct view v, const struct state_word *w)
{
	state_show(v, w->cls, w->icon, w->word);
}

void
verdict_view(struct view v, const char *verdict)
{
	if (str_eq(verdict, "decorated") || str_eq(verdict, "unchanged"))
		state_show(v, "ok", "ok", "Decorated");
	else if (str_eq(verdict, "failed"))
		state_show(v, "err", "err", "Failed");
	else if (str_eq(verdict, "found"))
		state_show(v, "ok", "ok", "Video address");
	else
		state_show(v, "", "off", "Left alone");
}

void
away_view(struct view v, const struct oof *o, int64_t now_s)
{
	view_str(v, "away", oof_word(o, now_s));
	view_time(v, "away_as_of", o->checked_s, "");
	if (o->state != OOF_SCHEDULED || !oof_is_known(o, now_s))
		return;
	if (o->start_s > now_s)
		view_time(v, "away_from", o->start_s, "");
	if (oof_is_away(o, now_s))
		view_time(v, "away_until", o->end_s, "");
}

void
level_view(struct view v, enum log_level l)
{
	if (l <= LOG_L_ERROR)
		state_show(v, "err", "err", log_level_name(l));
	else if (l == LOG_L_WARN)
		state_show(v, "warn", "warn", log_level_name(l));
	else
		state_show(v, "", "info", log_level_name(l));
}
