/* query_mode.h - how the directory is asked: the words of the setting
 * query_mode.  Pure; runs in web, ctl, engine and net. */
#ifndef QUERY_MODE_H
#define QUERY_MODE_H

enum query_mode {
	QUERY_LDAP, /* port 389, signed and sealed by Kerberos or NTLM */
	QUERY_STARTTLS, /* port 389, then TLS and a simple bind */
	QUERY_LDAPS, /* port 636, TLS and a simple bind */
	QUERY__MAX
};

/* Unknown words are the strictest, QUERY_LDAPS. */
enum query_mode query_mode_parse(const char *word);
const char *query_mode_name(enum query_mode m); /* the setting's word */
/* As a password is bound to it (store_exchange_binding.c). */
const char *query_mode_bound(enum query_mode m);

#endif
