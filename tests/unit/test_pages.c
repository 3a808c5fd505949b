#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "cgi/router.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/clock.h"
#include "common/store_ca.h"
#include "common/store_proxy.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/store_trust.h"
#include "common/store_report.h"
#include "common/str.h"

#define PAGE_BYTES_MAX 51200 /* what a page may weigh */
#define HOSTILE "<script>alert(1)</script>\"'&"

/* A root that nobody uses, as a browser sends it. */
#define WIDE_SHA \
	"2bbb047c0b089224046dea354085714f215941a96714a1dbfaae035c2cda4c42"
#define WIDE_ROOT                                                      \
	"-----BEGIN+CERTIFICATE-----%0AMIIBbzCCARUCFDGhiYzfSznZzvjKCG" \
	"7hECx6Hc%2FXMAoGCCqGSM49BAMCMDoxHTAb%0ABgNVBAoeFABNAPwBXwB0A" \
	"GUAcgBpACBncU6sMRkwFwYDVQQDHhAAQgBNAFAAIABy%0AAG8AbwB0MB4XDT" \
	"I2MTEyMjA3NTMzMVoXDTI2MTIyMjA3NTMzMVowOjEdMBsGA1UE%0ACh4UAE0" \
	"A%2FAFfAHQAZQByAGkAIGdxTqwxGTAXBgNVBAMeEABCAE0AUAAgAHIAbwBv%" \
	"0AAHQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR5t3WHdJtPLE6u3iqrVl" \
	"Em4oxV%0AggcGV2S44dbTUSLUi6qtahBj2msjvmPak1dPmhWzrwOakMSzXOX" \
	"QgUWB7TWVMAoG%0ACCqGSM49BAMCA0gAMEUCIDHdrnjGOUm7Q%2BDHNUR6Vd" \
	"b4PXby6BEChplL0deTDX%2BR%0AAiEAozXVqzCS5kU3Pm3evUPEzGOmaM5xl" \
	"mjLZwOC4zAzuAo%3D%0A-----END+CERTIFICATE-----%0A"

static void
put_user(
    struct web_fixture *w, const char *address, const char *name, bool enabled)
{
	struct user u;

	fixture_user(&u, address, name);
	u.enabled = enabled;
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	user_clear(&u);
}

static int64_t
id_of(struct web_fixture *w, const char *address)
{
	struct user u = {0};
	int64_t id;

	assert_ok(w->store,
	    store_user_find(w->store->admin, address, &u, &w->store->ei));
	id = u.id;
	user_clear(&u);
	return id;
}

static void
put_exchange(struct web_fixture *w, const char *name, char id[80])
{
	struct exchange x;

	fixture_exchange(&x, name);
	fixture_seal(&x, "box");
	assert_ok(w->store,
	    store_exchange_put(w->store->admin, &tester, &x, &w->store->ei));
	if (id != NULL)
		(void)str_copy(id, 80, x.id);
	exchange_clear(&x);
}

static void
put_engine(struct web_fixture *w, const char *state, const char *reason)
{
	struct engine_meta m = {0};

	m.revision_running = fixture_revision(w->store);
	(void)str_copy(m.state, sizeof m.state, state);
	(void)str_copy(m.reason, sizeof m.reason, reason);
	m.since_s = WEB_NOW - 60;
	assert_ok(w->store,
	    store_engine_meta_put(w->store->engine, &m, &w->store->ei));
}

/* Everything that can come from outside holds markup here. */
static void
fill(struct web_fixture *w)
{
	struct mailbox m = {0};
	struct fixture *f = w->store;

	put_exchange(w, HOSTILE, NULL);
	put_user(w, "alice@example.test", HOSTILE, true);
	put_user(w, "bob@example.test", "", false);
	m.address = (char *)"alice@example.test";
	m.state = (char *)"error";
	m.failure = (char *)"no-such-failure";
	m.reason = (char *)HOSTILE;
	m.exchange_id = m.ews_url = m.sync_state = (char *)"";
	m.since_s = WEB_NOW;
	assert_ok(f, store_mailbox_put(f->engine, &m, &f->ei));
	assert_ok(f, store_alarm_raise(f->engine, 60101, HOSTILE, "critical",
			 "", HOSTILE, &f->ei));
	put_engine(w, "not-operational", HOSTILE);
}

