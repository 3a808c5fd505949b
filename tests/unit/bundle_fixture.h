/* bundle_fixture.h - makes bundles for tests, odd ones too: each is a real
 * file, and signed with a real key where it is to be. */
#ifndef BUNDLE_FIXTURE_H
#define BUNDLE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "pkg/sig.h"

#define FIXTURE_MAX (8u * 1024 * 1024)

/* An entry of the tar. */
struct fixture_entry {
	const char *path; /* NULL ends a list */
	int type; /* AE_IF*; 0: a plain file */
	unsigned mode; /* 0: 0644 */
	const char *data; /* NULL: none */
	const char *link, *hardlink; /* targets */
	uint64_t zeros; /* that many instead of data */
};

struct fixture {
	const char *manifest; /* NULL: one that fits the entries */
	const struct fixture_entry *entries;
	const char *head; /* of that manifest; NULL: FIXTURE_HEAD */
	int unsigned_;
};

#define FIXTURE_HEAD                                                         \
	"calconn-bundle 1\nname calconn\nversion 0.2.0\narchitecture test\n" \
	"platform 12\nconfig-schema 1\nstate-schema 1\n"

/* The secret key, and the public one of it. */
void fixture_key(struct sig_sk *sk, struct sig_keys *keys);
/* The file of f, as bytes. */
void
fixture_make(struct buf *to, const struct fixture *f, const struct sig_sk *sk);
/* Puts bytes around some content and signs it. */
void fixture_wrap(struct buf *to, const void *content, size_t n,
    const struct sig_sk *sk, const char *comment);
/* A descriptor that gives the bytes. */
int fixture_fd(const struct buf *b);

#endif
