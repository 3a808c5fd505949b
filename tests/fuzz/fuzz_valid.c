/* fuzz_valid.c - what people type: each check of valid.h, each kind of
 * setting, and the escapes that the same text goes through on its way out.
 * What is accepted must be safe where it is used. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/settings.h"
#include "common/str.h"
#include "common/valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(
    const char *what, const char *s, enum err e, const struct errinfo *ei)
{
	if (e == ERR_OK) {
		if (!str_is_utf8(s, strlen(s)) || strpbrk(s, "\r\n") != NULL)
			fatal("%s accepted bytes that are no line", what);
		return;
	}
	if (ei->code != e || ei->text[0] == '\0' ||
	    !str_is_utf8(ei->text, strlen(ei->text)))
		fatal("%s does not say what is wrong", what);
}

static void
escape(const char *s, size_t n)
{
	struct buf clean = BUF_INIT(4 * n + 16), out = BUF_INIT(8 * n + 16);

	if (str_utf8_clean(&clean, s, n) != ERR_OK ||
	    !str_is_utf8(buf_str(&clean), clean.len))
		fatal("text that was cleaned is not clean");
	if (html_escape(&out, s) != ERR_OK ||
	    strpbrk(buf_str(&out), "<>\"'") != NULL)
		fatal("markup came through");
	buf_reset(&out);
	if (url_encode(&out, s) != ERR_OK ||
	    strpbrk(buf_str(&out), "/?#&= \r\n\"<>") != NULL)
		fatal("a delimiter came through");
	buf_clear(&out);
	buf_clear(&clean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const char *name;
		enum err (*fn)(const char *s, struct errinfo *ei);
	} checks[] = {
	    {"valid_email", valid_email},
	    {"valid_host", valid_host},
	    {"valid_address", valid_address},
	    {"valid_account", valid_account},
	    {"valid_name", valid_name},
	    {"valid_site", valid_site},
	    {"valid_https_url", valid_https_url},
	    {"valid_video_address", valid_video_address},
	    {"valid_secret", valid_secret},
	};
	const struct setting *s;
	struct errinfo ei;
	char *text = xalloc(size + 1);
	size_t i;

	if (size > 0)
		memcpy(text, data, size);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		enum err e = checks[i].fn(text, &ei);

		check_text(checks[i].name, text, e, &ei);
	}
	check_text("valid_new_password", text,
	    valid_new_password(text, "admin", &ei), &ei);
	for (i = 0; (s = setting_at(i)) != NULL; i++) {
		enum err e = setting_check(s, text, &ei);

		check_text(s->key, text, e, &ei);
		if (e == ERR_OK && strlen(text) > s->max)
			fatal("%s accepted too much", s->key);
	}
	escape(text, strlen(text));
	mem_free(text);
	return 0;
}
