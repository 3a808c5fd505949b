# Unit tests of store; how to add one: local.mk beside this file.
