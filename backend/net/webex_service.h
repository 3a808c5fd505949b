/* webex_service.h - jobs of the engine for Webex: the requests of each, one
 * after the other.  Runs in net, in the loop.
 * What is booked carries the engine's key as integration tag.  A booking
 * whose number the engine does not know is looked for by that before another
 * is made: so one that was made and never told, since something was killed,
 * is found again. */
#ifndef WEBEX_SERVICE_H
#define WEBEX_SERVICE_H

#include <stdint.h>

struct cred;
struct job;
struct msg_access;

uint64_t webex_service_cred(const void *msg);
const struct msg_access *webex_service_via(const void *msg);
void webex_service_stop(struct job *j);

void webex_service_token(struct job *j, const struct cred *cred);
void webex_service_sites(struct job *j, const struct cred *cred);
void webex_service_room(struct job *j, const struct cred *cred);
void webex_service_book(struct job *j, const struct cred *cred);
void webex_service_end(struct job *j, const struct cred *cred);

#endif