static void
assert_page(struct web_fixture *w, const char *uri)
{
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_true(strlen(w->body) <= PAGE_BYTES_MAX);
	assert_has(w, "<!DOCTYPE html>");
	assert_has(w, "</html>\n");
	assert_has(w, "<html lang=\"en\"");
	assert_has(w, "<h1");
	assert_lacks(w, "<?cs");
	assert_lacks(w, "<script>");
	assert_lacks(w, "onclick");
	assert_lacks(w, " style=");
	assert_has(w, "href=\"#main\"");
	assert_has(w, "calconn.example.test");
	assert_has(w, "Version 1.2.3");
	/* One menu entry at most says that it is the page. */
	if (strstr(w->body, "aria-current=\"page\"><a") != NULL)
		fail();
}

/* Every page that is asked for by its path alone, empty and full, by each
 * role: it comes, and nothing in it is markup that was data. */
static void
test_all(void **state)
{
	static const enum role roles[] = {
	    ROLE_AUDITOR, ROLE_READ_ONLY, ROLE_READ_WRITE};
	struct web_fixture *w = *state;
	size_t i, k, full, n = 0;

	for (full = 0; full < 2; full++)
		for (k = 0; k < 3; k++) {
			char name[16];

			(void)snprintf(name, sizeof name, "r%zu%zu", full, k);
			web_admin(w, name, roles[k], false);
			web_session(w, name);
			if (full && k == 0)
				fill(w);
			for (i = 0; i < router_count(); i++) {
				const struct route *r = router_at(i);

				if (r->method != REQ_GET ||
				    (r->flags & ROUTE_PRE) ||
				    roles[k] < r->least ||
				    strstr(r->path, "delete") ||
				    strstr(r->path, "/edit") ||
				    strstr(r->path, "/show") ||
				    strstr(r->path, "/version") ||
				    strstr(r->path, "/test") ||
				    strstr(r->path, "/download") ||
				    strstr(r->path, "/rotate") ||
				    strstr(r->path, "/meeting") ||
				    strstr(r->path, "/report"))
					continue;
				assert_page(w, r->path);
				n++;
			}
		}
	assert_true(n > 40);
	w->cookie[0] = '\0';
	assert_page(w, "/sign-in");
}

/* What servers said stands in a kept report: as text, on each of its pages,
 * and the files are files. */
