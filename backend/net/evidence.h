/* evidence.h - filling struct msg_evidence: what was seen, by whom it is
 * to be understood.  Pure; runs in net.  Text from outside is clipped to its
 * field, and made valid UTF-8 without control characters. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct msg_evidence;

/* Limits of the fields, as in ipc_msg.def. */
#define EV_DETAIL_MAX 512
#define EV_URL_MAX 2048
#define EV_REMOTE_MAX 64
#define EV_AUTH_OFFERED_MAX 128
#define EV_AUTH_TRIED_MAX 512
#define EV_CONTENT_TYPE_MAX 128
#define EV_SOAP_CODE_MAX 128
#define EV_SOAP_TEXT_MAX 512
#define EV_VERSION_MAX 64
#define EV_CERTS_MAX 10

/* The row of failure.def gives the code; the first failure named stays. */
void evidence_fail(struct msg_evidence *ev, const char *failure,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool evidence_failed(const struct msg_evidence *ev);
/* ERR_* of a decoder or the like, where no row says more. */
void evidence_fail_err(struct msg_evidence *ev, enum err e, const char *text);
/* Forgets the failure, keeps what was seen. */
void evidence_forgive(struct msg_evidence *ev);

/* What a decoder has found goes to the facts of the transport: version,
 * codes and, when it failed, the failure, which is nearer to the cause. */
void evidence_merge(struct msg_evidence *to, struct msg_evidence *from);

/* Replaces *to; NULL when memory is out, which reads as "".  Foreign text is
 * cleaned as said above. */
void evidence_text(char **to, const char *s, size_t max);
/* An identifier that must come back as it was: not clipped, not cleaned.
 * ERR_TOOBIG when longer than max. */
enum err evidence_id(char **to, const char *s, size_t max) ERR_CHECK;

#endif
