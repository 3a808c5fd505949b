#include "tests/harness/test.h"

#include "backend/net/ca_store.h"
#include "backend/net/http_tls.h"
#include "common/ipc.h"
#include "tests/harness/tls_pki.h"

#define DAY 86400L

static struct pki_cert root, inter, other;

static int
setup(void **state)
{
	(void)state;
	root = pki_make("Lab Root", NULL, true, NULL, -DAY, 10 * DAY);
	inter = pki_make("Lab Issuing CA", NULL, true, &root, -DAY, 10 * DAY);
	other = pki_make("Another CA", NULL, true, NULL, -DAY, 10 * DAY);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pki_free(&root);
	pki_free(&inter);
	pki_free(&other);
	return 0;
}

static struct ca_store *
store_with(const struct pki_cert *a, const struct pki_cert *b)
{
	struct ca_list *l[2] = {NULL, NULL};
	struct ca_store *s = NULL;
	char *pem;

	if (a != NULL) {
		pem = pki_pem(a);
		assert_ok(ca_list_parse(&l[0], pem, strlen(pem), NULL));
		OPENSSL_free(pem);
	}
	if (b != NULL) {
		pem = pki_pem(b);
		assert_ok(ca_list_parse(&l[1], pem, strlen(pem), NULL));
		OPENSSL_free(pem);
	}
	assert_ok(ca_store_new(&s, l[0], l[1], NULL));
	ca_list_free(l[0]);
	ca_list_free(l[1]);
	return s;
}

/* chain: an intermediate that the server sends, or NULL. */
static void
connect_to(const struct pki_cert *leaf, const struct pki_cert *chain,
    const struct pki_cert *trusted, const char *host, bool verify, bool *ok,
    struct msg_evidence *ev)
{
	SSL_CTX *client = SSL_CTX_new(TLS_client_method());
	SSL_CTX *server = SSL_CTX_new(TLS_server_method());
	struct ca_store *ca = store_with(trusted, NULL);
	struct tls_seen *seen = tls_seen_new(host, verify);
	SSL *ssl;

	assert_int_equal(SSL_CTX_use_certificate(server, leaf->x), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(server, leaf->key), 1);
	if (chain != NULL) {
		X509_up_ref(chain->x);
		(void)SSL_CTX_add_extra_chain_cert(server, chain->x);
	}
	assert_ok(tls_prepare(client, ca, seen));
	ca_store_unref(ca);
	ssl = SSL_new(client);
	*ok = pki_handshake(ssl, server) == 0;
	assert_ptr_equal(tls_seen_of(ssl), seen);
	tls_seen_tell(seen, ev);
	/* A failed check is named, and nothing else is. */
	assert_int_equal(tls_seen_fail(seen, ev), verify && !*ok);
	SSL_free(ssl);
	SSL_CTX_free(client);
	SSL_CTX_free(server);
	tls_seen_unref(seen);
}

enum { BY_INTER, BY_INTER_UNSENT, BY_OTHER, BY_ITSELF };

