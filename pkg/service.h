/* service.h - the programs that run while their version is changed, and the
 * databases that they have.  What has to speak with them is a program of
 * their own version: the protocol is of one version only. */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "pkg/run.h"

struct conf;
struct refusal;
struct tree;

struct service {
	struct run_held held; /* not running where no service was */
};

#define SERVICE_INIT             \
	{                        \
		{                \
			0, -1, 0 \
		}                \
	}

/* Ends its programs but the manager, which starts whatever version is the
 * current one as soon as it is released, or this process has ended. */
enum err service_hold(struct service *s, const struct conf *c, const char *root,
    bool back, struct refusal *why) ERR_CHECK;
void service_release(struct service *s);
bool service_is_there(const struct conf *c);
/* Waits until the current version has shown that it works. */
enum err service_watch(
    const struct conf *c, const char *root, struct refusal *why) ERR_CHECK;

uint64_t service_data_size(const struct conf *c); /* bytes, about */
/* Copies what the current version has for `version`, in its form. */
enum err service_copy_data(const struct conf *c, struct tree *t,
    const char *version, struct refusal *why) ERR_CHECK;
/* The same for a try: the copy is thrown away. */
enum err service_try(const struct conf *c, struct tree *t, const char *version,
    struct refusal *why) ERR_CHECK;
/* Whether the configuration names files below `current` only. */
enum err
service_check_conf(const struct conf *c, struct refusal *why) ERR_CHECK;

#endif