static void
test_report_pages(void **state)
{
	static const char json[] =
	    "{\"record_id\":\"x\",\"mailbox\":\"a@b.example\",\"place\":1,"
	    "\"subject\":\"<b>s</b>\",\"by\":\"<b>me</b>\","
	    "\"state\":\"failed\",\"start\":\"2026-11-27T23:56:28.100Z\","
	    "\"steps\":[{\"id\":1,\"parent\":0,\"title\":\"<b>t</b>\","
	    "\"state\":\"failed\",\"what\":\"</textarea><b>w</b>\","
	    "\"command\":\"<b>c</b>\",\"evidence\":[{\"key\":\"<b>\","
	    "\"value\":\"<b>v</b>\"}]}]}";
	struct web_fixture *w = *state;
	struct fixture *f = w->store;
	char id[80], uri[256];
	struct report_key k = {id, "a@b.example", "<b>me</b>", false};

	put_exchange(w, "Head Office", id);
	assert_ok(f, store_report_put(f->engine, &k, json, &f->ei));
	web_admin(w, "reader", ROLE_READ_ONLY, false);
	web_session(w, "reader");
	(void)snprintf(uri, sizeof uri, "/exchange/test?id=%s", id);
	assert_page(w, uri);
	assert_lacks(w, "<b>me");
	assert_lacks(w, "<textarea");
	(void)snprintf(uri, sizeof uri, "/exchange/edit?id=%s", id);
	assert_page(w, uri);
	assert_has(w, "a@b.example");
	(void)snprintf(uri, sizeof uri, "/exchange/rotate?id=%s", id);
	assert_page(w, uri);
	assert_lacks(w, "type=\"password\"");
	(void)snprintf(uri, sizeof uri,
	    "/exchange/report?id=%s&mailbox=a%%40b.example", id);
	assert_page(w, uri);
	assert_has(w, "&lt;/textarea&gt;");
	assert_lacks(w, "<b>t");
	assert_lacks(w, "<b>w");
	(void)snprintf(uri, sizeof uri,
	    "/exchange/report.json?id=%s&mailbox=a%%40b.example", id);
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_string_equal(web_header(w, "Content-Type"), "application/json");
	assert_string_equal(web_header(w, "Content-Disposition"),
	    "attachment; filename=\"connection-test-1795823788.json\"");
	assert_has(w, "\"mailbox\": \"a@b.example\"");
	(void)snprintf(uri, sizeof uri,
	    "/exchange/report.txt?id=%s&mailbox=a%%40b.example", id);
	web_get(w, uri);
	assert_string_equal(
	    web_header(w, "Content-Type"), "text/plain; charset=utf-8");
	assert_has(w, "FAILED");
	/* Nothing is kept of another address. */
	(void)snprintf(uri, sizeof uri,
	    "/exchange/report.json?id=%s&mailbox=c%%40b.example", id);
	web_get(w, uri);
	assert_int_equal(w->status, 404);
}

/* Who may only read sees no form that would change anything. */
static void
test_read_only(void **state)
{
	struct web_fixture *w = *state;
	static const char *const uris[] = {"/", "/exchange", "/exchange/new",
	    "/users", "/users/new", "/users/edit?id=1", "/connectors/calendar"};
	char id[80], uri[128];
	size_t i;

	put_exchange(w, "Head Office", id);
	put_user(w, "alice@example.test", "Alice", true);
	web_admin(w, "reader", ROLE_READ_ONLY, false);
	web_session(w, "reader");
	for (i = 0; i < sizeof uris / sizeof uris[0]; i++) {
		assert_page(w, uris[i]);
		assert_lacks(w, "name=\"do\"");
		assert_lacks(w, "class=\"btn go\"");
		assert_lacks(w, "type=\"password\"");
		assert_lacks(w, "type=\"checkbox\" name=\"u");
		assert_has(w, "Read-only");
	}
	(void)snprintf(uri, sizeof uri, "/exchange/edit?id=%s", id);
	assert_page(w, uri);
	assert_has(w, "not change them");
	assert_lacks(w, "type=\"password\"");
	assert_lacks(w, "class=\"btn");
}

static void
test_auditor(void **state)
{
	struct web_fixture *w = *state;

	fill(w);
	web_admin(w, "audit", ROLE_AUDITOR, false);
	web_session(w, "audit");
	assert_page(w, "/");
	assert_lacks(w, "href=\"/exchange");
	assert_lacks(w, "href=\"/users");
	assert_lacks(w, "href=\"/connectors");
	assert_has(w, "href=\"/alarms\"");
	assert_has(w, "href=\"/configuration-log\"");
}

/* What a newcomer is told to do, one step after the other. */
static void
test_overview_leads(void **state)
{
	struct web_fixture *w = *state;

	assert_page(w, "/");
	assert_has(
	    w, "Nothing is configured yet: begin with Microsoft Exchange.");
	put_exchange(w, "Head Office", NULL);
	assert_page(w, "/");
	assert_has(w, "no user is added yet");
	put_user(w, "alice@example.test", "Alice", false);
	assert_page(w, "/");
	assert_has(w, "No user is enabled.");
	put_user(w, "bob@example.test", "Bob", true);
	assert_page(w, "/");
	assert_has(w, "The Calendar Connector is not enabled.");
	web_post(w, "/connectors/calendar", "do=save&active=enabled");
	assert_int_equal(w->status, 303);
	put_engine(w, "running", "");
	assert_page(w, "/");
	assert_lacks(w, "class=\"btn go\"");
	assert_has(w, "Running");
}

