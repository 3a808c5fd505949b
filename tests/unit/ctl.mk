# Unit tests of ctl; how to add one: local.mk beside this file.
