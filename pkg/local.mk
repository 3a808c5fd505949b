# calconn-pkg: builds, signs, verifies, installs and rolls back bundles.
noinst_LIBRARIES += libpkg.a
libpkg_a_SOURCES = \
	pkg/build.c pkg/build.h \
	pkg/bundle.c pkg/bundle.h \
	pkg/disk.c pkg/disk.h \
	pkg/install.c pkg/install.h \
	pkg/manifest.c pkg/manifest.h \
	pkg/payload.c pkg/payload.h pkg/payload_name.h \
	pkg/payload_write.c \
	pkg/refuse.c pkg/refuse.def pkg/refuse.h \
	pkg/run.c pkg/run.h \
	pkg/service.c pkg/service.h \
	pkg/sig.c pkg/sig.h \
	pkg/sig_key.c \
	pkg/tree.c pkg/tree.h \
	pkg/verify.c pkg/verify.h \
	pkg/version.c pkg/version.h
libpkg_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(ARCHIVE_CFLAGS)

sbin_PROGRAMS += calconn-pkg
calconn_pkg_SOURCES = pkg/main.c pkg/pkg.h pkg/verbs.def \
	pkg/cmd_bundle.c \
	pkg/cmd_health.c \
	pkg/cmd_install.c \
	pkg/cmd_request.c \
	pkg/job.c pkg/job.h \
	pkg/request.h \
	backend/ctl/out.c backend/ctl/out.h
calconn_pkg_LDADD = libpkg.a libcommon.a $(ARCHIVE_LIBS) $(SODIUM_LIBS) \
	$(JANSSON_LIBS)

# One signed file with the whole installed tree: make bundle BUNDLE_KEY=FILE.
# The same commit gives the same bytes.
BUNDLE_VERSION = $(PACKAGE_VERSION)
BUNDLE_PLATFORM = 12
BUNDLE_KEY =
BUNDLE_TREE = $(abs_builddir)/bundle.tree
.PHONY: bundle
bundle: all
	rm -rf $(BUNDLE_TREE)
	umask 022 && $(MAKE) $(AM_MAKEFLAGS) install-strip \
	    DESTDIR=$(BUNDLE_TREE) >/dev/null
	./calconn-pkg build --output calconn-$(BUNDLE_VERSION).tlp \
	    --version $(BUNDLE_VERSION) --platform $(BUNDLE_PLATFORM) \
	    --config-schema `ls $(srcdir)/common/schema/config | wc -l` \
	    --state-schema `ls $(srcdir)/common/schema/state | wc -l` \
	    $(BUNDLE_TREE)$(prefix)
	test -z "$(BUNDLE_KEY)" || ./calconn-pkg sign \
	    --secret-key "$(BUNDLE_KEY)" calconn-$(BUNDLE_VERSION).tlp
	rm -rf $(BUNDLE_TREE)
CLEANFILES += calconn-*.tlp

# The same tree as a Debian package, of a build with --prefix=/usr.
DEB_OUT = .
.PHONY: deb
deb: all
	$(srcdir)/pkg/debian/make-deb $(srcdir) . $(PACKAGE_VERSION) $(DEB_OUT)
CLEANFILES += calconn_*.deb
EXTRA_DIST += tests/harness/fault.c