static void
test_connector(void **state)
{
	struct web_fixture *w = *state;
	bool enabled = true;

	assert_page(w, "/connectors/calendar");
	assert_has(w, "The Management Connector does not answer");
	web_post(w, "/connectors/calendar", "do=save&active=enabled");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_connector_enabled(w->store->admin, "calendar",
				&enabled, &w->store->ei));
	assert_true(enabled);
	web_get(w, web_header(w, "Location"));
	assert_has(w, "Saved as revision");
	assert_has(w, "Not yet in effect");
	put_engine(w, "running", "");
	web_get(w, "/connectors/calendar?saved=2");
	assert_has(w, "In effect.");
	/* A revision that is not there yet is nobody's. */
	web_get(w, "/connectors/calendar?saved=999999");
	assert_lacks(w, "as revision");
	web_get(w, "/connectors/calendar?saved=x");
	assert_lacks(w, "as revision");
	web_post(w, "/connectors/calendar", "do=save&active=maybe");
	assert_int_equal(w->status, 400);
	web_post(w, "/connectors/calendar", "do=restart");
	assert_int_equal(w->status, 503);
	assert_has(w, "was not restarted");
}

static void
test_users(void **state)
{
	struct web_fixture *w = *state;
	char fields[200], uri[200];
	struct user u = {0};
	int i;

	for (i = 0; i < 45; i++) {
		char address[64];

		(void)snprintf(
		    address, sizeof address, "p%02d@example.test", i);
		put_user(w, address,
		    i == 7 ? "G\xC3\xBCl\xC5\x9F"
			     "en"
			   : "",
		    i % 2 == 0);
	}
	assert_page(w, "/users");
	assert_has(w, "Users 1 to 20 of 45");
	assert_page(w, "/users?q=&state=&from=40");
	assert_has(w, "Users 41 to 45 of 45");
	assert_has(w, "rel=\"prev\"");
	assert_lacks(w, "rel=\"next\"");
	assert_page(w, "/users?q=l%C5%9Fe");
	assert_has(w, "p07@example.test");
	assert_lacks(w, "p08@example.test");
	assert_page(w, "/users?q=%25");
	assert_has(w, "No user matches.");
	assert_page(w, "/users?q=%22%3E%3Cscript%3E");
	assert_lacks(w, "<script>");
	assert_page(w, "/users?state=disabled");
	assert_has(w, "p01@example.test");
	assert_lacks(w, "p02@example.test");
	/* With the ticked users. */
	(void)snprintf(fields, sizeof fields, "do=enable&u%d=1&u%d=1&u999=1",
	    (int)id_of(w, "p01@example.test"),
	    (int)id_of(w, "p02@example.test"));
	web_post(w, "/users", fields);
	assert_int_equal(w->status, 303);
	assert_true(str_has_prefix(web_header(w, "Location"), "/users?saved="));
	assert_ok(w->store, store_user_find(w->store->admin, "p01@example.test",
				&u, &w->store->ei));
	assert_true(u.enabled);
	user_clear(&u);
	web_post(w, "/users", "do=disable");
	assert_string_equal(web_header(w, "Location"), "/users?none=1");
	web_post(w, "/users", "do=explode&u1=1");
	assert_int_equal(w->status, 400);
	(void)snprintf(fields, sizeof fields, "do=retry&u%d=1",
	    (int)id_of(w, "p01@example.test"));
	web_post(w, "/users", fields);
	assert_int_equal(w->status, 503);
	(void)snprintf(uri, sizeof uri, "/users/delete?id=%d",
	    (int)id_of(w, "p01@example.test"));
	assert_page(w, uri);
	(void)snprintf(
	    fields, sizeof fields, "id=%d", (int)id_of(w, "p01@example.test"));
	web_post(w, "/users/delete", fields);
	assert_int_equal(w->status, 303);
	web_get(w, uri);
	assert_int_equal(w->status, 404);
}

