/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * png_out - pictures out, as PNG that is the same bytes every time
 *
 * For extracted seals, evidence crops and stage dumps. Writes pHYs when the
 * dpi is known, no time and no text chunks.
 */

#ifndef IMAGING_PNG_OUT_H
#define IMAGING_PNG_OUT_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct image;

const char *png_out_library(void); /* "1.6.39" */

/* 1, 3 or 4 bands, 8 bits; dpi <= 0: not written. */
int png_out_write(struct arena *a, const struct image *im, double dpi,
                  uint8_t **ret_bytes, size_t *ret_n, struct err *e);

/*
 * For a seal: one colour and its coverage as an indexed PNG whose palette is a
 * ramp of alpha with `levels` steps (2..16), the form that is written into
 * tokens. `im` has 4 bands of one colour.
 */
int png_out_write_ramp(struct arena *a, const struct image *im, double dpi,
                       int levels, uint8_t **ret_bytes, size_t *ret_n,
                       struct err *e);

#endif
