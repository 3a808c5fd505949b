/* hist.h - how long things took, counted in classes that grow by about a
 * half: enough for a percentile, a hundred bytes for any number of them.
 * Engine; pure. */
#ifndef HIST_H
#define HIST_H

#include <stdint.h>

#define HIST_CLASSES 28

struct hist {
	uint32_t n[HIST_CLASSES];
};

void hist_add(struct hist *h, uint64_t ms);
void hist_join(struct hist *to, const struct hist *from);
uint64_t hist_count(const struct hist *h);
/* The upper end, in ms, of the class in which the given part of 1000 ends;
 * 0 where nothing was counted. */
uint32_t hist_upto(const struct hist *h, unsigned permille);

#endif