static void
test_user_edit(void **state)
{
	static const struct {
		const char *fields, *field;
	} bad[] = {
	    {"address=&enabled=yes", "address"},
	    {"address=not+an+address&enabled=yes", "address"},
	    {"address=BOB%40example.test&enabled=yes", "address"},
	    {"address=a%40example.test&enabled=maybe", "enabled"},
	    {"address=a%40example.test&enabled=yes"
	     "&room_link=javascript%3Aalert%281%29",
		"room_link"},
	    {"address=a%40example.test&enabled=yes&room_link=http%3A%2F%2Fx",
		"room_link"},
	    {"address=a%40example.test&enabled=yes&room_video=a+b",
		"room_video"},
	    {"address=a%40example.test&enabled=yes&name=a%00b", "name"},
	    {"address=a%40example.test&enabled=yes&room_number=%FF",
		"room_number"},
	};
	struct web_fixture *w = *state;
	char fields[300], want[80], rev[24];
	struct user u = {0};
	size_t i;

	put_user(w, "bob@example.test", "Bob", true);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		web_post(w, "/users/edit", bad[i].fields);
		assert_int_equal(w->status, 422);
		(void)snprintf(want, sizeof want, "id=\"%s-e\"", bad[i].field);
		assert_has(w, want);
		assert_has(w, "<title>Error: ");
	}
	web_post(w, "/users/edit",
	    "address=alice%40example.test&name=Alice&enabled=yes"
	    "&room_link=https%3A%2F%2Fexample.webex.com%2Fmeet%2Falice"
	    "&room_number=123&room_video=alice%40example.webex.com");
	assert_int_equal(w->status, 303);
	web_get(w, web_header(w, "Location"));
	assert_has(w, "Saved as revision");
	assert_has(w, "Pending");
	assert_string_equal(web_value(w, "room_number"), "123");
	(void)str_copy(rev, sizeof rev, web_value(w, "rev"));
	/* Another window was quicker. */
	assert_ok(w->store, store_user_find(w->store->admin,
				"alice@example.test", &u, &w->store->ei));
	assert_int_equal(user_set(&u, "name", "Quick", NULL), ERR_OK);
	clock_fake(1000, (uint64_t)(WEB_NOW + 60) * 1000);
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	(void)snprintf(fields, sizeof fields,
	    "id=%d&rev=%s&address=alice%%40example.test&name=Slow&enabled=yes",
	    (int)u.id, rev);
	user_clear(&u);
	web_post(w, "/users/edit", fields);
	assert_int_equal(w->status, 409);
	assert_has(w, "<td class=\"any\">Quick</td>");
	assert_string_equal(web_value(w, "name"), "Slow");
	web_post(w, "/users/edit", "id=77&rev=1&address=x%40example.test");
	assert_int_equal(w->status, 404);
	web_post(w, "/users/edit", "id=-1&rev=1&address=x%40example.test");
	assert_int_equal(w->status, 404);
}

