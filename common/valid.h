/* valid.h - is this text a mail address, host name, domain, site, name?
 * Pure.  Each says in errinfo what is wrong, in the words of a page. */
#ifndef VALID_H
#define VALID_H

#include "common/err.h"

#define VALID_EMAIL_MAX 254 /* RFC 5321 4.5.3.1.3, less the brackets */
#define VALID_EMAILS_MAX 5 /* addresses in a list */
#define VALID_HOST_MAX 253 /* RFC 1035 2.3.4 */
#define VALID_NAME_MAX 128 /* characters of a display name */
#define VALID_ACCOUNT_MAX 256
#define VALID_URL_MAX 2048
#define VALID_SITE_MAX 63 /* characters: a site is one label */
#define VALID_PASSWORD_MIN 12 /* characters */
#define VALID_PASSWORD_MAX 1024 /* bytes */

enum err valid_email(const char *s, struct errinfo *ei) ERR_CHECK;
/* One or more of them, "," and spaces between. */
enum err valid_emails(const char *s, struct errinfo *ei) ERR_CHECK;
enum err valid_host(const char *s, struct errinfo *ei) ERR_CHECK; /* FQDN */
/* IPv4, IPv6 (no zone) or FQDN, with no scheme, port or path. */
enum err valid_address(const char *s, struct errinfo *ei) ERR_CHECK;
/* user@domain or DOMAIN\user */
enum err valid_account(const char *s, struct errinfo *ei) ERR_CHECK;
enum err valid_name(const char *s, struct errinfo *ei) ERR_CHECK;
enum err valid_site(const char *s, struct errinfo *ei) ERR_CHECK; /* AD site */
enum err valid_https_url(const char *s, struct errinfo *ei) ERR_CHECK;
/* user@host, digits@host or a SIP/SIPS URI */
enum err valid_video_address(const char *s, struct errinfo *ei) ERR_CHECK;
/* 32 hex digits in groups of 8, 4, 4, 4 and 12 ([MS-DTYP] 2.3.4.3, without
 * braces) */
enum err valid_guid(const char *s, struct errinfo *ei) ERR_CHECK;
/* A password for another system: any text of one line. */
enum err valid_secret(const char *s, struct errinfo *ei) ERR_CHECK;
/* At least 12 characters, not one of the common ones, not the name. */
enum err valid_new_password(
    const char *s, const char *account, struct errinfo *ei) ERR_CHECK;

#endif
