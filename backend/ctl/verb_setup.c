/* verb_setup.c - what a new host needs once: keys and an empty store. */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "common/seal.h"

/* The opening key is for the manager's eyes alone. */
static enum err
give_to_manager(const struct conf *conf, struct errinfo *ei)
{
	const struct passwd *pw;

	if (chmod(conf->seal_pk, 0444) != 0 || chmod(conf->seal_sk, 0400) != 0)
		return err_set(ei, ERR_SYS,
		    "The modes of the key files cannot be set: %s",
		    strerror(errno));
	if (geteuid() != 0 || conf->user_manager[0] == '\0')
		return ERR_OK;
	pw = getpwnam(conf->user_manager);
	if (pw == NULL)
		return err_set(
		    ei, ERR_SYS, "There is no user %s.", conf->user_manager);
	if (chown(conf->seal_sk, pw->pw_uid, pw->pw_gid) != 0)
		return err_set(ei, ERR_SYS, "%s cannot be given to %s: %s",
		    conf->seal_sk, conf->user_manager, strerror(errno));
	return ERR_OK;
}

int
verb_setup_keys(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = seal_keys_write(c->conf.seal_pk, c->conf.seal_sk, &ei);
	if (e == ERR_OK)
		e = give_to_manager(&c->conf, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	out_str(&c->out, "seal_pk", "Sealing key", c->conf.seal_pk);
	out_str(&c->out, "seal_sk", "Opening key", c->conf.seal_sk);
	return EXIT_DONE;
}

/* The store was made when it was opened. */
int
verb_setup_store(struct ctl *c)
{
	out_flag(&c->out, "ok", NULL, true);
	out_str(&c->out, "config_db", "Configuration", c->conf.config_db);
	return EXIT_DONE;
}
