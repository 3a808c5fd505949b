# Fuzz harnesses of cgi; how to add one: local.mk beside this file.
