#!/bin/sh
# embed_sql.sh SRCDIR - prints a C file with the schema files in it, so that
# a program needs no file beside it to make its database.
set -eu
LC_ALL=C
export LC_ALL
src=$1

echo '/* Made by common/embed_sql.sh from common/schema. */'
echo '#include <stddef.h>'
echo '#include "common/store_schema.h"'
for db in config state; do
	echo
	echo "const struct store_schema store_schema_${db}[] = {"
	for f in "$src/common/schema/$db"/[0-9]*.sql; do
		printf '\t{ "%s",\n' "$(basename "$f" .sql)"
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' \
		    -e 's/^/	  "/' -e 's/$/\\n"/' "$f"
		printf '\t},\n'
	done
	printf '\t{ NULL, NULL }\n};\n'
done
