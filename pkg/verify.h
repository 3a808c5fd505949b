/* verify.h - whether a bundle may be installed here: signature first, then
 * what it says of itself, then each file, all before anything is written. */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdint.h>

#include "common/err.h"
#include "pkg/manifest.h"
#include "pkg/sig.h"

struct bundle;
struct refusal;

/* Where it is to run. */
struct verify_host {
	const char *arch;
	uint32_t platform; /* 0: not known, and old for any bundle */
};

/* What this program was built for and runs on; os_release: the file, as
 * os-release(5) has it. */
void verify_host_here(struct verify_host *h, const char *os_release);
const char *verify_arch(void);
/* The signature, the list, the files.  comment: SIG_COMMENT_MAX or NULL.
 * m: filled on ERR_OK, cleared by the caller. */
enum err verify_bundle(const struct bundle *b, const struct sig_keys *keys,
    struct manifest *m, char *comment, struct refusal *why) ERR_CHECK;
enum err verify_fits(const struct manifest *m, const struct verify_host *h,
    struct refusal *why) ERR_CHECK;

#endif
