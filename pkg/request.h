/* request.h - what passes from a page to calconn-pkg, as files: the manager
 * leaves a request behind the path of its control socket, the web worker a
 * bundle in upload_dir.  Names alone; who reads them trusts neither. */
#ifndef REQUEST_H
#define REQUEST_H

#define PKG_REQUEST_SUFFIX ".request"
#define PKG_UPLOAD_NAME "bundle.tlp"

#endif