/* The list as it is, whoever changed it since it was kept. */
static void
test_list_is_never_old(void **state)
{
	struct web_fixture *w = *state;
	struct mailbox m = {0};
	char id[80];

	assert_page(w, "/exchange");
	assert_has(w, "New Exchange server");
	put_exchange(w, "Head Office", id);
	assert_page(w, "/exchange");
	assert_has(w, "Head Office");
	assert_has(w, "Not tested");
	m.address = (char *)"a@example.test";
	m.state = (char *)"subscribed";
	m.failure = m.reason = m.ews_url = m.sync_state = (char *)"";
	m.exchange_id = id;
	assert_ok(
	    w->store, store_mailbox_put(w->store->engine, &m, &w->store->ei));
	assert_page(w, "/exchange");
	assert_has(w, "1 of 1");
	assert_has(w, "Operational");
	m.state = (char *)"error";
	assert_ok(
	    w->store, store_mailbox_put(w->store->engine, &m, &w->store->ei));
	assert_page(w, "/exchange");
	assert_has(w, "0 of 1");
	assert_has(w, "Failed");
	/* What is kept holds nothing of one reader. */
	web_admin(w, "reader", ROLE_READ_ONLY, false);
	web_session(w, "reader");
	assert_page(w, "/exchange");
	assert_lacks(w, "name=\"id\" value");
	web_session(w, "boss");
	assert_page(w, "/exchange");
	assert_has(w, "name=\"id\" value");
	fixture_sql(w->store->config, "DELETE FROM exchange");
	assert_page(w, "/exchange");
	assert_lacks(w, "Head Office");
}

static void
test_list_pages(void **state)
{
	struct web_fixture *w = *state;
	char name[64];
	int i;

	for (i = 0; i < 120; i++) {
		(void)snprintf(name, sizeof name, "Exchange %03d", i);
		put_exchange(w, name, NULL);
	}
	assert_page(w, "/exchange");
	assert_has(w, "Servers 1 to 50 of 120");
	assert_has(w, "Exchange 049<");
	assert_lacks(w, "Exchange 050<");
	assert_lacks(w, "rel=\"prev\"");
	assert_page(w, "/exchange?from=100");
	assert_has(w, "Servers 101 to 120 of 120");
	assert_has(w, "Exchange 119<");
	assert_lacks(w, "rel=\"next\"");
	assert_page(w, "/exchange");
	assert_has(w, "Exchange 000<");
	assert_page(w, "/exchange?from=60"); /* whole pages only */
	assert_has(w, "Servers 51 to 100 of 120");
	assert_page(w, "/exchange?from=5000");
	assert_has(w, "Servers 101 to 120 of 120");
	fixture_sql(w->store->config,
	    "DELETE FROM exchange WHERE display_name > 'Exchange 004'");
	assert_page(w, "/exchange?from=100");
	assert_lacks(w, "Servers 1");
	assert_has(w, "Exchange 004<");
}

static void
test_config_log(void **state)
{
	struct web_fixture *w = *state;
	char address[64];
	int i;

	for (i = 0; i < 30; i++) {
		(void)snprintf(
		    address, sizeof address, "p%02d@example.test", i);
		put_user(w, address, "", true);
	}
	assert_page(w, "/configuration-log");
	assert_has(w, "Changes 1 to 50");
	assert_has(w, "from=50");
	assert_page(w, "/configuration-log?from=50");
	assert_has(w, "rel=\"prev\"");
	assert_page(w, "/configuration-log?from=99999999999999999999");
	assert_has(w, "Changes 1 to 50");
}

