/* verify.c - see verify.h. */
#include "config.h"

#include "pkg/verify.h"

#include <string.h>

#include "common/buf.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/payload.h"
#include "pkg/refuse.h"

#define OS_RELEASE_MAX 16384u

const char *
verify_arch(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__aarch64__)
	return "arm64";
#elif defined(__i386__)
	return "i386";
#elif defined(__arm__)
	return "armhf";
#else
	return "unknown";
#endif
}

/* VERSION_ID="12" or VERSION_ID=12.4: the number before the point. */
static uint32_t
platform_of(const char *text)
{
	static const char key[] = "VERSION_ID=";
	const char *p = text;
	uint32_t n = 0;

	while (p != NULL && !str_has_prefix(p, key))
		if ((p = strchr(p, '\n')) != NULL)
			p++;
	if (p == NULL)
		return 0;
	p += strlen(key);
	if (*p == '"' || *p == '\'')
		p++;
	for (; *p >= '0' && *p <= '9' && n < 1000; p++)
		n = n * 10 + (uint32_t)(*p - '0');
	return n;
}

void
verify_host_here(struct verify_host *h, const char *os_release)
{
	struct buf b = BUF_INIT(OS_RELEASE_MAX);

	h->arch = verify_arch();
	h->platform = 0;
	if (file_slurp(os_release, &b, NULL) == ERR_OK)
		h->platform = platform_of(buf_str(&b));
	buf_clear(&b);
}

enum err
verify_bundle(const struct bundle *b, const struct sig_keys *keys,
    struct manifest *m, char *comment, struct refusal *why)
{
	struct manifest new = {.size = 0};
	struct payload *p = NULL;
	enum err e;

	if ((e = bundle_verify(b, keys, comment, why)) != ERR_OK)
		return e;
	if ((e = payload_open(&p, b, &new, why)) == ERR_OK)
		e = payload_judge(p, why);
	payload_close(p);
	if (e == ERR_OK)
		*m = new;
	else
		manifest_clear(&new);
	return e;
}

enum err
verify_fits(
    const struct manifest *m, const struct verify_host *h, struct refusal *why)
{
	if (!str_eq(m->name, MANIFEST_PRODUCT))
		return refuse(why, REFUSE_OTHER_PRODUCT, "%s", m->name);
	if (!str_eq(m->arch, h->arch))
		return refuse(why, REFUSE_WRONG_ARCHITECTURE,
		    "%s, and this is %s", m->arch, h->arch);
	if (h->platform < m->platform)
		return refuse(why, REFUSE_OLDER_PLATFORM,
		    "it needs release %u, and this is %u", m->platform,
		    h->platform);
	return ERR_OK;
}
