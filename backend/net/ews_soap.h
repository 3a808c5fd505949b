/* ews_soap.h - the envelope of Exchange Web Services, both ways.  Pure; runs
 * in net.  SOAP 1.1 with any prefix; [MS-OXWSCDATA] headers.
 *
 * A request is ews_open(), the operation, ews_close().  An answer is
 * ews_reply_open(), which tells faults and errors by name in the evidence,
 * and a walk over its response message. */
#ifndef EWS_SOAP_H
#define EWS_SOAP_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_evidence;
struct xml_doc;
struct xml_node;
struct xml_writer;

#define EWS_NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define EWS_NS_M "http://schemas.microsoft.com/exchange/services/2006/messages"
#define EWS_NS_T "http://schemas.microsoft.com/exchange/services/2006/types"

/* mailbox: who is impersonated; "": nobody. */
void ews_open(struct xml_writer *w, const char *mailbox);
void ews_close(struct xml_writer *w);

struct ews_reply {
	struct xml_doc *doc;
	const struct xml_node *message; /* the first response message */
};

/* op: "Subscribe".  ERR_OK: the response message is there and says Success
 * or Warning.  Otherwise the evidence names the failure. */
enum err ews_reply_open(struct ews_reply *r, const char *op, const char *body,
    size_t n, struct msg_evidence *ev) ERR_CHECK;
/* The same, whatever the messages say, of which there may be many: the next
 * one is message->next, and ews_reply_item() tells what one says. */
enum err ews_reply_open_all(struct ews_reply *r, const char *op,
    const char *body, size_t n, struct msg_evidence *ev) ERR_CHECK;
enum err
ews_reply_item(const struct xml_node *msg, struct msg_evidence *ev) ERR_CHECK;
void ews_reply_close(struct ews_reply *r);
/* The same for a document that was parsed already; nothing is owned. */
enum err ews_reply_of(const struct xml_node **message, const char *op,
    const struct xml_doc *doc, struct msg_evidence *ev) ERR_CHECK;
/* Row of failure.def for a ResponseCode; "ews-error" when none is nearer. */
const char *ews_failure(const char *response_code);

#endif
