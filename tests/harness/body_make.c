#include "tests/harness/body_make.h"

#include <string.h>

#include "common/alloc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const paragraphs[] = {
    "Hello all, please find the agenda of our weekly meeting below.",
    "Hallo zusammen, anbei die Tagesordnung für unsere Besprechung – bitte "
    "bis Freitag ergänzen. Viele Grüße",
    "Bonjour à tous, voici l'ordre du jour de la réunion d'équipe ; merci de "
    "vérifier les points « ouverts ».",
    "Hola a todos: ¿podéis revisar el orden del día antes del martes?",
    "会議の議題は以下のとおりです。ご確認をお願いいたします。",
    "请查看下面的会议议程，如有问题请随时联系我。",
    "Повестка дня совещания приведена ниже, просьба ознакомиться.",
    "مرحبا بالجميع، جدول أعمال الاجتماع أدناه، يرجى المراجعة.",
};

/* What looks like the end of a body and is none. */
static const char *const html_traps[] = {
    "<!-- quoted: </body></html> -->",
    "<style>/* </body> */ p.x{content:\"</body>\"}</style>",
    "<script>var s = '</body>';</script>",
    "<span title=\"</body></html>\">x</span>",
    "<p>&lt;/body&gt; closes a page</p>",
    "<!--[if gte mso 9]><xml></body></xml><![endif]-->",
    "<a href='https://example.com/?a=1&amp;b=</body>'>link</a>",
    "<textarea></body></textarea>",
};

static const char *const banners[] = {
    "",
    "<div style=\"background:#ffeb9c\">CAUTION: This email originated from "
    "outside of the organization.</div>",
    "<table border=0><tr><td>[EXTERN] Vorsicht bei Links und Anhängen."
    "</td></tr></table>",
    "<p><span style='color:red'>Courriel externe</span></p><br>",
};

static const char *const footers[] = {
    "",
    "<br><hr>This e-mail is confidential. Scanned by a gateway.<br>",
    "<p style=\"font-size:8pt\">Diese Nachricht ist vertraulich.</p>",
    "<div><img src=\"cid:logo\" alt=\"\" width=1 height=1></div>",
};

static unsigned
pick(unsigned n, unsigned salt, size_t of)
{
	unsigned x = n * 2654435761u ^ salt * 40503u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return x % (unsigned)of;
}

static void
put(struct body_made *m, const char *s)
{
	if (buf_puts(&m->b, s) != ERR_OK)
		fatal("a body is too long");
}

static void
html_text(struct body_made *m, unsigned n, size_t size, const char *open,
    const char *close)
{
	unsigned i;

	for (i = 0; m->b.len < size || i < 3; i++) {
		put(m, open);
		put(m, paragraphs[pick(n, i, COUNT(paragraphs))]);
		put(m, close);
		if (pick(n, i + 1000, 7) == 0) {
			put(m,
			    html_traps[pick(n, i + 2000, COUNT(html_traps))]);
			put(m, "\r\n");
		}
	}
}

/* What a gateway adds stands inside the body, as most of them do it. */
static void
html_end(struct body_made *m, unsigned n, const char *end)
{
	put(m, footers[pick(n, 5, COUNT(footers))]);
	m->place = m->b.len;
	put(m, end);
}

static void
word(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "Word and Outlook HTML";
	put(m,
	    "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" "
	    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
	    "xmlns:w=\"urn:schemas-microsoft-com:office:word\" "
	    "xmlns=\"http://www.w3.org/TR/REC-html40\">\r\n<head>\r\n<meta "
	    "http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"
	    "\r\n<meta name=\"Generator\" content=\"Microsoft Word 15 "
	    "(filtered medium)\">\r\n<!--[if !mso]><style>v\\:* {behavior:"
	    "url(#default#VML);}\r\n</style><![endif]--><style><!--\r\n/* Font "
	    "Definitions */\r\n@font-face\r\n\t{font-family:Calibri;}\r\n"
	    "p.MsoNormal, li.MsoNormal\r\n\t{margin:0cm;font-size:11.0pt;}\r\n"
	    "--></style><!--[if gte mso 9]><xml>\r\n<o:shapedefaults "
	    "v:ext=\"edit\" spidmax=\"1026\" />\r\n</xml><![endif]-->\r\n"
	    "</head>\r\n<body lang=\"DE\" link=\"#0563C1\" vlink=\"#954F72\">"
	    "\r\n");
	put(m, banners[pick(n, 4, COUNT(banners))]);
	put(m, "<div class=\"WordSection1\">\r\n");
	html_text(m, n, size, "<p class=\"MsoNormal\">", "<o:p></o:p></p>\r\n");
	put(m, "</div>\r\n");
	html_end(m, n, "</body>\r\n</html>\r\n");
}

