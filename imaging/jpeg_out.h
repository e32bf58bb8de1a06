/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * jpeg_out - pictures for people to look at, small and without metadata
 *
 * For page previews and evidence, never for anything that is measured again.
 * The same image gives the same bytes. Call it in a sandboxed process only:
 * it starts the library's threads.
 */

#ifndef IMAGING_JPEG_OUT_H
#define IMAGING_JPEG_OUT_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct image;

/* 1 or 3 bands; quality 1..100. */
int jpeg_out_write(struct arena *a, const struct image *im, int quality,
                   uint8_t **ret_bytes, size_t *ret_n, struct err *e);

/* The version of libvips, "8.14.1". */
const char *jpeg_out_library(void);

#endif
