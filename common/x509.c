/* x509.c - DER of a certificate (RFC 5280 4.1), as far as a list needs. */
#define _GNU_SOURCE /* memmem, timegm */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/store_ca.h"
#include "common/str.h"
#include "common/x509.h"

#define RDNS_MAX 32
#define LINE_LEN 64 /* RFC 7468 2 */

enum tag {
	T_BOOLEAN = 0x01,
	T_INTEGER = 0x02,
	T_BITS = 0x03,
	T_OCTETS = 0x04,
	T_OID = 0x06,
	T_UTF8 = 0x0c,
	T_PRINTABLE = 0x13,
	T_T61 = 0x14,
	T_IA5 = 0x16,
	T_UTC_TIME = 0x17,
	T_GENERAL_TIME = 0x18,
	T_UNIVERSAL = 0x1c,
	T_BMP = 0x1e,
	T_SEQUENCE = 0x30,
	T_SET = 0x31,
	T_VERSION = 0xa0,
	T_EXTENSIONS = 0xa3
};

struct der {
	const unsigned char *p, *end;
};

/* The next element; false at the end or where the encoding is not DER. */
static bool
next(struct der *d, unsigned *tag, struct der *in)
{
	size_t left = (size_t)(d->end - d->p), len, k;

	if (left < 2 || (d->p[0] & 0x1f) == 0x1f)
		return false;
	*tag = d->p[0];
	len = d->p[1];
	d->p += 2;
	left -= 2;
	if (len >= 0x80) {
		k = len & 0x7f;
		if (k == 0 || k > 3 || k > left)
			return false;
		for (len = 0; k > 0; k--, left--)
			len = len << 8 | *d->p++;
	}
	if (len > left)
		return false;
	in->p = d->p;
	in->end = d->p += len;
	return true;
}

static bool
want(struct der *d, unsigned tag, struct der *in)
{
	unsigned got;

	return next(d, &got, in) && got == tag;
}

static const char *
attribute_name(const struct der *oid)
{
	static const struct {
		const char *der;
		size_t n;
		const char *name;
	} rows[] = {{"\x55\x04\x03", 3, "CN"}, {"\x55\x04\x04", 3, "SN"},
	    {"\x55\x04\x05", 3, "serialNumber"}, {"\x55\x04\x06", 3, "C"},
	    {"\x55\x04\x07", 3, "L"}, {"\x55\x04\x08", 3, "ST"},
	    {"\x55\x04\x09", 3, "street"}, {"\x55\x04\x0a", 3, "O"},
	    {"\x55\x04\x0b", 3, "OU"}, {"\x55\x04\x2a", 3, "GN"},
	    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10, "DC"},
	    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10, "UID"},
	    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9, "emailAddress"}};
	size_t i, n = (size_t)(oid->end - oid->p);

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].n == n && memcmp(rows[i].der, oid->p, n) == 0)
			return rows[i].name;
	return "OID";
}

