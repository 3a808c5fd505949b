/* disk.h - changes of files that a power cut leaves done or not done, never
 * half: written beside, brought to the disk, renamed.  Names are single
 * names below an open folder; each function blocks on the disk. */
#ifndef DISK_H
#define DISK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/err.h"

struct buf;
struct refusal;

enum err disk_sync(int fd, const char *what, struct refusal *why) ERR_CHECK;
/* A file with this content, in the place of one that may be there. */
enum err disk_put(int dir, const char *name, const void *p, size_t n,
    struct refusal *why) ERR_CHECK;
/* ERR_NOTFOUND: there is none. */
enum err disk_get(
    int dir, const char *name, struct buf *to, struct refusal *why) ERR_CHECK;
enum err disk_link(int dir, const char *target, const char *name,
    struct refusal *why) ERR_CHECK;
enum err disk_rename(
    int dir, const char *from, const char *to, struct refusal *why) ERR_CHECK;
/* A file or a folder with all in it; one that is not there is fine. */
enum err disk_remove(int dir, const char *name, struct refusal *why) ERR_CHECK;
/* Opens a folder below dir, making it and those on the way to it. */
enum err
disk_folder(int dir, const char *path, int *out, struct refusal *why) ERR_CHECK;
/* All files and folders of a folder. */
enum err disk_sync_tree(int dir, struct refusal *why) ERR_CHECK;
enum err disk_room(int dir, uint64_t bytes, struct refusal *why) ERR_CHECK;

#endif
