/* clock.h - time.  Tests can set it; nothing else reads the system clock. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>
#include <stdint.h>

uint64_t clock_mono_ms(void); /* never jumps */
uint64_t clock_wall_ms(void); /* since 1970, UTC */
int64_t clock_wall_s(void);
void clock_fake(uint64_t mono_ms, uint64_t wall_ms); /* tests; 0,0: real */

#define CLOCK_TEXT_MAX 32
/* "2026-11-22T06:01:59Z" and, with ms, "2026-11-22T06:01:59.123Z" */
void clock_iso(int64_t wall_s, char out[CLOCK_TEXT_MAX]);
void clock_iso_ms(uint64_t wall_ms, char out[CLOCK_TEXT_MAX]);
/* Local time as "2026-11-22 08:01:59 +02:00" for pages. */
void clock_local(int64_t wall_s, char out[CLOCK_TEXT_MAX]);

#endif
