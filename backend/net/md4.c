/* md4.c - see md4.h. */
#include "config.h"

#include "backend/net/md4.h"

#include <stdint.h>
#include <string.h>

#include "common/secret.h"

#define BLOCK 64

static uint32_t
rol(uint32_t x, unsigned by)
{
	return x << by | x >> (32 - by);
}

/* One of the three rounds, RFC 1320 3.4: which word comes when, and how far
 * it is turned. */
static void
round_of(uint32_t s[4], const uint32_t w[16], unsigned round)
{
	static const unsigned char order[3][16] = {
	    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	    {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15},
	    {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15},
	};
	static const unsigned char turn[3][4] = {
	    {3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
	static const uint32_t add[3] = {0, 0x5a827999, 0x6ed9eba1};
	unsigned i;

	for (i = 0; i < 16; i++) {
		uint32_t b = s[1], c = s[2], d = s[3], f;

		if (round == 0)
			f = (b & c) | (~b & d);
		else if (round == 1)
			f = (b & c) | (b & d) | (c & d);
		else
			f = b ^ c ^ d;
		f = rol(s[0] + f + w[order[round][i]] + add[round],
		    turn[round][i % 4]);
		s[0] = d;
		s[3] = c;
		s[2] = b;
		s[1] = f;
	}
}

static void
block(uint32_t s[4], const unsigned char *p)
{
	uint32_t w[16], t[4];
	unsigned i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] | (uint32_t)p[4 * i + 1] << 8 |
		       (uint32_t)p[4 * i + 2] << 16 |
		       (uint32_t)p[4 * i + 3] << 24;
	memcpy(t, s, sizeof(t));
	for (i = 0; i < 3; i++)
		round_of(t, w, i);
	for (i = 0; i < 4; i++)
		s[i] += t[i];
	mem_wipe(w, sizeof(w));
}

void
md4(const void *data, size_t n, unsigned char out[MD4_LEN])
{
	uint32_t s[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
	const unsigned char *p = data;
	unsigned char last[2 * BLOCK] = {0};
	uint64_t bits = (uint64_t)n * 8;
	size_t rest = n % BLOCK, size, i;

	for (i = 0; i + BLOCK <= n; i += BLOCK)
		block(s, p + i);
	if (rest > 0)
		memcpy(last, p + n - rest, rest);
	last[rest] = 0x80;
	size = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;
	for (i = 0; i < 8; i++)
		last[size - 8 + i] = (unsigned char)(bits >> (8 * i));
	for (i = 0; i < size; i += BLOCK)
		block(s, last + i);
	for (i = 0; i < MD4_LEN; i++)
		out[i] = (unsigned char)(s[i / 4] >> (8 * (i % 4)));
	mem_wipe(last, sizeof(last));
}
