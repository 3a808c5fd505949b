/* payload_name.h - inside libpkg: names in the tar of a bundle. */
#ifndef PAYLOAD_NAME_H
#define PAYLOAD_NAME_H

#define PAYLOAD_MANIFEST "manifest"
#define PAYLOAD_FILES "files/"

#endif
