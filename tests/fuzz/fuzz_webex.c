/* fuzz_webex.c - answers of Webex: each decoder, over the same bytes. */
#include <stdint.h>
#include <string.h>

#include "backend/net/webex_client.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_booking(const char *p, size_t n)
{
	struct msg_webex_booking b = {0};
	struct errinfo ei;

	if (webex_meeting_decode(&b, p, n, &ei) == ERR_OK &&
	    (!str_has_prefix(b.join_url, "https://") ||
		str_has_control(b.meeting_id) || b.numbers_n > 16))
		fatal("a booking that nobody should get");
	msg_webex_booking_free(&b);
	memset(&b, 0, sizeof(b));
	if (webex_room_decode(&b, p, n, &ei) == ERR_OK &&
	    !str_has_prefix(b.join_url, "https://"))
		fatal("a room that nobody should get");
	msg_webex_booking_free(&b);
	memset(&b, 0, sizeof(b));
	if (webex_found_decode(&b, p, n, "k1", &ei) == ERR_OK &&
	    b.meeting_id[0] == '\0')
		fatal("a meeting without an id");
	msg_webex_booking_free(&b);
}

static void
one_grant(const char *p, size_t n)
{
	struct webex_grant g = {0};
	struct errinfo ei;

	if (webex_grant_decode(&g, p, n, &ei) != ERR_OK)
		return;
	if (g.access.len == 0 || str_has_control(secret_peek(&g.access)) ||
	    str_has_control(secret_peek(&g.refresh)))
		fatal("a token that would break a header");
	webex_grant_clear(&g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct msg_webex_sites sites = {0};
	char subject[] = "T";
	const struct msg_confer_exception part = {.original_s = 1796000400,
	    .start_s = 1796000400,
	    .subject = subject};
	struct strlist l = {0};
	bool same;
	char said[256], *id = NULL;

	one_booking(p, size);
	one_grant(p, size);
	(void)!webex_sites_decode(&sites, p, size, NULL);
	msg_webex_sites_free(&sites);
	(void)!webex_items_decode(&l, p, size, "id", NULL);
	strlist_clear(&l);
	(void)!webex_spaces_decode(&l, p, size, "T", 0, NULL);
	strlist_clear(&l);
	(void)!webex_id_decode(&id, p, size, NULL);
	mem_free(id);
	id = NULL;
	(void)!webex_part_decode(&id, &same, p, size, &part, NULL);
	mem_free(id);
	webex_error_text(said, sizeof(said), p, size);
	return 0;
}
