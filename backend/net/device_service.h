/* device_service.h - jobs at the device of a workspace: what it is, and the
 * list of its meetings.  Runs in net, in the loop; see device_client.h for
 * what is said. */
#ifndef DEVICE_SERVICE_H
#define DEVICE_SERVICE_H

struct cred;
struct job;

/* Changes nothing at the device. */
void device_service_info(struct job *j, const struct cred *cred);
void device_service_put(struct job *j, const struct cred *cred);

#endif
