/* ipc_random.h - messages with content made from the table itself, so that
 * a new row of ipc_msg.def is tested without anybody's doing.  Tests only. */
#ifndef IPC_RANDOM_H
#define IPC_RANDOM_H

#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/ipc_table.h"

/* xorshift64: the same numbers each time.  The state is not 0. */
static inline uint64_t
rng_next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* Mostly short, now and then as long as the row allows (up to `cap`). */
static inline size_t
rng_len(uint64_t *s, size_t max, size_t cap)
{
	if (max > cap)
		max = cap;
	switch (rng_next(s) % 4) {
	case 0:
		return 0;
	case 1:
		return max;
	default:
		return max == 0 ? 0 : rng_next(s) % (max < 40 ? max : 40);
	}
}

/* n bytes of UTF-8 with characters of one to four bytes. */
static inline char *
rng_text(uint64_t *s, size_t n)
{
	static const char *const chars[] = {"a", "Z", "7", " ", "\n", "\"", "<",
	    "\xc3\xb6", "\xc4\xb0", "\xe2\x82\xac", "\xf0\x9f\x93\x85"};
	char *p = xalloc(n + 1);
	size_t at = 0;

	while (at < n) {
		const char *c = chars[rng_next(s) % 11];
		size_t len = strlen(c);

		if (len > n - at)
			c = "x", len = 1;
		memcpy(p + at, c, len);
		at += len;
	}
	return p;
}

static inline unsigned char *
rng_bytes(uint64_t *s, size_t n)
{
	unsigned char *p = xalloc(n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (unsigned char)rng_next(s);
	return p;
}

#define RANDOM_AT(type, m, off) ((type *)(void *)((char *)(m) + (off)))

static inline void
ipc_random_fill(const struct ipc_layout *l, void *m, uint64_t *s, size_t cap);

static inline void
ipc_random_field(const struct ipc_field *f, void *m, uint64_t *s, size_t cap)
{
	struct bytes *b = RANDOM_AT(struct bytes, m, f->off);
	size_t n, i;

	switch (f->kind) {
	case IPC_KIND_U32:
		*RANDOM_AT(uint32_t, m, f->off) = (uint32_t)rng_next(s);
		break;
	case IPC_KIND_U64:
		*RANDOM_AT(uint64_t, m, f->off) = rng_next(s);
		break;
	case IPC_KIND_I64:
		*RANDOM_AT(int64_t, m, f->off) = (int64_t)rng_next(s);
		break;
	case IPC_KIND_BOOL:
		*RANDOM_AT(bool, m, f->off) = rng_next(s) % 2 == 0;
		break;
	case IPC_KIND_STR:
		n = rng_len(s, f->max, cap);
		*RANDOM_AT(char *, m, f->off) = rng_text(s, n);
		break;
	case IPC_KIND_BLOB:
		if ((n = rng_len(s, f->max, cap)) > 0)
			b->p = rng_bytes(s, n);
		b->n = n;
		break;
	case IPC_KIND_SECRET: {
		unsigned char *raw;

		n = rng_len(s, f->max, cap);
		raw = rng_bytes(s, n);
		if (secret_set(RANDOM_AT(struct secret, m, f->off), raw, n) !=
		    ERR_OK)
			fatal("secret of %zu bytes", n);
		mem_free(raw);
		break;
	}
	case IPC_KIND_STRS:
		for (n = rng_len(s, f->max_n, 8); n > 0; n--) {
			char *t = rng_text(s, rng_len(s, f->max, cap));

			if (strlist_add(RANDOM_AT(struct strlist, m, f->off),
				t) != ERR_OK)
				fatal("strlist");
			mem_free(t);
		}
		break;
	case IPC_KIND_SUB:
		ipc_random_fill(f->sub(), RANDOM_AT(char, m, f->off), s, cap);
		break;
	case IPC_KIND_LIST:
		if ((n = rng_len(s, f->max_n, 5)) == 0)
			break;
		*RANDOM_AT(char *, m, f->off) = xcalloc(n, f->sub()->size);
		*RANDOM_AT(size_t, m, f->off_n) = n;
		for (i = 0; i < n; i++)
			ipc_random_fill(f->sub(),
			    *RANDOM_AT(char *, m, f->off) + i * f->sub()->size,
			    s, cap / 4);
		break;
	case IPC_KIND__MAX:
	default:
		fatal("%s has no kind", f->name);
	}
}

/* m is all zero before.  cap: the longest string. */
static inline void
ipc_random_fill(const struct ipc_layout *l, void *m, uint64_t *s, size_t cap)
{
	const struct ipc_field *f;

	for (f = l->fields; f->name != NULL; f++)
		ipc_random_field(f, m, s, cap);
}

#endif