static void
exchange_text(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "Exchange, from text";
	put(m,
	    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">\r\n<HTML>\r\n"
	    "<HEAD>\r\n<META NAME=\"Generator\" CONTENT=\"MS Exchange Server "
	    "version 16.0\">\r\n<TITLE>Agenda</TITLE>\r\n</HEAD>\r\n<BODY>\r\n"
	    "<!-- Converted from text/plain format -->\r\n");
	html_text(
	    m, n, size, "<P><FONT SIZE=2>", "<BR>\r\n</FONT>\r\n</P>\r\n");
	html_end(m, n, "</BODY>\r\n</HTML>\r\n");
}

static void
web_outlook(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "Outlook on the web";
	put(m, "<html><head><meta http-equiv=\"Content-Type\" "
	       "content=\"text/html; charset=utf-8\"><style type=\"text/css\" "
	       "style=\"display:none\"><!-- P {margin-top:0} --></style></head>"
	       "<body dir=\"ltr\">");
	html_text(m, n, size,
	    "<div class=\"elementToProof\" style=\"font-size: 12pt\">",
	    "</div>");
	html_end(m, n, "</body></html>");
}

static void
apple(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "Apple Mail and Calendar";
	put(m, "<html><head></head><body style=\"overflow-wrap: break-word; "
	       "-webkit-nbsp-mode: space;\" class=\"\">");
	html_text(m, n, size, "<div class=\"\">",
	    "<br class=\"Apple-interchange-newline\"></div>");
	put(m, "<blockquote type=\"cite\"><html><body>old</body></html>"
	       "</blockquote>");
	html_end(m, n, "</body></html>");
}

static void
google(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "Google Calendar (fragment)";
	html_text(m, n, size, "<p dir=\"ltr\">", "</p><br>");
	put(m, "<ul><li>one</li><li>two</li></ul>");
	m->place = m->b.len;
}

static void
cut_off(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "cut off by a gateway";
	put(m, "<html><body>");
	html_text(m, n, size, "<p>", "</p>\n");
	put(m, "<table><tr><td>no end");
	m->place = m->b.len;
}

static void
after_html(struct body_made *m, unsigned n, size_t size)
{
	m->shape = "footer behind the document";
	put(m, "<html><head><title></body></title></head><body>");
	html_text(m, n, size, "<p>", "</p>\r\n");
	m->place = m->b.len;
	put(m, "</body></html>\r\n<p>Scanned by a gateway. "
	       "<!-- </body> --></p>\r\n");
}

static void
plain(struct body_made *m, unsigned n, size_t size)
{
	static const char signature[] = "\r\n\r\n-- \r\n"
					"Alice\r\n";
	static const char *const ends[] = {"", "\n", "\r\n", signature};
	unsigned i;

	m->shape = "plain text";
	m->is_html = false;
	for (i = 0; m->b.len < size || i < 3; i++) {
		put(m, paragraphs[pick(n, i, COUNT(paragraphs))]);
		put(m, n % 2 ? "\r\n" : "\n");
		if (pick(n, i + 3000, 9) == 0)
			put(m, "> quoted </body></html>\r\n");
	}
	put(m, ends[pick(n, 6, COUNT(ends))]);
	m->place = m->b.len;
}

void
body_make(struct body_made *m, unsigned n, size_t size)
{
	static void (*const shapes[])(struct body_made *, unsigned, size_t) = {
	    word, word, exchange_text, web_outlook, apple, google, cut_off,
	    after_html, plain, plain};

	m->is_html = true;
	m->place = 0;
	buf_reset(&m->b);
	shapes[n % COUNT(shapes)](m, n, size);
}

size_t
body_make_size(unsigned n)
{
	if (n % 200 == 7)
		return 5u * 1024u * 1024u;
	if (n % 20 == 3)
		return 100u * 1024u + pick(n, 9, 200u * 1024u);
	return 500u + pick(n, 9, 12000u);
}