static void
test_verdicts(void **state)
{
	static const struct {
		const char *name, *san, *host;
		long from_s, to_s;
		int issuer;
		const char *failure;
	} rows[] = {
	    {"a.example", "DNS:a.example", "a.example", -DAY, DAY, BY_INTER,
		""},
	    {"a.example", "DNS:a.example", "A.Example", -DAY, DAY, BY_INTER,
		""},
	    {"x", "DNS:*.lab.example", "a.lab.example", -DAY, DAY, BY_INTER,
		""},
	    {"x", "DNS:*.lab.example", "a.b.lab.example", -DAY, DAY, BY_INTER,
		"tls-name"},
	    {"x", "DNS:m*.lab.example", "mail.lab.example", -DAY, DAY, BY_INTER,
		"tls-name"},
	    {"x", "IP:192.0.2.1", "192.0.2.1", -DAY, DAY, BY_INTER, ""},
	    {"x", "IP:192.0.2.1", "192.0.2.2", -DAY, DAY, BY_INTER, "tls-name"},
	    {"x", "DNS:192.0.2.1", "192.0.2.1", -DAY, DAY, BY_INTER,
		"tls-name"},
	    {"x", "IP:2001:db8::1", "2001:db8:0::1", -DAY, DAY, BY_INTER, ""},
	    {"a.example", "DNS:b.example", "a.example", -DAY, DAY, BY_INTER,
		"tls-name"},
	    {"a.example", "DNS:a.example", "a.example", -2 * DAY, -DAY,
		BY_INTER, "tls-expired"},
	    {"a.example", "DNS:a.example", "a.example", DAY, 2 * DAY, BY_INTER,
		"tls-not-yet"},
	    {"a.example", "DNS:a.example", "a.example", -DAY, DAY, BY_OTHER,
		"tls-unknown-ca"},
	    {"a.example", "DNS:a.example", "a.example", -DAY, DAY,
		BY_INTER_UNSENT, "tls-no-issuer"},
	    {"a.example", "DNS:a.example", "a.example", -DAY, DAY, BY_ITSELF,
		"tls-self-signed"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		const struct pki_cert *by = rows[i].issuer == BY_ITSELF ? NULL
					    : rows[i].issuer == BY_OTHER
						? &other
						: &inter;
		struct pki_cert leaf = pki_make(rows[i].name, rows[i].san,
		    false, by, rows[i].from_s, rows[i].to_s);
		struct msg_evidence ev = {0};
		bool ok;

		connect_to(&leaf,
		    rows[i].issuer == BY_INTER   ? &inter
		    : rows[i].issuer == BY_OTHER ? &other
						 : NULL,

		    &root, rows[i].host, true, &ok, &ev);
		assert_string_equal(
		    ev.failure == NULL ? "" : ev.failure, rows[i].failure);
		assert_int_equal(ok, rows[i].failure[0] == '\0');
		/* Shown whatever came of it. */
		assert_true(ev.certs_n >= 1);
		assert_contains(ev.certs[0].subject, rows[i].name);
		assert_int_equal(strlen(ev.certs[0].sha256), 95);
		assert_true(ev.certs[0].not_before_s < ev.certs[0].not_after_s);
		msg_evidence_free(&ev);
		/* The same without verification: nothing is refused. */
		connect_to(&leaf, NULL, &root, rows[i].host, false, &ok, &ev);
		assert_true(ok);
		assert_null(ev.failure);
		assert_true(ev.certs_n >= 1);
		msg_evidence_free(&ev);
		pki_free(&leaf);
	}
}

static void
test_chain_and_names(void **state)
{
	struct pki_cert leaf = pki_make("b\xc3\xbcro.example",
	    "DNS:a.example,DNS:b.example,IP:192.0.2.1,email:x@y.example", false,
	    &inter, -DAY, DAY);
	struct msg_evidence ev = {0};
	bool ok;

	(void)state;
	connect_to(&leaf, &inter, &root, "b.example", true, &ok, &ev);
	assert_true(ok);
	assert_int_equal(ev.certs_n, 3); /* down to the root */
	assert_string_equal(
	    ev.certs[0].sans, "a.example, b.example, 192.0.2.1");
	assert_string_equal(ev.certs[0].subject, "CN=b\xc3\xbcro.example");
	assert_string_equal(ev.certs[0].issuer, "CN=Lab Issuing CA");
	assert_string_equal(ev.certs[2].subject, "CN=Lab Root");
	msg_evidence_free(&ev);
	pki_free(&leaf);
}

/* What an administrator has uploaded is enough, be it no root. */
/* The CA that was trusted, or the one that was missing: with its PEM where the
 * server sent it, else by its name alone. */
static void
test_issuer(void **state)
{
	struct pki_cert stray = pki_make("Stray", NULL, true, NULL, -DAY, DAY);
	struct pki_cert below =
	    pki_make("Below", NULL, true, &stray, -DAY, DAY);
	struct pki_cert leaf =
	    pki_make("a.example", "DNS:a.example", false, &below, -DAY, DAY);
	struct pki_cert good =
	    pki_make("a.example", "DNS:a.example", false, &inter, -DAY, DAY);
	struct pki_cert own =
	    pki_make("a.example", "DNS:a.example", false, NULL, -DAY, DAY);
	const struct {
		const struct pki_cert *leaf, *sent, *missing;
		const char *name;
	} rows[] = {
	    {&leaf, &below, &below, "CN=Below"},
	    {&leaf, NULL, NULL, "CN=Below"},
	    {&leaf, &stray, NULL, "CN=Below"},
	    {&own, NULL, &own, "CN=a.example"},
	};
	struct msg_evidence ev = {0};
	char *pem;
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		connect_to(rows[i].leaf, rows[i].sent, &root, "a.example", true,
		    &ok, &ev);
		assert_false(ok);
		assert_null(ev.anchor_sha256);
		assert_string_equal(ev.issuer_name, rows[i].name);
		if (rows[i].missing == NULL) {
			assert_null(ev.issuer_pem);
			assert_null(ev.issuer_sha256);
		} else {
			pem = pki_pem(rows[i].missing);
			assert_string_equal(ev.issuer_pem, pem);
			assert_int_equal(strlen(ev.issuer_sha256), 95);
			OPENSSL_free(pem);
		}
		msg_evidence_free(&ev);
		memset(&ev, 0, sizeof(ev));
	}
	connect_to(&good, &inter, &root, "a.example", true, &ok, &ev);
	assert_true(ok);
	assert_int_equal(strlen(ev.anchor_sha256), 95);
	assert_string_equal(ev.anchor_sha256, ev.certs[ev.certs_n - 1].sha256);
	assert_null(ev.issuer_pem);
	msg_evidence_free(&ev);
	pki_free(&stray);
	pki_free(&below);
	pki_free(&leaf);
	pki_free(&good);
	pki_free(&own);
}

