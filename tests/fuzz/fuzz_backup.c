/* fuzz_backup.c - a backup that somebody gives to the page or the command.
 * The first byte chooses: the file as it is, or a right frame around the
 * rest, so that what is behind the checksum is reached. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/backup_file.h"
#include "common/buf.h"
#include "common/store_backup.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf body = BUF_INIT(BACKUP_MAX), file = BUF_INIT(BACKUP_MAX);
	unsigned char box[BACKUP_BOX_MAX];
	const struct backup_info *info;
	struct backup *b = NULL;
	struct errinfo ei;
	size_t i, n = 0;

	if (size == 0)
		return 0;
	if (buf_put(&body, data + 1, size - 1) != ERR_OK)
		goto out;
	if (data[0] != 'f') {
		if (backup_read(&b, buf_str(&body), body.len, &ei) != ERR_OK)
			goto refused;
	} else if (backup_file_frame(&file, &body, &ei) != ERR_OK ||
		   backup_read(&b, buf_str(&file), file.len, &ei) != ERR_OK) {
		goto refused;
	}
	info = backup_info(b);
	if (info->admins_n == 0 || info->boxes_n > BACKUP_BOXES_MAX)
		fatal("a backup that locks everybody out was taken");
	for (i = 0; i < info->boxes_n; i++)
		if (backup_box(b, i, box, &n, &ei) != ERR_OK || n == 0)
			fatal("box %zu is not there", i);
refused:
	if (b == NULL && !str_is_utf8(ei.text, strlen(ei.text)))
		fatal("a message that no page can show");
out:
	backup_free(b);
	buf_clear(&body);
	buf_clear(&file);
	return 0;
}
