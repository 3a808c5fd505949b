/* store_schema.h - the numbered SQL files of common/schema, in order, as
 * text inside the program (store_schema.c is made by embed_sql.sh).  File n
 * takes a database from user_version n-1 to n. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

struct store_schema {
	const char *name; /* "0001_first"; NULL ends the list */
	const char *sql;
};

extern const struct store_schema store_schema_config[];
extern const struct store_schema store_schema_state[];

#endif