static void
test_ca(void **state)
{
	static const char *const bad[] = {"", "pem=", "pem=nothing", "pem=%00",
	    "pem=-----BEGIN+CERTIFICATE-----%0AMAA%3D"};
	struct web_fixture *w = *state;
	struct ca_list l = {NULL, 0};
	char uri[200];
	size_t i;

	assert_page(w, "/ca-certificates");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		web_post(w, "/ca-certificates", bad[i]);
		assert_int_equal(w->status, 422);
		assert_has(w, "id=\"pem-e\"");
	}
	/* Shown first, and nothing is stored. */
	web_post(w, "/ca-certificates", "pem=" WIDE_ROOT);
	assert_int_equal(w->status, 200);
	assert_has(w, "Trust these certificates?");
	assert_has(w, "A CA certificate that is valid now.");
	assert_has(w, "name=\"take-0\" value=\"" WIDE_SHA "\" checked");
	web_post(w, "/ca-certificates/add", "pem=" WIDE_ROOT);
	assert_string_equal(
	    web_header(w, "Location"), "/ca-certificates?same=1");
	web_post(w, "/ca-certificates/add",
	    "pem=" WIDE_ROOT "&take-0=another-fingerprint");
	assert_string_equal(
	    web_header(w, "Location"), "/ca-certificates?same=1");
	web_post(w, "/ca-certificates/add", "pem=nothing&take-0=" WIDE_SHA);
	assert_int_equal(w->status, 422);
	web_post(
	    w, "/ca-certificates/add", "pem=" WIDE_ROOT "&take-0=" WIDE_SHA);
	assert_int_equal(w->status, 303);
	assert_page(w, web_header(w, "Location"));
	assert_has(w, "Saved as revision");
	assert_has(w, "CN=BMP root");
	assert_has(w, "boss");
	web_post(w, "/ca-certificates", "pem=" WIDE_ROOT);
	assert_has(w, "It is trusted already.");
	assert_lacks(w, "take-0");
	assert_ok(w->store, store_ca_list(w->store->admin, &l, &w->store->ei));
	assert_int_equal(l.n, 1);
	(void)snprintf(uri, sizeof uri, "/ca-certificates/delete?sha256=%s",
	    l.v[0].sha256);
	assert_page(w, uri);
	web_post(w, "/ca-certificates/delete", strchr(uri, '?') + 1);
	assert_int_equal(w->status, 303);
	web_get(w, uri);
	assert_int_equal(w->status, 404);
	ca_list_clear(&l);
}

static void
test_system_ca(void **state)
{
	struct web_fixture *w = *state;
	char *v = NULL;

	web_post(w, "/ca-certificates/system", "use_system_ca=maybe");
	assert_int_equal(w->status, 400);
	web_post(w, "/ca-certificates/system", "use_system_ca=yes");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_setting_get(w->store->admin, "use_system_ca",
				&v, &w->store->ei));
	assert_string_equal(v, "yes");
	mem_free(v);
	assert_page(w, web_header(w, "Location"));
	assert_has(w, "value=\"yes\" checked");
}

static void
test_proxy(void **state)
{
	struct web_fixture *w = *state;
	struct bound p;

	assert_page(w, "/connector-proxy");
	assert_string_equal(web_value(w, "port"), "8080");
	web_post(w, "/connector-proxy", "rev=0&host=&port=0&account=a:b");
	assert_int_equal(w->status, 422);
	assert_has(w, "id=\"host-e\"");
	assert_has(w, "id=\"port-e\"");
	assert_has(w, "id=\"account-e\"");
	web_post(w, "/connector-proxy",
	    "rev=0&host=p.example&port=3128&password=secret");
	assert_has(w, "Enter the user name as well");
	web_post(
	    w, "/connector-proxy", "rev=0&host=p.example&port=3128&account=me");
	assert_has(w, "Enter the password of this user name.");
	web_post(w, "/connector-proxy",
	    "rev=0&host=P.example&port=3128&account=me&password=secret");
	assert_int_equal(w->status, 303);
	assert_page(w, web_header(w, "Location"));
	assert_has(w, "Saved as revision");
	assert_has(w, "One is stored");
	assert_lacks(w, "secret");
	assert_ok(
	    w->store, store_proxy_get(w->store->admin, &p, &w->store->ei));
	assert_string_equal(bound_get(&p, "host"), "p.example");
	assert_true(p.box.n > 0);
	bound_clear(&p);
	/* What it is bound to asks for it again; the rest keeps it. */
	web_post(
	    w, "/connector-proxy", "rev=1&host=p.example&port=3129&account=me");
	assert_int_equal(w->status, 422);
	assert_has(w, "id=\"port-e\"");
	assert_has(w, "id=\"password-e\"");
	assert_lacks(w, "id=\"host-e\"");
	web_post(
	    w, "/connector-proxy", "rev=9&host=p.example&port=3128&account=me");
	assert_int_equal(w->status, 409);
	web_post(w, "/connector-proxy",
	    "rev=1&do=test&host=p.example&port=3128&account=me&target=a+b");
	assert_has(w, "id=\"target-e\"");
	/* Nobody answers here, and the page of the test says so. */
	web_post(w, "/connector-proxy",
	    "rev=1&do=test&host=p.example&port=3128&account=me"
	    "&target=mail.example:8443");
	assert_string_equal(web_header(w, "Location"),
	    "/connector-proxy/test?job=&server=mail.example:8443");
	assert_page(w, web_header(w, "Location"));
	assert_has(w, "There is no report of this test");
	assert_page(w, "/connector-proxy/delete");
	web_post(w, "/connector-proxy/delete", "");
	assert_int_equal(w->status, 303);
	assert_page(w, web_header(w, "Location"));
	assert_has(w, "Cleared as revision");
	web_get(w, "/connector-proxy/delete");
	assert_int_equal(w->status, 404);
}

