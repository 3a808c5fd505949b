/* fuzz_ntlm.c - a server's NTLM challenge, and what is answered to it. */
#include <stdint.h>
#include <string.h>

#include "backend/net/ntlm.h"
#include "common/alloc.h"
#include "common/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Type 3 with all fields inside the message. */
static void
check(const struct buf *b)
{
	const unsigned char *p = (const unsigned char *)b->p;
	size_t at;

	if (b->len < 88 || p[8] != 3)
		fatal("a message that is none");
	for (at = 12; at < 60; at += 8) {
		size_t n = (size_t)p[at] | (size_t)p[at + 1] << 8;
		size_t where = (size_t)p[at + 4] | (size_t)p[at + 5] << 8;

		if (n > 0 && (where < 88 || where + n > b->len))
			fatal("a field outside of its message");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(NTLM_MESSAGE_MAX);
	struct ntlm_challenge c;
	struct ntlm_answer a = {
	    .account = "LAB\\user",
	    .password = "password",
	    .spn = "HTTP/mail.lab.example",
	    .negotiate = "NTLMSSP",
	    .negotiate_len = 8,
	    .challenge = data,
	    .challenge_len = size,
	};

	if (ntlm_challenge_parse(&c, data, size) != ERR_OK)
		return 0;
	if (c.info != NULL && (c.info < data || c.info_len < 4 ||
				  c.info + c.info_len > data + size))
		fatal("pairs outside of their message");
	if (ntlm_authenticate(&out, &a) == ERR_OK)
		check(&out);
	buf_clear(&out);
	return 0;
}
