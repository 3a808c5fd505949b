/* ldap_ad.h - what Active Directory says of an account that it refuses.
 * Pure; runs in net.  The text is hostile. */
#ifndef LDAP_AD_H
#define LDAP_AD_H

/* The row of failure.def for a text such as "80090308: LdapErr: ..., comment:
 * AcceptSecurityContext error, data 52e, v1db1", or NULL. */
const char *ldap_ad_failure(const char *text);

#endif
