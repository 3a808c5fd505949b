#include "backend/core/log_orders.h"

#include <unistd.h>

#include "common/ipc.h"
#include "common/log.h"
#include "common/log_line.h"

void
log_orders_levels(const struct msg_log_levels *m)
{
	enum log_level l;
	size_t i;

	log_set_level(LOG_L_INFO);
	for (i = 0; i < m->levels_n; i++)
		if ((l = log_level_of(m->levels[i].level)) != LOG_L__MAX)
			(void)log_set_module_level(m->levels[i].module, l);
}

void
log_orders_file(int fd)
{
	if (fd < 0)
		return;
	(void)dup2(fd, STDERR_FILENO);
	close(fd);
}
