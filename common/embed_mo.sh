#!/bin/sh
# embed_mo.sh SRCDIR LANGUAGE... - prints a C file with the message catalogues
# of these languages, as msgfmt makes them, so that a program needs no file
# beside it and no locale of the host.
set -eu
LC_ALL=C
export LC_ALL
src=$1
shift
mo=$(mktemp)
trap 'rm -f "$mo"' EXIT

echo '/* Made by common/embed_mo.sh from po. */'
echo '#include "common/i18n.h"'
for l in "$@"; do
	msgfmt --check-format --check-domain -o "$mo" "$src/po/$l.po"
	printf '\nstatic const unsigned char mo_%s[] = {' "$l"
	od -An -v -tx1 "$mo" | sed -e 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '};'
done
printf '\nconst struct i18n_mo i18n_mos[] = {\n'
for l in "$@"; do
	printf '\t{ "%s", mo_%s, sizeof(mo_%s) },\n' "$l" "$l" "$l"
done
printf '\t{ 0, 0, 0 }\n};\n'
