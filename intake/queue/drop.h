/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * drop - a folder into which others put files while we look
 *
 * Nobody tells when a file is whole. Used on a thread; nothing here fails but
 * by saying no.
 */

#ifndef INTAKE_DROP_H
#define INTAKE_DROP_H

#include <limits.h>
#include <stdbool.h>

struct arena;

/*
 * The name that follows `name` in the folder, in the order of bytes, into
 * `name`; false: there is none. Begin with "". Hidden ones and those of `ours`
 * (NULL, or ends with NULL) are passed by.
 */
bool drop_next_name(const char *dir, const char *const *ours,
                    char name[NAME_MAX + 1]);

/*
 * Whether a file, or a folder with all that is in it, is whole as far as one
 * can tell: nobody has it open for writing and it was left alone for a while,
 * for longer where the kernel does not tell.
 */
bool drop_is_ready(const char *path);

/* Never in the place of another; false leaves it where it is, see errno. */
bool drop_move(const char *from, const char *to);

/* `name`, or "2-name" and so on where that is taken; NULL: all are. */
const char *drop_unused_name(struct arena *a, const char *dir,
                             const char *name);

#endif
