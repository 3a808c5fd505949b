#include "backend/engine/hist.h"

#include <stddef.h>

/* What is above the last counts as it. */
static const uint32_t upper_ms[HIST_CLASSES] = {1, 2, 3, 5, 7, 10, 15, 20, 30,
    50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000,
    10000, 20000, 60000, 600000, 3600000};

void
hist_add(struct hist *h, uint64_t ms)
{
	size_t i = 0;

	while (i + 1 < HIST_CLASSES && ms > upper_ms[i])
		i++;
	if (h->n[i] < UINT32_MAX)
		h->n[i]++;
}

void
hist_join(struct hist *to, const struct hist *from)
{
	size_t i;

	for (i = 0; i < HIST_CLASSES; i++)
		to->n[i] = from->n[i] > UINT32_MAX - to->n[i]
			       ? UINT32_MAX
			       : to->n[i] + from->n[i];
}

uint64_t
hist_count(const struct hist *h)
{
	uint64_t all = 0;
	size_t i;

	for (i = 0; i < HIST_CLASSES; i++)
		all += h->n[i];
	return all;
}

uint32_t
hist_upto(const struct hist *h, unsigned permille)
{
	uint64_t want = (hist_count(h) * permille + 999) / 1000, seen = 0;
	size_t i;

	for (i = 0; i < HIST_CLASSES && want > 0; i++)
		if ((seen += h->n[i]) >= want)
			return upper_ms[i];
	return 0;
}
