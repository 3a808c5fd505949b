/* webex_client.h - what is said to the Webex REST API, and what it answers.
 * Pure: bytes and structs, no socket.  Runs in net.  Answers are hostile:
 * sizes, depth and lengths are limited, what is no text is left out.
 * Source: the public OpenAPI description (github.com/webex/
 * webex-openapi-specs, public-spec/webex-meeting.json and
 * webex-messaging.json, CC-BY-4.0) and developer.webex.com. */
#ifndef WEBEX_CLIENT_H
#define WEBEX_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/secret.h"

struct buf;
struct held;
struct msg_confer_exception;
struct msg_webex_book;
struct msg_webex_booking;
struct msg_webex_sites;
struct strlist;

/* The one host of the API; the password is bound to the service, and the
 * service is here. */
#define WEBEX_HOST "webexapis.com"
#define WEBEX_API "https://" WEBEX_HOST "/v1"

#define WEBEX_ANSWER_MAX (1024u * 1024u) /* bytes of one answer */
#define WEBEX_URL_MAX 8192 /* bytes */
#define WEBEX_BODY_MAX 65536u /* bytes of a request */
#define WEBEX_ID_MAX 512 /* bytes of an id; those seen have 32 to 100 */
#define WEBEX_TITLE_MAX 128 /* characters, OAS "title" */
#define WEBEX_SHORTEST_S 600 /* a meeting lasts 10 minutes at least */
#define WEBEX_LONGEST_S 86340 /* and 23 h 59 min at most */

/* What came for a refresh token, RFC 6749 5.1. */
struct webex_grant {
	struct secret access, refresh; /* refresh may be empty: as it was */
	int64_t access_s, refresh_s; /* until they end; 0: not said */
	char *scopes; /* one blank between; "": not said */
};

/* A form of RFC 6749 6; out is to be wiped. */
enum err webex_refresh_encode(struct buf *out, const char *client_id,
    const char *client_secret, const char *refresh_token) ERR_CHECK;
enum err webex_grant_decode(struct webex_grant *out, const char *p, size_t n,
    struct errinfo *ei) ERR_CHECK;
void webex_grant_clear(struct webex_grant *g);

/* URLs; each value is escaped.  out is emptied first. */
enum err webex_url_sites(struct buf *out, const char *person) ERR_CHECK;
enum err
webex_url_room(struct buf *out, const char *person, const char *site) ERR_CHECK;
enum err
webex_url_find(struct buf *out, const char *person, const char *tag) ERR_CHECK;
enum err webex_url_meeting_read(
    struct buf *out, const char *id, const char *person) ERR_CHECK;
/* id "": the collection. */
enum err webex_url_meeting(struct buf *out, const char *id) ERR_CHECK;
/* Meetings of a series that begin from from_s on, before to_s; 0: no end. */
enum err webex_url_parts(struct buf *out, const char *series,
    const char *person, int64_t from_s, int64_t to_s) ERR_CHECK;
#define WEBEX_PARTS_MAX 100 /* of one answer, OAS "max" */
enum err webex_url_meeting_end(
    struct buf *out, const char *id, const char *person) ERR_CHECK;
enum err webex_url_space(struct buf *out, const char *id) ERR_CHECK;
enum err webex_url_spaces(struct buf *out) ERR_CHECK;
enum err webex_url_members(struct buf *out, const char *space) ERR_CHECK;
enum err webex_url_space_meetings(struct buf *out, const char *space) ERR_CHECK;

/* is_new: POST; else PATCH, which leaves alone what never changes.  space: a
 * meeting of this space, or "". */
enum err webex_meeting_encode(struct buf *out, const struct msg_webex_book *m,
    const char *space, bool is_new) ERR_CHECK;
/* Of one of a series, which differs. */
enum err webex_part_encode(struct buf *out, const struct msg_webex_book *m,
    const struct msg_confer_exception *x) ERR_CHECK;
enum err webex_space_encode(struct buf *out, const char *title) ERR_CHECK;
enum err webex_member_encode(
    struct buf *out, const char *space, const char *email) ERR_CHECK;

/* What a meeting is asked to be, and what the answer says that it is. */
void webex_held_want(struct held *out, const struct msg_webex_book *m);
enum err webex_held_decode(
    struct held *out, const char *p, size_t n, struct errinfo *ei) ERR_CHECK;

/* Of one meeting, or of a Personal Room: what a join block needs. */
enum err webex_meeting_decode(struct msg_webex_booking *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
enum err webex_room_decode(struct msg_webex_booking *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
/* The first of a list that carries the tag; ERR_NOTFOUND: none does. */
enum err webex_found_decode(struct msg_webex_booking *out, const char *p,
    size_t n, const char *tag, struct errinfo *ei) ERR_CHECK;
/* One of a list: which began at original_s as the series has it.  *is_same:
 * it is there already as x wants it.  ERR_NOTFOUND. */
enum err webex_part_decode(char **id, bool *is_same, const char *p, size_t n,
    const struct msg_confer_exception *x, struct errinfo *ei) ERR_CHECK;
enum err webex_sites_decode(struct msg_webex_sites *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
/* "id" of what was made. */
enum err webex_id_decode(
    char **out, const char *p, size_t n, struct errinfo *ei) ERR_CHECK;
/* Values of one member of each row of "items", in their order; a row that
 * lacks it is left out. */
enum err webex_items_decode(struct strlist *out, const char *p, size_t n,
    const char *member, struct errinfo *ei) ERR_CHECK;
/* Ids of spaces of this title that were made at since_s or later. */
enum err webex_spaces_decode(struct strlist *out, const char *p, size_t n,
    const char *title, int64_t since_s, struct errinfo *ei) ERR_CHECK;
/* One line of what Webex says of a refusal, for a person; "" where it says
 * nothing that can be read. */
void webex_error_text(char *out, size_t size, const char *p, size_t n);

#endif
