/* ldap_ad.c - see ldap_ad.h.  The numbers are those of [MS-ERREF] 2.2, in
 * hexadecimal. */
#include "config.h"

#include "backend/net/ldap_ad.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	unsigned long code;
	const char *failure;
} codes[] = {
    {0x525, "ldap-account-unknown"}, /* ERROR_NO_SUCH_USER */
    {0x52e, "ldap-bind"}, /* ERROR_LOGON_FAILURE */
    {0x530, "ldap-logon-hours"}, /* ERROR_INVALID_LOGON_HOURS */
    {0x531, "ldap-workstation"}, /* ERROR_INVALID_WORKSTATION */
    {0x532, "ldap-password-expired"}, /* ERROR_PASSWORD_EXPIRED */
    {0x533, "ldap-account-disabled"}, /* ERROR_ACCOUNT_DISABLED */
    {0x701, "ldap-account-expired"}, /* ERROR_ACCOUNT_EXPIRED */
    {0x773, "ldap-password-change"}, /* ERROR_PASSWORD_MUST_CHANGE */
    {0x775, "ldap-account-locked"}, /* ERROR_ACCOUNT_LOCKED_OUT */
};

const char *
ldap_ad_failure(const char *text)
{
	const char *p = strstr(text, "data ");
	unsigned long code;
	char *end;
	size_t i;

	if (p == NULL)
		return NULL;
	p += strlen("data ");
	code = strtoul(p, &end, 16);
	if (end == p)
		return NULL;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == code)
			return codes[i].failure;
	return NULL;
}
