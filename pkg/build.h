/* build.h - makes a bundle from a tree of files, and signs it. */
#ifndef BUILD_H
#define BUILD_H

#include <stdint.h>

#include "common/err.h"

struct manifest;
struct refusal;
struct sig_sk;

/* head: all but the files, which come from the tree.  mtime: of all files,
 * in seconds.  The bundle has no signature yet. */
enum err build_bundle(const char *to, const char *tree, struct manifest *head,
    int64_t mtime, struct refusal *why) ERR_CHECK;
/* Puts a signature on a bundle, in the place of one that it may have. */
enum err build_sign(
    const char *path, const struct sig_sk *sk, struct refusal *why) ERR_CHECK;

#endif
