/* backup_reseal.c - see backup_reseal.h. */
#include "common/backup_reseal.h"

#include <string.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/keywrap.h"
#include "common/secret.h"
#include "common/store_backup.h"

static enum err
seal_passphrase(const unsigned char pk[SEAL_PK_LEN],
    const struct secret *passphrase, struct msg_reseal *q, struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_box(pk, KEYWRAP_BINDING, passphrase, box, &n, ei)) !=
	    ERR_OK)
		return e;
	if ((q->passphrase.p = try_alloc(n)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	memcpy(q->passphrase.p, box, n);
	q->passphrase.n = n;
	return ERR_OK;
}

static enum err
fill_boxes(const struct backup *b, struct msg_reseal *q, struct errinfo *ei)
{
	const struct backup_info *i = backup_info(b);
	unsigned char box[BACKUP_BOX_MAX];
	size_t k, n;
	enum err e;

	if ((q->wrapped.p = try_alloc(i->key_len)) == NULL ||
	    (i->boxes_n > 0 &&
		(q->boxes = try_alloc(i->boxes_n * sizeof(*q->boxes))) == NULL))
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	memcpy(q->wrapped.p, i->key, i->key_len);
	q->wrapped.n = i->key_len;
	q->boxes_n = i->boxes_n;
	for (k = 0; k < i->boxes_n; k++) {
		n = 0;
		if ((e = backup_box(b, k, box, &n, ei)) != ERR_OK)
			return e;
		if ((q->boxes[k].box.p = try_alloc(n + 1)) == NULL)
			return err_set(
			    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
		memcpy(q->boxes[k].box.p, box, n);
		q->boxes[k].box.n = n;
	}
	return ERR_OK;
}

enum err
backup_reseal_ask(const struct backup *b, const unsigned char pk[SEAL_PK_LEN],
    const struct secret *passphrase, struct msg_reseal *q, struct errinfo *ei)
{
	enum err e = seal_passphrase(pk, passphrase, q, ei);

	return e == ERR_OK ? fill_boxes(b, q, ei) : e;
}

enum err
backup_reseal_take(struct backup *b, const struct msg_resealed *got,
    size_t *lost, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	if (got->boxes_n != backup_info(b)->boxes_n)
		return err_set(
		    ei, ERR_PROTO, "%s", err_default_text(ERR_PROTO));
	for (i = 0; e == ERR_OK && i < got->boxes_n; i++) {
		*lost += got->boxes[i].box.n == 0;
		e = backup_box_set(
		    b, i, got->boxes[i].box.p, got->boxes[i].box.n, ei);
	}
	return e;
}

enum err
backup_reseal_drop(struct backup *b, size_t *lost, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < backup_info(b)->boxes_n; i++, ++*lost)
		e = backup_box_set(b, i, "", 0, ei);
	return e;
}
