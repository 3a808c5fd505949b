/* log_orders.h - what the manager says about a daemon's log: levels of
 * modules, and another file after a rotation. */
#ifndef LOG_ORDERS_H
#define LOG_ORDERS_H

struct msg_log_levels;

/* Those that are not named go back to INFO. */
void log_orders_levels(const struct msg_log_levels *m);
/* Lines go to fd from now on; closes it.  -1 is ignored. */
void log_orders_file(int fd);

#endif
