# Unit tests of common; how to add one: local.mk beside this file.
