#include "backend/engine/confer_kind.h"

#include <stdio.h>

#include "backend/engine/text_fit.h"
#include "common/ipc.h"
#include "common/str.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TMS_API_MIN 15 /* ClientSession as it is used (API guide 15) */
#define TMS_API_OURS 22 /* TMS 15.11 */

static enum step_state
tms_alive(const struct msg_confer_result *r, char *says)
{
	text_fit(says, CONFER_SAYS_MAX, "%s",
	    r->yes ? "The booking service answers, and takes the user name "
		     "and password."
		   : "The booking service says that it is not ready.");
	return r->yes ? STEP_OK : STEP_FAILED;
}

static enum step_state
tms_rights(const struct msg_confer_result *r, char *says)
{
	text_fit(says, CONFER_SAYS_MAX, "%s",
	    r->yes ? "The account may book on behalf of others."
		   : "The account may not book on behalf of others. Give its "
		     "group in TMS the rights Booking, Book on behalf of, "
		     "Update and Approve Meeting.");
	return r->yes ? STEP_OK : STEP_FAILED;
}

static enum step_state
tms_version(const struct msg_confer_result *r, char *says)
{
	unsigned use = r->api < TMS_API_OURS ? r->api : TMS_API_OURS;

	if (r->api < TMS_API_MIN) {
		text_fit(says, CONFER_SAYS_MAX,
		    "The server has version %u of the Booking API; %d is the "
		    "first supported (TMS 14.6).",
		    (unsigned)r->api, TMS_API_MIN);
		return STEP_FAILED;
	}
	text_fit(says, CONFER_SAYS_MAX,
	    "The server has version %u of the Booking API; %u is announced.",
	    (unsigned)r->api, use);
	return STEP_OK;
}

static enum step_state
tms_licence(const struct msg_confer_result *r, char *says)
{
	(void)r;
	text_fit(says, CONFER_SAYS_MAX,
	    "The licence for application integration covers this connector.");
	return STEP_OK;
}

static enum step_state
tms_rooms(const struct msg_confer_result *r, char *says)
{
	if (r->count == 0) {
		text_fit(says, CONFER_SAYS_MAX,
		    "The account sees no room systems: meetings get a bridge, "
		    "but no room is booked.");
		return STEP_WARNING;
	}
	text_fit(says, CONFER_SAYS_MAX,
	    r->count == 1 ? "One room system is seen: %s%s%s."
			  : "Room systems are seen, such as %s%s%s.",
	    r->names.n > 0 ? r->names.v[0] : "", r->names.n > 1 ? ", " : "",
	    r->names.n > 1 ? r->names.v[1] : "");
	return STEP_OK;
}

/* Mailboxes keep their time zones to themselves: what TMS has is shown. */
static enum step_state
tms_zones(const struct msg_confer_result *r, char *says)
{
	if (r->names.n == 0) {
		text_fit(says, CONFER_SAYS_MAX,
		    "TMS names no time zone of its users: dates of series may "
		    "shift.");
		return STEP_WARNING;
	}
	text_fit(says, CONFER_SAYS_MAX,
	    r->names.n == 1
		? "All users of TMS are in the zone %s%s%s. Compare it with "
		  "that of the mailboxes."
		: "Users of TMS are in several zones, such as %s%s%s. Compare "
		  "them with those of the mailboxes.",
	    r->names.v[0], r->names.n > 1 ? ", " : "",
	    r->names.n > 1 ? r->names.v[1] : "");
	return STEP_OK;
}

static const struct confer_step tms_steps[] = {
    {CONFER_ALIVE, "Booking service and account", tms_alive},
    {CONFER_RIGHTS, "Right to book for others", tms_rights},
    {CONFER_VERSION, "API version", tms_version},
    {CONFER_LICENCE, "Licence", tms_licence},
    {CONFER_ROOMS, "Rooms", tms_rooms},
    {CONFER_ZONES, "Time zones", tms_zones},
};

static enum step_state
webex_token(const struct msg_confer_result *r, char *says)
{
	(void)r;
	text_fit(says, CONFER_SAYS_MAX,
	    "Webex takes the client and the refresh token, and gives an access "
	    "token.");
	return STEP_OK;
}

static enum step_state
webex_site(const struct msg_confer_result *r, char *says)
{
	text_fit(says, CONFER_SAYS_MAX, "%s%s",
	    r->yes ? "The site is one of the test account's: "
		   : "The site is none of the test account's. It has ",
	    r->names.n > 0 ? r->names.v[0] : "none.");
	return r->yes ? STEP_OK : STEP_FAILED;
}

static enum step_state
webex_room(const struct msg_confer_result *r, char *says)
{
	bool has = r->link != NULL && r->link[0] != '\0';

	text_fit(says, CONFER_SAYS_MAX, "%s%s",
	    has ? "The test account's Personal Room is "
		: "The test account has no Personal Room.",
	    has ? r->link : "");
	return has ? STEP_OK : STEP_WARNING;
}

static enum step_state
cms_version(const struct msg_confer_result *r, char *says)
{
	text_fit(says, CONFER_SAYS_MAX,
	    "The server takes the user name and password. Its version is %s.",
	    r->names.n > 0 ? r->names.v[0] : "not told");
	return STEP_OK;
}

static const struct confer_step webex_steps[] = {
    {CONFER_ALIVE, "Token of the service app", webex_token},
    {CONFER_SITE, "Site", webex_site},
    {CONFER_ROOM, "Personal Room of the test account", webex_room},
};

static const struct confer_step cms_steps[] = {
    {CONFER_ALIVE, "API and version", cms_version},
};

static const struct confer_kind kinds[] = {
    {"tms", tms_steps, COUNT(tms_steps)},
    {"webex", webex_steps, COUNT(webex_steps)},
    {"cms", cms_steps, COUNT(cms_steps)},
};

const struct confer_kind *
confer_kind_find(const char *type)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (str_eq(kinds[i].type, type))
			return &kinds[i];
	return NULL;
}
