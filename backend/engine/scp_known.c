#include "backend/engine/scp_known.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

struct scp_known_row {
	char *domain;
	struct strlist urls;
	uint64_t until_ms;
};

static struct scp_known_row *
find(const struct scp_known *k, const char *domain)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (str_caseeq(k->v[i].domain, domain))
			return &k->v[i];
	return NULL;
}

const struct strlist *
scp_known_get(const struct scp_known *k, const char *domain)
{
	const struct scp_known_row *r = find(k, domain);

	return r != NULL && r->until_ms > clock_mono_ms() ? &r->urls : NULL;
}

static void
row_clear(struct scp_known_row *r)
{
	mem_free(r->domain);
	strlist_clear(&r->urls);
	memset(r, 0, sizeof(*r));
}

/* A row for another domain: a new one, or that of the domain whose time is
 * up first. */
static struct scp_known_row *
row_new(struct scp_known *k)
{
	struct scp_known_row *r;
	size_t i;

	if (k->v == NULL)
		k->v = xcalloc(SCP_KNOWN_MAX, sizeof(*k->v));
	if (k->n < SCP_KNOWN_MAX)
		return &k->v[k->n++];
	r = k->v;
	for (i = 1; i < k->n; i++)
		if (k->v[i].until_ms < r->until_ms)
			r = &k->v[i];
	row_clear(r);
	return r;
}

void
scp_known_put(struct scp_known *k, const char *domain,
    const struct msg_scp_result *m, uint64_t life_ms)
{
	struct scp_known_row *r = find(k, domain);
	size_t i;

	if (r == NULL) {
		r = row_new(k);
		r->domain = xstrdup(domain);
	}
	strlist_clear(&r->urls);
	for (i = 0; m != NULL && i < m->urls_n; i++)
		if (strlist_add(&r->urls, m->urls[i].url) != ERR_OK)
			return; /* not remembered: it is asked again */
	r->until_ms = clock_mono_ms() + life_ms;
}

void
scp_known_clear(struct scp_known *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		row_clear(&k->v[i]);
	mem_free(k->v);
	k->v = NULL;
	k->n = 0;
}
