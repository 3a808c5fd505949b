/* timer.h - one-shot timers that can be freed at any moment, from within
 * their own call too.  Engine; on the loop. */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer; /* opaque */
struct uv_loop_s;

typedef void (*timer_fn)(void *arg);

struct timer *timer_new(struct uv_loop_s *l, timer_fn fn, void *arg);
void timer_free(struct timer *t); /* NULL is fine; fn is not called */
void timer_start(struct timer *t, uint64_t ms); /* anew when it runs */
void timer_stop(struct timer *t);
bool timer_is_set(const struct timer *t);

#endif
