# Unit tests of engine; how to add one: local.mk beside this file.
