# Unit tests of core; how to add one: local.mk beside this file.
