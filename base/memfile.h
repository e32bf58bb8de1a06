/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * memfile - bytes handed from process to process as a file in memory
 *
 * Sealed: who gets the descriptor can map it and be sure that neither bytes
 * nor size change under his hands.
 */

#ifndef BASE_MEMFILE_H
#define BASE_MEMFILE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

/* A sealed file with these bytes. Close it. */
int memfile_new(const void *bytes, size_t n, int *ret_fd, struct err *e);

/* The same in two steps, for whoever writes by descriptor. */
int memfile_create(int *ret_fd, struct err *e);
int memfile_seal(int fd, struct err *e);

/* The bytes, read-only, until the arena is freed; `fd` may be closed at once.
 * ERR_FORMAT when the file is not sealed. */
int memfile_map(struct arena *a, int fd, const uint8_t **ret_bytes,
                size_t *ret_n, struct err *e);

#endif
