# Fuzz harnesses of net; how to add one: local.mk beside this file.
