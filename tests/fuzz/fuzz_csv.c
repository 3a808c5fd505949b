/* fuzz_csv.c - any bytes as a file of users; what is read can be written,
 * and read again as the same. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/user_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_row(struct buf *b, const struct user_csv_row *row)
{
	struct user u;
	size_t i;

	user_init(&u);
	for (i = 0; user_csv_key(i) != NULL; i++)
		if (row->value[i] != NULL && strcmp(user_csv_key(i), "enabled"))
			(void)!user_set(
			    &u, user_csv_key(i), row->value[i], NULL);
	if (user_csv_put_head(b) != ERR_OK || user_csv_put(b, &u) != ERR_OK)
		fatal("a row cannot be written");
	user_clear(&u);
}

static void
check_again(const struct user_csv_row *row)
{
	struct buf b = BUF_INIT(1048576);
	struct user_csv c = {.n = 0};
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	write_row(&b, row);
	if (user_csv_parse(&c, buf_str(&b), b.len, &ei) != ERR_OK)
		fatal("what was written cannot be read: %s", ei.text);
	if (c.n != 1 || c.ignored.n != 0)
		fatal("one row became %zu", c.n);
	for (i = 0; user_csv_key(i) != NULL; i++)
		if (row->value[i] != NULL &&
		    strcmp(user_csv_key(i), "enabled") != 0 &&
		    strcmp(row->value[i], c.v[0].value[i]) != 0)
			fatal("a cell has changed");
	user_csv_clear(&c);
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct user_csv c = {.n = 0};
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	if (user_csv_parse(&c, (const char *)data, size, &ei) != ERR_OK)
		return 0;
	for (i = 0; i < c.n && i < 4; i++)
		check_again(&c.v[i]);
	user_csv_clear(&c);
	return 0;
}
