/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * text_lines - where the lines of text are, for readers
 *
 * Run-length smearing (Wong, Casey, Wahl 1982) on the rule-free page at
 * 150 dpi: characters that stand closer than about one character on one
 * baseline are one line; a table rule between them always separates. Boxes are
 * in the pixels of the given image, sorted from top to bottom, then left to
 * right.
 */

#ifndef IMAGING_TEXT_LINES_H
#define IMAGING_TEXT_LINES_H

#include <stddef.h>

struct Pix;
struct arena;
struct text_line;

/*
 * `black` is a level page from bitonal.h; boxes are divided by `scale` (its
 * pixels per pixel of the image the boxes are wanted in).
 */
const struct text_line *text_lines_find(struct arena *a, struct Pix *black,
                                        double scale, size_t *ret_n);

#endif
