/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * file - whole files in, whole files out
 *
 * Reads are capped; names below a folder are opened beneath it, so that no
 * `..`, absolute path or symbolic link leads out of it; writes appear under
 * their name complete or not at all.
 */

#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

struct arena;
struct err;

enum { FILE_SHA256_HEX = 65 }; /* 64 digits and the terminator */

/* ERR_MISSING when it cannot be opened, ERR_LIMIT over max_bytes. */
int file_read(struct arena *a, const char *path, size_t max_bytes,
              char **ret_bytes, size_t *ret_n, struct err *e);

/*
 * The same for a name below the folder `dir`. ERR_BUNDLE when the name is
 * absolute, or has a part that is `..`, or leads out by a symbolic link.
 */
int file_read_below(struct arena *a, const char *dir, const char *name,
                    size_t max_bytes, char **ret_bytes, size_t *ret_n,
                    struct err *e);

/* Writes dir/name with this mode by way of a temporary file and rename. */
int file_write(const char *dir, const char *name, const void *bytes, size_t n,
               unsigned mode, struct err *e);

/* All n bytes to an open file, pipe or socket; -1 and errno when it cannot. */
int file_write_all(int fd, const void *bytes, size_t n);

/* Makes dir and its parents; fine when they are there. */
int file_make_dir(const char *dir, struct err *e);

/* SHA-256 (FIPS 180-4) of the bytes, as lower-case hexadecimal digits. */
void file_sha256(const void *bytes, size_t n, char ret_hex[FILE_SHA256_HEX]);

#endif
