/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pixels - what a pipeline of libvips comes to, computed in this thread
 *
 * A line of text is done sooner than a pool of threads is woken, and what one
 * thread does costs the same every time.
 */

#ifndef IMAGING_PIXELS_H
#define IMAGING_PIXELS_H

#include <stdint.h>

struct _VipsImage;

/* All rows from the top, 8-bit samples without padding. Returns -1 when they
 * cannot be computed; libvips's error buffer has the reason. */
int pixels_take(struct _VipsImage *im, uint8_t *px);

#endif
