/* deaths.c - see deaths.h. */
#include "config.h"

#include "backend/manager/deaths.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

static struct deaths_row *
row_of(struct deaths *d, const char *program)
{
	size_t i;

	for (i = 0; i < DEATHS_PROGRAMS; i++)
		if (d->rows[i].program == NULL ||
		    str_eq(d->rows[i].program, program))
			return &d->rows[i];
	return NULL;
}

static uint32_t
of_late(const struct deaths_row *r, uint64_t now_ms)
{
	uint32_t n = 0;

	while (n < r->n && now_ms - r->at_ms[n] < DEATHS_WITHIN_MS)
		n++;
	return n;
}

void
deaths_add(struct deaths *d, const char *program, const char *why,
    uint64_t now_ms, int64_t wall_s)
{
	struct deaths_row *r = row_of(d, program);

	if (r == NULL)
		return;
	r->program = program;
	memmove(&r->at_ms[1], &r->at_ms[0],
	    (DEATHS_KEPT - 1) * sizeof(r->at_ms[0]));
	r->at_ms[0] = now_ms;
	if (r->n < DEATHS_KEPT)
		r->n++;
	r->last_s = wall_s;
	(void)snprintf(r->why, sizeof(r->why), "%s", why);
}

bool
deaths_changed(struct deaths *d, uint64_t now_ms)
{
	uint32_t often = 0;
	bool changed;
	size_t i;

	for (i = 0; i < DEATHS_PROGRAMS; i++)
		if (of_late(&d->rows[i], now_ms) >= DEATHS_KEPT)
			often |= 1u << i;
	changed = often != d->told;
	d->told = often;
	return changed;
}

enum err
deaths_fill(const struct deaths *d, struct msg_deaths *out, uint64_t now_ms)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->rows = try_alloc(DEATHS_PROGRAMS * sizeof(*out->rows));
	if (out->rows == NULL)
		return ERR_NOMEM;
	for (i = 0; i < DEATHS_PROGRAMS; i++) {
		const struct deaths_row *r = &d->rows[i];
		struct msg_death *m = &out->rows[out->rows_n];
		const uint32_t n = of_late(r, now_ms);

		if (n == 0)
			continue;
		out->rows_n++;
		m->n = n;
		m->last_s = r->last_s;
		if ((m->program = try_strdup(r->program)) == NULL ||
		    (m->why = try_strdup(r->why)) == NULL) {
			msg_deaths_free(out);
			return ERR_NOMEM;
		}
	}
	return ERR_OK;
}