static void
test_error_pages(void **state)
{
	struct web_fixture *w = *state;

	web_get(w, "/nowhere");
	assert_int_equal(w->status, 404);
	assert_has(w, "There is no page at this address.");
	assert_has(w, "Main menu");
	w->cookie[0] = '\0';
	web_get(w, "/nowhere");
	assert_int_equal(w->status, 404);
	assert_lacks(w, "Main menu");
	assert_has(w, "href=\"/sign-in\"");
	web_session(w, "boss");
	/* A store that fails is told, and nothing else is. */
	fixture_sql(w->store->config, "DROP TABLE connector");
	web_get(w, "/connectors");
	assert_int_equal(w->status, 500);
	assert_has(w, "The page cannot be shown");
	assert_lacks(w, "SELECT");
	assert_lacks(w, w->store->dir);
}

/* A host is allowed or blocked from its alarm too, as it was met. */
static void
test_decide_from_alarm(void **state)
{
	struct web_fixture *w = *state;
	struct trust_list l;

	assert_ok(w->store,
	    store_alarm_raise(w->store->engine, 60113, "mail.met.example",
		"critical", "", "A redirect leads there.", &w->store->ei));
	assert_ok(w->store,
	    store_alarm_raise(w->store->engine, 60113, "The main <Exchange>",
		"critical", "", "A redirect leads somewhere.", &w->store->ei));
	web_get(w, "/alarms/show?n=60113&about=mail.met.example");
	assert_has(w, "value=\"allow\"");
	assert_has(w, "value=\"block\"");
	web_get(w, "/alarms/show?n=60113&about=The+main+<Exchange>");
	assert_int_equal(w->status, 200);
	assert_lacks(w, "value=\"allow\"");
	web_post(w, "/trust-list",
	    "do=block&host=https://Mail.Met.example/autodiscover/x.xml");
	assert_int_equal(w->status, 303);
	web_post(w, "/trust-list", "do=allow&host=no+host");
	assert_int_equal(w->status, 400);
	assert_ok(
	    w->store, store_trust_list(w->store->admin, &l, &w->store->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].pattern, "mail.met.example");
	assert_int_equal(l.v[0].state, TRUST_BLOCKED);
	trust_list_clear(&l);
	web_admin(w, "reader", ROLE_READ_ONLY, false);
	web_session(w, "reader");
	web_get(w, "/alarms/show?n=60113&about=mail.met.example");
	assert_lacks(w, "value=\"allow\"");
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, web_up_boss, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_all),
	    W(test_report_pages),
	    W(test_read_only),
	    W(test_auditor),
	    W(test_overview_leads),
	    W(test_connector),
	    W(test_users),
	    W(test_user_edit),
	    W(test_list_is_never_old),
	    W(test_list_pages),
	    W(test_config_log),
	    W(test_ca),
	    W(test_system_ca),
	    W(test_proxy),
	    W(test_error_pages),
	    W(test_decide_from_alarm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
