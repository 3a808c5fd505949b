#include "backend/engine/timer.h"

#include <uv.h>

#include "common/alloc.h"

struct timer {
	uv_timer_t uv; /* first: the handle is the timer */
	timer_fn fn;
	void *arg;
};

static void
on_timer(uv_timer_t *h)
{
	struct timer *t = (struct timer *)(void *)h;

	t->fn(t->arg);
}

static void
on_closed(uv_handle_t *h)
{
	mem_free(h);
}

struct timer *
timer_new(struct uv_loop_s *l, timer_fn fn, void *arg)
{
	struct timer *t = xalloc(sizeof(*t));

	if (uv_timer_init(l, &t->uv) != 0)
		fatal("timer: cannot be made");
	t->fn = fn;
	t->arg = arg;
	return t;
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	uv_timer_stop(&t->uv);
	uv_close((uv_handle_t *)&t->uv, on_closed);
}

void
timer_start(struct timer *t, uint64_t ms)
{
	/* The loop's idea of now is as old as this turn. */
	uv_update_time(t->uv.loop);
	if (uv_timer_start(&t->uv, on_timer, ms, 0) != 0)
		fatal("timer: cannot be started");
}

void
timer_stop(struct timer *t)
{
	uv_timer_stop(&t->uv);
}

bool
timer_is_set(const struct timer *t)
{
	return uv_is_active((const uv_handle_t *)&t->uv) != 0;
}
