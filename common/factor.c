/* factor.c - see factor.h. */
#include "common/factor.h"

enum err
factor_binding(
    const char *account, char out[SEAL_BINDING_MAX], struct errinfo *ei)
{
	const struct seal_binding b = {
	    .record_id = "administrator",
	    .kind = "second-factor",
	    .account = account,
	    .target = "sign-in",
	    .tls = "",
	    .auth = "",
	};

	return seal_binding_text(&b, out, ei);
}

void
factor_code(const char *typed, char out[FACTOR_CODE_MAX])
{
	size_t n = 0;

	for (; *typed != '\0' && n < FACTOR_CODE_MAX - 1; typed++)
		if (*typed != ' ')
			out[n++] = *typed;
	out[n] = '\0';
}
