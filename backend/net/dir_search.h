/* dir_search.h - entries of the directory that become users.
 * Runs in net: made and given out on the loop, filled in a worker thread that
 * blocks.  What the directory says is hostile: a value that is no text or is
 * longer than its field is left out, and so is an entry without an address. */
#ifndef DIR_SEARCH_H
#define DIR_SEARCH_H

#include <stddef.h>

#include "common/err.h"

struct dir_search; /* opaque */
struct ldap_link;
struct msg_dir_job;
struct msg_dir_page;
struct msg_dir_result;
struct msg_scp_result;

#define DIR_ENTRIES_MAX 100000
#define DIR_BYTES_MAX (64u * 1024u * 1024u) /* of all values */
#define DIR_PAGE 500 /* entries that the server gives at a time */
#define DIR_SERVER_MS 90000 /* for one server */

/* Counted, on the loop only: the job has it, and the query that a worker
 * runs.  ERR_ARG: base, filter or an attribute is none. */
enum err dir_search_new(struct dir_search **out, const struct msg_dir_job *m,
    struct errinfo *ei) ERR_CHECK;
struct dir_search *dir_search_ref(struct dir_search *d);
void dir_search_unref(void *d); /* NULL is fine */

/* As of struct scp_instead: searches from the beginning. */
enum err dir_search_run(
    void *d, struct ldap_link *l, struct msg_scp_result *r) ERR_CHECK;

/* The next entries, borrowed from d; none are left where n is 0. */
void dir_search_page(struct dir_search *d, struct msg_dir_page *out);
void dir_search_took(struct dir_search *d, size_t n);
void dir_search_tell(const struct dir_search *d, struct msg_dir_result *out);

#endif
