/* rekey.c - see rekey.h. */
#include "config.h"

#include "backend/manager/rekey.h"

#include <stdbool.h>
#include <string.h>
#include <uv.h>

#include "backend/manager/unseal.h"
#include "common/alloc.h"
#include "common/keywrap.h"
#include "common/secret.h"

struct rekey {
	uv_work_t work;
	struct uv_loop_s *loop;
	const struct unseal *unseal;
	rekey_done_fn done;
	void *arg;
	/* the job, the thread's while it runs */
	bool busy, is_wrap;
	uint64_t token;
	struct msg_key_wrap wrap;
	struct msg_reseal reseal;
	unsigned char wrapped[KEYWRAP_LEN];
	struct msg_resealed resealed;
	enum err e;
	struct errinfo ei;
};

static void
do_wrap(struct rekey *r)
{
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN];

	unseal_keys(r->unseal, pk, sk);
	r->e = keywrap_make(sk, &r->wrap.passphrase, r->wrapped, &r->ei);
	mem_wipe(sk, sizeof(sk));
}

/* One that cannot be opened becomes an empty one. */
static enum err
reseal_one(const struct msg_sealed *from, struct msg_sealed *to,
    const unsigned char *pk, const unsigned char *sk,
    const unsigned char *to_pk)
{
	unsigned char box[SEAL_BOX_MAX];
	size_t n = 0;
	enum err e;

	e = keywrap_reseal(pk, sk, from->box.p, from->box.n, to_pk, box, &n);
	if (e == ERR_AUTH || n == 0)
		return e == ERR_AUTH ? ERR_OK : e;
	if ((to->box.p = try_alloc(n)) == NULL)
		return ERR_NOMEM;
	memcpy(to->box.p, box, n);
	to->box.n = n;
	return ERR_OK;
}

static void
do_reseal(struct rekey *r)
{
	unsigned char pk[SEAL_PK_LEN], sk[SEAL_SK_LEN], own_pk[SEAL_PK_LEN];
	unsigned char own_sk[SEAL_SK_LEN];
	struct msg_reseal *m = &r->reseal;
	struct secret passphrase = SECRET_INIT;
	size_t i;

	unseal_keys(r->unseal, own_pk, own_sk);
	mem_wipe(own_sk, sizeof(own_sk));
	r->e = unseal_open(r->unseal, KEYWRAP_BINDING, m->passphrase.p,
	    m->passphrase.n, &passphrase, &r->ei);
	if (r->e == ERR_OK)
		r->e = keywrap_open(
		    m->wrapped.p, m->wrapped.n, &passphrase, pk, sk, &r->ei);
	secret_clear(&passphrase);
	if (r->e == ERR_OK && m->boxes_n > 0) {
		r->resealed.boxes =
		    try_alloc(m->boxes_n * sizeof(*r->resealed.boxes));
		if (r->resealed.boxes == NULL)
			r->e = ERR_NOMEM;
		else
			r->resealed.boxes_n = m->boxes_n;
	}
	for (i = 0; r->e == ERR_OK && i < m->boxes_n; i++)
		r->e = reseal_one(
		    &m->boxes[i], &r->resealed.boxes[i], pk, sk, own_pk);
	mem_wipe(sk, sizeof(sk));
}

static void
work(uv_work_t *w)
{
	struct rekey *r = w->data;

	if (r->is_wrap)
		do_wrap(r);
	else
		do_reseal(r);
}

static void
done(uv_work_t *w, int status)
{
	struct rekey *r = w->data;
	struct msg_key_wrapped m = {.wrapped = {r->wrapped, KEYWRAP_LEN}};
	const void *msg = r->is_wrap ? (const void *)&m : &r->resealed;

	if (status != 0)
		r->e = ERR_CANCELLED;
	r->busy = false;
	r->done(r->arg, r->token, r->is_wrap ? IPC_KEY_WRAPPED : IPC_RESEALED,
	    r->e == ERR_OK ? msg : NULL, r->e,
	    r->ei.code == r->e ? r->ei.text : err_default_text(r->e));
	msg_key_wrap_free(&r->wrap);
	msg_reseal_free(&r->reseal);
	msg_resealed_free(&r->resealed);
}

static enum err
begin(struct rekey *r, uint64_t token, bool is_wrap, struct errinfo *ei)
{
	r->token = token;
	r->is_wrap = is_wrap;
	r->e = ERR_OK;
	memset(&r->ei, 0, sizeof(r->ei));
	r->work.data = r;
	if (uv_queue_work(r->loop, &r->work, work, done) != 0) {
		msg_key_wrap_free(&r->wrap);
		msg_reseal_free(&r->reseal);
		return err_set(ei, ERR_SYS, "no worker thread");
	}
	r->busy = true;
	return ERR_OK;
}

enum err
rekey_wrap(
    struct rekey *r, uint64_t token, struct msg_key_wrap *m, struct errinfo *ei)
{
	if (r->busy)
		return err_set(
		    ei, ERR_BUSY, "Another passphrase is worked on.");
	r->wrap = *m;
	memset(m, 0, sizeof(*m));
	return begin(r, token, true, ei);
}

enum err
rekey_reseal(
    struct rekey *r, uint64_t token, struct msg_reseal *m, struct errinfo *ei)
{
	if (r->busy)
		return err_set(
		    ei, ERR_BUSY, "Another passphrase is worked on.");
	r->reseal = *m;
	memset(m, 0, sizeof(*m));
	return begin(r, token, false, ei);
}

struct rekey *
rekey_new(
    struct uv_loop_s *loop, const struct unseal *u, rekey_done_fn fn, void *arg)
{
	struct rekey *r = xalloc(sizeof(*r));

	r->loop = loop;
	r->unseal = u;
	r->done = fn;
	r->arg = arg;
	return r;
}

void
rekey_free(struct rekey *r)
{
	mem_free(r);
}
