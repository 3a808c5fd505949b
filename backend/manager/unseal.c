/* unseal.c - see unseal.h. */
#include "config.h"

#include "backend/manager/unseal.h"

#include <string.h>

#include "common/alloc.h"
#include "common/conf.h"
#include "common/seal.h"
#include "common/secret.h"

struct unseal {
	unsigned char pk[SEAL_PK_LEN];
	struct secret sk; /* SEAL_SK_LEN bytes */
};

enum err
unseal_new(struct unseal **out, const struct conf *c, struct errinfo *ei)
{
	unsigned char sk[SEAL_SK_LEN];
	struct unseal *u = xalloc(sizeof(*u));
	enum err e;

	if ((e = seal_pk_load(c->seal_pk, u->pk, ei)) != ERR_OK ||
	    (e = seal_sk_load(c->seal_sk, sk, ei)) != ERR_OK)
		goto out;
	e = secret_set(&u->sk, sk, sizeof(sk));
	mem_wipe(sk, sizeof(sk));
	if (e != ERR_OK) {
		(void)err_set(ei, e, "no memory for the opening key");
		goto out;
	}
	*out = u;
	u = NULL;
out:
	unseal_free(u);
	return e;
}

void
unseal_free(struct unseal *u)
{
	if (u == NULL)
		return;
	secret_clear(&u->sk);
	mem_free(u);
}

enum err
unseal_open(const struct unseal *u, const char *binding,
    const unsigned char *box, size_t n, struct secret *out, struct errinfo *ei)
{
	if (binding == NULL || *binding == '\0')
		return err_set(ei, ERR_BOUND,
		    "the credential is asked for without saying for what");
	return seal_open(u->pk, u->sk.p, binding, box, n, out, ei);
}

void
unseal_keys(const struct unseal *u, unsigned char pk[SEAL_PK_LEN],
    unsigned char sk[SEAL_SK_LEN])
{
	memcpy(pk, u->pk, SEAL_PK_LEN);
	memcpy(sk, u->sk.p, SEAL_SK_LEN);
}
