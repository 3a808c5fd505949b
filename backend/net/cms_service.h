/* cms_service.h - jobs of the engine for a Cisco Meeting Server.  Runs in
 * net, in the loop.
 * A space is one meeting's own, with a PIN of its own.  Its address is made of
 * the engine's key, so a space that was made and never told is found. */
#ifndef CMS_SERVICE_H
#define CMS_SERVICE_H

#include <stdint.h>

struct cred;
struct job;
struct msg_access;

uint64_t cms_service_cred(const void *msg);
const struct msg_access *cms_service_via(const void *msg);

void cms_service_version(struct job *j, const struct cred *cred);
void cms_service_book(struct job *j, const struct cred *cred);
void cms_service_end(struct job *j, const struct cred *cred);

#endif
