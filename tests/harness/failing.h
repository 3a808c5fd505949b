/* failing.h - linked into a test program: of the system calls that it and its
 * libraries make, the n-th fails once.  Tests only. */
#ifndef FAILING_H
#define FAILING_H

/* From now on: open, read, write, fsync, ftruncate, their kin at an offset,
 * socket, connect, send and receive.  0: none. */
void failing_arm(unsigned n);
/* True: it came to that. */
int failing_disarm(void);

#endif
