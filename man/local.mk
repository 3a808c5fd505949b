# Manual pages.  A page is a row, beside those of other folders.
dist_man_MANS += man/calconn.7
dist_man_MANS += man/calconnctl.1
dist_man_MANS += man/calconn-managerd.8 man/calconn.conf.5
dist_man_MANS += man/calconn-pkg.8 man/calconn-bundle.5
