/* progenv.h - the environment of the programs that the manager starts:
 * a fixed one.  What the starter had set (proxies, resolver options, loader
 * paths) is no way to change what they do. */
#ifndef PROGENV_H
#define PROGENV_H

#define PROGENV_MAX 6
#define PROGENV_TEXT_MAX 256

struct progenv {
	char text[PROGENV_MAX][PROGENV_TEXT_MAX];
	char *v[PROGENV_MAX + 1]; /* for execve(); points into text */
};

void progenv_init(struct progenv *p);

#endif
