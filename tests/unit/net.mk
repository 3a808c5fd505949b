# Unit tests of net; how to add one: local.mk beside this file.
