/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_formats - a seal's picture as older programs for tokens take it
 *
 * BMP and GIF know no soft opacity: the ink lies on white, in the same few
 * steps as the PNG's palette, one palette entry each, so that nothing is lost
 * but the transparency. Equal pictures give equal bytes.
 */

#ifndef IMAGING_SEAL_FORMATS_H
#define IMAGING_SEAL_FORMATS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct image;

enum seal_format { SEAL_FORMAT_BMP, SEAL_FORMAT_GIF };

/* `cut`: 3 bands, at most 256 colours. dpi <= 0: not known; GIF has no place
 * for it. Call it in a sandboxed process only. */
int seal_formats_write(struct arena *a, const struct image *cut, double dpi,
                       enum seal_format format, uint8_t **ret_bytes,
                       size_t *ret_n, struct err *e);

#endif
