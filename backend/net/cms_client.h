/* cms_client.h - what is said to the API of a Cisco Meeting Server, and what
 * it answers.  Pure: bytes and structs, no socket.  Runs in net.  Answers are
 * hostile.
 * Source: Cisco Meeting Server API Reference (github.com/ciscocms/apiary,
 * apiary.apib), "coSpaces" and "System status". */
#ifndef CMS_CLIENT_H
#define CMS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct held;
struct msg_cms_booking;
struct msg_cms_version;

#define CMS_ANSWER_MAX (256u * 1024u) /* bytes of one answer */
#define CMS_URL_MAX 2048
#define CMS_FORM_MAX 8192
#define CMS_ID_MAX 128 /* bytes of an id; those seen are UUIDs */
#define CMS_NAME_MAX 200 /* bytes of a space's name */
#define CMS_PIN_DIGITS 8
#define CMS_USER_MAX 64 /* bytes before the "@" */

/* The part of the URI before the "@", from the engine's key: so the same
 * meeting has the same, and the server refuses a second.  ERR_ARG: the key is
 * not of letters and digits. */
enum err cms_user(char out[CMS_USER_MAX], const char *key) ERR_CHECK;
/* Digits that nobody can guess; sodium_init() was called. */
void cms_pin(char out[CMS_PIN_DIGITS + 1]);

/* "https://HOST:PORT/api/v1" and what follows; id "": the collection. */
enum err cms_url_space(
    struct buf *out, const char *host, uint32_t port, const char *id) ERR_CHECK;
enum err cms_url_find(struct buf *out, const char *host, uint32_t port,
    const char *user) ERR_CHECK;
enum err
cms_url_status(struct buf *out, const char *host, uint32_t port) ERR_CHECK;

/* A form; pin NULL: a change, which leaves PIN and URI alone. */
enum err cms_space_encode(struct buf *out, const char *title, const char *user,
    const char *key, const char *pin) ERR_CHECK;

enum err cms_version_decode(struct msg_cms_version *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
/* Fills all but the domain. */
enum err cms_space_decode(struct msg_cms_booking *out, const char *p, size_t n,
    struct errinfo *ei) ERR_CHECK;
/* What it is called now; nothing where that cannot be read. */
void cms_held_decode(struct held *out, const char *p, size_t n);
/* The id of the space of a list that has this URI; ERR_NOTFOUND. */
enum err cms_find_decode(char **id, const char *p, size_t n, const char *user,
    struct errinfo *ei) ERR_CHECK;
/* Out of the Location header of what was made. */
enum err
cms_location_id(char **id, const char *location, struct errinfo *ei) ERR_CHECK;
/* The name of the first failure, as "coSpaceDoesNotExist"; "": none. */
void cms_failure(char *out, size_t size, const char *p, size_t n);

#endif