static enum err
put_code_point(struct buf *b, unsigned long c)
{
	char u[4];
	size_t n;

	if (c < 0x20 || c == 0x7f || c > 0x10ffff ||
	    (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		if (strchr(",+\"\\<>;", (int)c) != NULL &&
		    buf_putc(b, '\\') != ERR_OK)
			return ERR_TOOBIG;
		return buf_putc(b, (char)c);
	}
	if (c < 0x800) {
		u[0] = (char)(0xc0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		u[0] = (char)(0xe0 | c >> 12);
		n = 3;
	} else {
		u[0] = (char)(0xf0 | c >> 18);
		n = 4;
	}
	u[n - 1] = (char)(0x80 | (c & 0x3f));
	if (n > 2)
		u[n - 2] = (char)(0x80 | (c >> 6 & 0x3f));
	if (n > 3)
		u[n - 3] = (char)(0x80 | (c >> 12 & 0x3f));
	return buf_put(b, u, n);
}

/* Text in whichever of X.520's string types, as UTF-8. */
static enum err
put_string(struct buf *b, unsigned tag, const struct der *s)
{
	size_t n = (size_t)(s->end - s->p), i, k;
	size_t width = tag == T_UNIVERSAL ? 4 : tag == T_BMP ? 2 : 1;
	struct buf clean = BUF_INIT(X509_NAME_MAX);
	enum err e = ERR_OK;

	if (tag == T_UTF8 || tag == T_PRINTABLE || tag == T_IA5) {
		e = str_utf8_clean(&clean, (const char *)s->p, n);
		for (i = 0; e == ERR_OK && i < clean.len; i++)
			e = (unsigned char)clean.p[i] < 0x80
				? put_code_point(b, (unsigned char)clean.p[i])
				: buf_putc(b, clean.p[i]);
		buf_clear(&clean);
		return e;
	}
	/* T61String is taken for Latin-1, as everybody does. */
	for (i = 0; e == ERR_OK && i + width <= n; i += width) {
		unsigned long c = 0;

		for (k = 0; k < width; k++)
			c = c << 8 | s->p[i + k];
		e = put_code_point(b, c);
	}
	return e;
}

static enum err
put_rdn(struct buf *b, struct der set)
{
	struct der pair, oid, value;
	unsigned tag;
	bool first = true;
	enum err e = ERR_OK;

	while (e == ERR_OK && set.p < set.end) {
		if (!want(&set, T_SEQUENCE, &pair) ||
		    !want(&pair, T_OID, &oid) || !next(&pair, &tag, &value))
			return ERR_ARG;
		e = buf_putf(
		    b, "%s%s=", first ? "" : "+", attribute_name(&oid));
		if (e == ERR_OK)
			e = put_string(b, tag, &value);
		first = false;
	}
	return e;
}

/* RFC 4514: the last part first. */
static enum err
name_text(struct der name, char **out)
{
	struct buf b = BUF_INIT(X509_NAME_MAX);
	struct der rdn[RDNS_MAX];
	enum err e = ERR_OK;
	size_t n = 0;

	while (name.p < name.end) {
		if (n == RDNS_MAX || !want(&name, T_SET, &rdn[n]))
			return ERR_ARG;
		n++;
	}
	while (e == ERR_OK && n > 0) {
		e = put_rdn(&b, rdn[--n]);
		if (e == ERR_OK && n > 0)
			e = buf_putc(&b, ',');
	}
	if (e == ERR_OK && (*out = try_strdup(buf_str(&b))) == NULL)
		e = ERR_NOMEM;
	buf_clear(&b);
	return e;
}

/* RFC 5280 4.1.2.5: always in seconds and ending in Z. */
static enum err
time_of(unsigned tag, const struct der *s, int64_t *out)
{
	size_t n = (size_t)(s->end - s->p), want_n, i;
	const unsigned char *p = s->p;
	int v[7] = {0};
	struct tm tm;

	want_n = tag == T_GENERAL_TIME ? 15 : 13;
	if ((tag != T_GENERAL_TIME && tag != T_UTC_TIME) || n != want_n ||
	    p[n - 1] != 'Z')
		return ERR_ARG;
	for (i = 0; i + 1 < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return ERR_ARG;
	for (i = 0; i + 1 < n; i += 2)
		v[i / 2] = (p[i] - '0') * 10 + (p[i + 1] - '0');
	memset(&tm, 0, sizeof(tm));
	if (tag == T_GENERAL_TIME) {
		tm.tm_year = v[0] * 100 + v[1] - 1900;
		memmove(v, v + 1, 6 * sizeof(v[0]));
	} else {
		tm.tm_year = v[0] < 50 ? v[0] + 100 : v[0];
	}
	tm.tm_mon = v[1] - 1;
	tm.tm_mday = v[2];
	tm.tm_hour = v[3];
	tm.tm_min = v[4];
	tm.tm_sec = v[5];
	if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 ||
	    tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 60)
		return ERR_ARG;
	*out = (int64_t)timegm(&tm);
	return ERR_OK;
}

static bool
is_oid(const struct der *oid, const char *der, size_t n)
{
	return (size_t)(oid->end - oid->p) == n && memcmp(oid->p, der, n) == 0;
}

/* RFC 5280 4.2.1.9: cA is false where it is left out. */
static bool
says_ca(struct der value)
{
	struct der seq, flag;

	return want(&value, T_SEQUENCE, &seq) && want(&seq, T_BOOLEAN, &flag) &&
	       flag.end - flag.p == 1 && flag.p[0] != 0;
}

/* RFC 5280 4.2.1.3: bit 5 is keyCertSign; the first byte counts what is
 * unused at the end. */
static bool
says_sign(struct der value)
{
	struct der bits;

	return want(&value, T_BITS, &bits) && bits.end - bits.p >= 2 &&
	       (bits.p[1] & 0x04) != 0;
}

/* What stands behind the key.  May the certificate issue others?  One of
 * version 1 does not say; then its own issuer is taken for a root. */
static enum err
read_extensions(struct der tbs, bool own_issuer, bool *is_ca)
{
	struct der all, list, one, oid, value;
	bool may_sign = true;
	unsigned tag;

	*is_ca = own_issuer;
	while (tbs.p < tbs.end) {
		if (!next(&tbs, &tag, &all))
			return ERR_ARG;
		if (tag != T_EXTENSIONS)
			continue;
		*is_ca = false;
		if (!want(&all, T_SEQUENCE, &list))
			return ERR_ARG;
		while (list.p < list.end) {
			if (!want(&list, T_SEQUENCE, &one) ||
			    !want(&one, T_OID, &oid) ||
			    !next(&one, &tag, &value))
				return ERR_ARG;
			if (tag == T_BOOLEAN && !next(&one, &tag, &value))
				return ERR_ARG;
			if (tag != T_OCTETS)
				return ERR_ARG;
			if (is_oid(&oid, "\x55\x1d\x13", 3))
				*is_ca = says_ca(value);
			else if (is_oid(&oid, "\x55\x1d\x0f", 3))
				may_sign = says_sign(value);
		}
	}
	*is_ca = *is_ca && may_sign;
	return ERR_OK;
}

static enum err
read_der(const unsigned char *p, size_t n, struct ca_cert *c)
{
	struct der all = {p, p + n}, cert, tbs, part, issuer, validity, subject,
		   when;
	unsigned tag;
	enum err e;

	if (!want(&all, T_SEQUENCE, &cert) || all.p != all.end ||
	    !want(&cert, T_SEQUENCE, &tbs) || !next(&tbs, &tag, &part))
		return ERR_ARG;
	if (tag == T_VERSION && !next(&tbs, &tag, &part))
		return ERR_ARG;
	if (tag != T_INTEGER || !want(&tbs, T_SEQUENCE, &part) ||
	    !want(&tbs, T_SEQUENCE, &issuer) ||
	    !want(&tbs, T_SEQUENCE, &validity) ||
	    !want(&tbs, T_SEQUENCE, &subject) ||
	    !want(&tbs, T_SEQUENCE, &part) || /* the key */
	    !want(&cert, T_SEQUENCE, &part) || !next(&cert, &tag, &part) ||
	    !next(&validity, &tag, &when) ||
	    time_of(tag, &when, &c->not_before_s) != ERR_OK ||
	    !next(&validity, &tag, &when))
		return ERR_ARG;
	if ((e = time_of(tag, &when, &c->not_after_s)) != ERR_OK ||
	    (e = name_text(issuer, &c->issuer)) != ERR_OK ||
	    (e = name_text(subject, &c->subject)) != ERR_OK)
		return e;
	return read_extensions(tbs,
	    is_oid(&issuer, (const char *)subject.p,
		(size_t)(subject.end - subject.p)),
	    &c->is_ca);
}

/* Written anew, so that only the certificate is kept. */
static enum err
write_pem(const unsigned char *der, size_t n, struct ca_cert *c)
{
	struct buf b = BUF_INIT(2 * X509_DER_MAX);
	char line[sodium_base64_ENCODED_LEN(
	    LINE_LEN / 4 * 3, sodium_base64_VARIANT_ORIGINAL)];
	enum err e;
	size_t i;

	e = buf_puts(&b, "-----BEGIN CERTIFICATE-----\n");
	for (i = 0; e == ERR_OK && i < n; i += LINE_LEN / 4 * 3) {
		size_t k = n - i < LINE_LEN / 4 * 3 ? n - i : LINE_LEN / 4 * 3;

		(void)sodium_bin2base64(line, sizeof(line), der + i, k,
		    sodium_base64_VARIANT_ORIGINAL);
		e = buf_putf(&b, "%s\n", line);
	}
	if (e == ERR_OK)
		e = buf_puts(&b, "-----END CERTIFICATE-----\n");
	if (e == ERR_OK && (c->pem = try_strdup(buf_str(&b))) == NULL)
		e = ERR_NOMEM;
	buf_clear(&b);
	return e;
}

static enum err
read_one(const char *text, size_t n, struct ca_cert *c)
{
	unsigned char der[X509_DER_MAX], hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];
	size_t len = 0;
	enum err e;

	if (sodium_base642bin(der, sizeof(der), text, n, " \t\r\n", &len, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return ERR_ARG;
	if ((e = read_der(der, len, c)) != ERR_OK ||
	    (e = write_pem(der, len, c)) != ERR_OK)
		return e;
	(void)crypto_hash_sha256(hash, der, len);
	hex_encode(hash, sizeof(hash), hex);
	c->sha256 = try_strdup(hex);
	return c->sha256 == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
add(struct ca_list *l, const char *text, size_t n, struct errinfo *ei)
{
	struct ca_cert *v;
	enum err e;

	if (l->n == X509_LIST_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "There are over %d certificates in it.", X509_LIST_MAX);
	if ((v = try_realloc(l->v, (l->n + 1) * sizeof(*v))) == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	l->v = v;
	memset(&v[l->n], 0, sizeof(*v));
	if ((e = read_one(text, n, &v[l->n++])) != ERR_OK)
		return err_set(ei, e == ERR_TOOBIG ? ERR_ARG : e,
		    "Certificate %zu is damaged or not a certificate.", l->n);
	return ERR_OK;
}

enum err
x509_parse_pem(
    const char *text, size_t n, struct ca_list *out, struct errinfo *ei)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char stop[] = "-----END CERTIFICATE-----";
	const char *p = text, *end = text + n, *q;
	struct ca_list l = {NULL, 0};
	enum err e = ERR_OK;

	while (e == ERR_OK && (p = memmem(p, (size_t)(end - p), begin,
				   sizeof begin - 1)) != NULL) {
		p += sizeof begin - 1;
		q = memmem(p, (size_t)(end - p), stop, sizeof stop - 1);
		if (q == NULL) {
			e = err_set(ei, ERR_ARG,
			    "Certificate %zu has no end line.", l.n + 1);
			break;
		}
		e = add(&l, p, (size_t)(q - p), ei);
		p = q + sizeof stop - 1;
	}
	if (e == ERR_OK && l.n == 0)
		e = err_set(ei, ERR_ARG,
		    "There is no certificate in it. It begins with a line "
		    "-----BEGIN CERTIFICATE-----.");
	if (e == ERR_OK)
		*out = l;
	else
		ca_list_clear(&l);
	return e;
}
