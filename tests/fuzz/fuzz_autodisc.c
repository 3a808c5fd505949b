/* fuzz_autodisc.c - answers of Autodiscover as SOAP and as JSON.  What comes
 * out must fit its message, and no address of it may hold control characters.
 * The first byte says how many mailboxes were asked for. */
#include <stdint.h>

#include "backend/net/autodisc_soap.h"
#include "backend/net/ews_autodisc.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_fit(enum ipc_type t, const void *msg)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	enum err e = ipc_build(&b, t, 1, msg);

	if (e != ERR_OK && e != ERR_NOMEM)
		fatal("%s: what was decoded does not fit", ipc_name(t));
	buf_clear(&b);
}

static void
must_be_clean(const char *s)
{
	if (s != NULL && str_has_control(s))
		fatal("an address with control characters");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg_settings_result settings = {0};
	struct msg_pox_result json = {0};
	size_t asked_n, i;

	if (size == 0)
		return 0;
	asked_n = data[0] % (AUTODISC_USERS_MAX + 1);
	settings_decode((const char *)data + 1, size - 1, asked_n, &settings);
	if (settings.users_n != 0 && settings.users_n != asked_n)
		fatal("answers for other mailboxes");
	for (i = 0; i < settings.users_n; i++) {
		must_be_clean(settings.users[i].ews_internal);
		must_be_clean(settings.users[i].ews_external);
		must_be_clean(settings.users[i].redirect_url);
	}
	must_fit(IPC_SETTINGS_DONE, &settings);
	msg_settings_result_free(&settings);
	autodisc_json_decode((const char *)data + 1, size - 1, &json);
	must_be_clean(json.ews_external);
	if (json.ev.code == (unsigned)ERR_OK && json.ews_external == NULL)
		fatal("a good answer without an address");
	must_fit(IPC_POX_DONE, &json);
	msg_pox_result_free(&json);
	return 0;
}
