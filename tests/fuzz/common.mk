# Fuzz harnesses of common; how to add one: local.mk beside this file.
