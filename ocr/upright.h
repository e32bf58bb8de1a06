/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * upright - whether a line of print stands on its feet or on its head
 *
 * PaddleOCR's classifier of text direction, a small network that costs a
 * twentieth of what reading the line would. Upside down a reader still reads
 * something, and may be sure of it; this one was made to tell. Made once,
 * before any sandbox (ocr/onnx.h). Model: PaddleOCR, Apache-2.0; Li et al.,
 * PP-OCR, 2020.
 */

#ifndef OCR_UPRIGHT_H
#define OCR_UPRIGHT_H

struct arena;
struct err;
struct image;
struct models;
struct upright;

/* ERR_LIBRARY tells what is missing or does not fit together. */
int upright_open(struct arena *a, const struct models *files,
                 struct upright **ret, struct err *e);

/*
 * Logarithm of the odds that the line stands upright; negative: rather upside
 * down. Grey, dark on light, at most four times as wide as high: what is longer
 * is squeezed. A line turned by half gives the same with the sign changed.
 */
int upright_log_odds(struct upright *u, struct arena *a,
                     const struct image *line, double *ret, struct err *e);

#endif