static void
test_other_anchors(void **state)
{
	struct pki_cert leaf =
	    pki_make("a.example", "DNS:a.example", false, &inter, -DAY, DAY);
	struct pki_cert self =
	    pki_make("s.example", "DNS:s.example", false, NULL, -DAY, DAY);
	struct msg_evidence ev = {0};
	bool ok;

	(void)state;
	connect_to(&leaf, NULL, &inter, "a.example", true, &ok, &ev);
	assert_true(ok);
	msg_evidence_free(&ev);
	connect_to(&self, NULL, &self, "s.example", true, &ok, &ev);
	assert_true(ok);
	msg_evidence_free(&ev);
	connect_to(&self, NULL, &self, "other.example", true, &ok, &ev);
	assert_false(ok);
	assert_string_equal(ev.failure, "tls-name");
	msg_evidence_free(&ev);
	pki_free(&leaf);
	pki_free(&self);
}

static void
test_old_tls_is_refused(void **state)
{
	struct pki_cert leaf =
	    pki_make("a.example", "DNS:a.example", false, &root, -DAY, DAY);
	SSL_CTX *client = SSL_CTX_new(TLS_client_method());
	SSL_CTX *server = SSL_CTX_new(TLS_server_method());
	struct ca_store *ca = store_with(&root, NULL);
	struct tls_seen *seen = tls_seen_new("a.example", true);
	struct msg_evidence ev = {0};
	SSL *ssl;

	(void)state;
	(void)SSL_CTX_use_certificate(server, leaf.x);
	(void)SSL_CTX_use_PrivateKey(server, leaf.key);
	SSL_CTX_set_security_level(server, 0);
	SSL_CTX_set_security_level(client, 0);
	(void)SSL_CTX_set_max_proto_version(server, TLS1_1_VERSION);
	assert_ok(tls_prepare(client, ca, seen));
	ssl = SSL_new(client);
	assert_int_not_equal(pki_handshake(ssl, server), 0);
	assert_false(tls_seen_fail(seen, &ev));
	SSL_free(ssl);
	SSL_CTX_free(client);
	SSL_CTX_free(server);
	tls_seen_unref(seen);
	ca_store_unref(ca);
	pki_free(&leaf);
}

static void
test_lists(void **state)
{
	static const struct {
		const char *pem;
		enum err e;
		size_t n;
	} rows[] = {
	    {"", ERR_OK, 0},
	    {"# only a comment\n", ERR_OK, 0},
	    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		ERR_PROTO, 0},
	    {"-----BEGIN CERTIFICATE-----\nAAAA", ERR_PROTO, 0},
	    {"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
		ERR_PROTO, 0},
	};
	struct ca_list *l = NULL;
	struct errinfo ei;
	char *a = pki_pem(&root), *b = pki_pem(&other), text[8192];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		l = NULL;
		assert_err(
		    ca_list_parse(&l, rows[i].pem, strlen(rows[i].pem), &ei),
		    rows[i].e);
		assert_int_equal(ca_list_count(l), rows[i].n);
		ca_list_free(l);
	}
	(void)snprintf(text, sizeof(text), "hello\n%s\nnote\n%s%s", a, b, a);
	assert_ok(ca_list_parse(&l, text, strlen(text), &ei));
	assert_int_equal(ca_list_count(l), 3);
	{
		struct ca_store *s = NULL;

		assert_ok(ca_store_new(&s, l, l, &ei)); /* twice is fine */
		ca_store_unref(s);
	}
	ca_list_free(l);
	/* A good one does not hide the bad one behind it. */
	(void)snprintf(text, sizeof(text), "%s%s", a, rows[2].pem);
	assert_err(ca_list_parse(&l, text, strlen(text), &ei), ERR_PROTO);
	OPENSSL_free(a);
	OPENSSL_free(b);
}

static void
test_errors_are_named(void **state)
{
	static const struct {
		const char *text, *failure;
	} rows[] = {
	    {"OpenSSL SSL_connect: SSL_ERROR_SYSCALL", "tls-closed"},
	    {"error:0A00010B:SSL routines::wrong version number", "tls-none"},
	    {"error:0A00042E:SSL routines::tlsv1 alert protocol version",
		"tls-version"},
	    {"error:0A000410:SSL routines::sslv3 alert handshake failure",
		"tls-cipher"},
	    {"error:0A00045C:SSL routines::tlsv13 alert certificate required",
		"tls-client-cert"},
	    {"error:0A000126:SSL routines::unexpected eof while reading",
		"tls-closed"},
	    {"error:0A000438:SSL routines::tlsv1 alert internal error",
		"tls-failed"},
	    {"error:0308010C:digital envelope routines::unsupported",
		"tls-failed"},
	    {"error:", "tls-closed"},
	    {"error:zz", "tls-closed"},
	    {"", "tls-closed"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++)
		assert_string_equal(
		    tls_failure(NULL, tls_error_in(rows[i].text)),
		    rows[i].failure);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_chain_and_names),
	    cmocka_unit_test(test_other_anchors),
	    cmocka_unit_test(test_issuer),
	    cmocka_unit_test(test_old_tls_is_refused),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_errors_are_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
