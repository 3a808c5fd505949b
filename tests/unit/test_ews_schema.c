/* Each request against the schema of Exchange, by a validator that nobody
 * here wrote.  The schema passes over an element that it does not know, so
 * the operation's own is looked for as well. */
#include "tests/harness/test.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/net/ews_client.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_notify.h"
#include "backend/net/ews_oof.h"
#include "backend/net/ews_soap.h"
#include "backend/net/ews_view.h"
#include "backend/net/xml.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

extern char **environ;

static char dir[TEST_DIR_MAX];

/* Exit status of xmllint, or -1 when it cannot be run. */
static int
validate(const char *file)
{
	const char *top = getenv("TOP_SRCDIR");
	char schema[1024];
	const char *argv[] = {
	    "xmllint", "--nonet", "--noout", "--schema", schema, file, NULL};
	int status = 0;
	pid_t pid;

	(void)snprintf(schema, sizeof(schema),
	    "%s/tests/data/ews-schema/ews-validate.xsd",
	    top == NULL ? "." : top);
	if (posix_spawnp(&pid, "xmllint", NULL, NULL,
		(char *const *)(uintptr_t)argv, environ) != 0)
		return -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
		return -1;
	return WEXITSTATUS(status);
}

static void
check(struct buf *b, const char *op)
{
	char file[TEST_DIR_MAX + 64];
	struct xml_doc *d = NULL;
	const struct xml_node *n;
	int rc;

	assert_ok(xml_parse(&d, b->p, b->len, NULL));
	n = xml_child(xml_child(xml_root(d), "Body"), NULL);
	assert_string_equal(n->name, op);
	assert_string_equal(n->ns, EWS_NS_M);
	assert_null(n->next);
	xml_doc_free(d);
	(void)snprintf(file, sizeof(file), "%s/%s.xml", dir, op);
	tmp_file(file, b->p, b->len);
	if ((rc = validate(file)) < 0)
		skip(); /* libxml2-utils is not installed */
	if (rc != 0)
		fail_msg("%s: xmllint says %d", op, rc);
	buf_reset(b);
}

static void
test_requests(void **state)
{
	char mailbox[] = "o'neil@lab.example", id[] = "AAMk<&>\"=",
	     key[] = "CQ==", body[] = "<p>x\r\n\xc3\xbc ]]&gt;</p>",
	     sync_state[] = "H4sIAAA=", empty[] = "",
	     set[] = "00020329-0000-0000-C000-000000000046",
	     address[] = "sip:o'neil&<@lab.example", value[] = "<CiscoOI/>";
	struct msg_ews_job j = {.ctx.mailbox = mailbox, .id = id};
	struct msg_ews_sync_job sync = {
	    .ctx.mailbox = mailbox, .sync_state = sync_state, .max = 512};
	struct msg_ews_newest_job newest = {.ctx.mailbox = mailbox,
	    .from_s = 1767225600,
	    .to_s = 1769644800,
	    .max = 512};
	struct msg_ews_get_job get = {.ctx.mailbox = mailbox, .item_id = id};
	struct msg_ews_gets_job gets = {.ctx.mailbox = mailbox};
	struct msg_ews_update_job update = {.ctx.mailbox = mailbox,
	    .item_id = id,
	    .change_key = key,
	    .body = body,
	    .body_is_html = true,
	    .send_to_all = true};
	struct msg_ews_stream_job stream = {
	    .ctx.mailbox = mailbox, .minutes = 30};
	struct msg_ews_view_job view = {.ctx.mailbox = mailbox,
	    .from_s = 1767225600,
	    .to_s = 1769644800,
	    .max = 400};
	struct buf b = BUF_INIT(1u << 20);

	(void)state;
	assert_ok(ews_probe_encode(&b, &j));
	check(&b, "ConvertId");
	j.ctx.mailbox = empty;
	assert_ok(ews_probe_encode(&b, &j));
	check(&b, "ConvertId");
	j.ctx.mailbox = mailbox;
	assert_ok(ews_calendar_encode(&b, &j));
	check(&b, "GetFolder");
	assert_ok(ews_subscribe_encode(&b, &j));
	check(&b, "Subscribe");
	assert_ok(ews_unsubscribe_encode(&b, &j));
	check(&b, "Unsubscribe");
	assert_ok(ews_view_encode(&b, &view));
	check(&b, "FindItem");
	assert_ok(ews_newest_encode(&b, &newest));
	check(&b, "FindItem");
	assert_ok(ews_oof_encode(&b, &j));
	check(&b, "GetUserOofSettingsRequest");
	assert_ok(ews_sync_encode(&b, &sync));
	check(&b, "SyncFolderItems");
	sync.sync_state = empty;
	sync.max = 1;
	assert_ok(ews_sync_encode(&b, &sync));
	check(&b, "SyncFolderItems");
	assert_ok(ews_get_encode(&b, &get));
	check(&b, "GetItem");
	assert_ok(strlist_add(&gets.item_ids, "AAA="));
	assert_ok(strlist_add(&gets.item_ids, "B'\"&<B="));
	assert_ok(ews_gets_encode(&b, &gets));
	check(&b, "GetItem");
	gets.prop_set = set;
	assert_ok(ews_gets_encode(&b, &gets));
	check(&b, "GetItem");
	strlist_clear(&gets.item_ids);
	assert_err(ews_gets_encode(&b, &gets), ERR_ARG);
	get.prop_set = set;
	assert_ok(ews_get_encode(&b, &get));
	check(&b, "GetItem");
	assert_ok(ews_update_encode(&b, &update));
	check(&b, "UpdateItem");
	update.prop_set = set;
	update.prop_conference = address;
	update.prop_capabilities = value;
	assert_ok(ews_update_encode(&b, &update));
	check(&b, "UpdateItem");
	update.keeps_body = true;
	assert_ok(ews_update_encode(&b, &update));
	check(&b, "UpdateItem");
	update.keeps_body = false;
	update.body_is_html = update.send_to_all = false;
	update.body = empty;
	assert_ok(ews_update_encode(&b, &update));
	check(&b, "UpdateItem");
	assert_ok(strlist_add(&stream.subscriptions, "AAA="));
	assert_ok(strlist_add(&stream.subscriptions, "BBB="));
	assert_ok(ews_stream_encode(&b, &stream));
	check(&b, "GetStreamingEvents");
	strlist_clear(&stream.subscriptions);
	buf_clear(&b);
}

/* The validator does refuse what is wrong. */
static void
test_validator(void **state)
{
	struct msg_ews_get_job get = {0};
	struct buf b = BUF_INIT(1u << 20);
	char file[TEST_DIR_MAX + 64], *at;
	int rc;

	(void)state;
	assert_ok(ews_get_encode(&b, &get));
	at = strstr(b.p, "IdOnly");
	assert_non_null(at);
	memcpy(at, "IdNone", 6);
	(void)snprintf(file, sizeof(file), "%s/wrong.xml", dir);
	tmp_file(file, b.p, b.len);
	buf_clear(&b);
	if ((rc = validate(file)) < 0)
		skip();
	assert_int_not_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_requests),
	    cmocka_unit_test(test_validator),
	};
	int rc;

	tmp_dir_make(dir);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	tmp_dir_remove(dir);
	return rc;
}
