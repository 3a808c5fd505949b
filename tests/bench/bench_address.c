/* bench_address.c - how long the search for a video address takes in texts
 * that were made to slow it down.  usage: bench_address [MIB]
 * Prints a table; exit code 1 when a text takes more than 50 ms for each
 * mebibyte.  CPU time, the best of a few runs: what is measured is the work,
 * not what else the machine does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/video_find.h"

#define MIB 1048576u
#define RUNS 5
#define LIMIT_MS 50.0 /* for each mebibyte */
#define SIZE_MAX_MIB 5

static const struct hostile {
	const char *name, *text; /* repeated */
} hostiles[] = {
    {"letters", "x"},
    {"words", "lorem ipsum "},
    {"schemes", "sip:"},
    {"schemes and users", "sip:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "},
    {"half addresses", "1@"},
    {"addresses of mail", "123@qq.com "},
    {"digits at no domain", "123@a "},
    {"header line", "From: 123@a.bc "},
    {"quoted header line", "> > > 123@a.bc "},
    {"https", "https://"},
    {"https and commas", "https://a.b/,"},
    {"no meetings", "https://a.bc "},
    {"almost meetings", "https://a.zoom.us/j/ "},
    {"wrappers", "https://a.safelinks.protection.outlook.com/?url=%68 "},
    {"proofpoint", "https://urldefense.com/v3/__**__;AA!! "},
    {"hosts", "a.bc/ "},
    {"slashes", "/"},
    {"number signs", "1.2.3.4##"},
    {"links", "<a href='https://a.bc'>"},
    {"open links", "<a href=\""},
    {"attributes", "<a a=1 "},
    {"references", "&#x41;"},
    {"open references", "&#x"},
    {"comments", "<!--"},
    {"unseen", "\xe2\x80\x8b"},
    {"other alphabets", "\xd0\xb0"},
    {"blocks", "<p>"},
};

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
one(const struct buf *b, bool is_html)
{
	struct video_found f;
	struct errinfo ei;
	double best = 0, from, took;
	int i;

	for (i = 0; i < RUNS; i++) {
		from = cpu_ms();
		if (video_find(&f, is_html ? "" : b->p, is_html ? 0 : b->len,
			is_html ? b->p : "", is_html ? b->len : 0, is_html,
			&ei) != ERR_OK)
			fatal("%s", ei.text);
		took = cpu_ms() - from;
		if (i == 0 || took < best)
			best = took;
	}
	return best;
}

int
main(int argc, char **argv)
{
	unsigned long mib = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	size_t i, size;
	double worst = 0;

	if (mib < 1 || mib > SIZE_MAX_MIB) {
		fprintf(stderr, "usage: bench_address [1-%d]\n", SIZE_MAX_MIB);
		return 2;
	}
	size = mib * MIB;
	printf("| text of %lu MiB, repeated | location, ms | HTML, ms |\n"
	       "| --- | ---: | ---: |\n",
	    mib);
	for (i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++) {
		struct buf b = BUF_INIT(SIZE_MAX_MIB * MIB + 4096);
		double plain, html;

		while (b.len < size)
			if (buf_puts(&b, hostiles[i].text) != ERR_OK)
				fatal("memory is out");
		plain = one(&b, false);
		html = one(&b, true);
		printf("| %s | %.1f | %.1f |\n", hostiles[i].name, plain, html);
		worst = plain > worst ? plain : worst;
		worst = html > worst ? html : worst;
		buf_clear(&b);
	}
	worst /= (double)mib;
	printf("\nworst: %.1f ms a MiB; limit: %.0f\n", worst, LIMIT_MS);
	return worst <= LIMIT_MS ? 0 : 1;
}
