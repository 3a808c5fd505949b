# Unit tests of manager; how to add one: local.mk beside this file.
