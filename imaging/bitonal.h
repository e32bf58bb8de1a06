/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bitonal - the page in black and white at 150 dpi, where layout is found
 *
 * Layout needs no more than 150 dpi (text of 2.5 mm is 15 pixels high there)
 * and 1-bit morphology at that size costs milliseconds. Black is 1. Only for
 * layout: readers get grey, binarising costs them one name in ten.
 */

#ifndef IMAGING_BITONAL_H
#define IMAGING_BITONAL_H

struct Pix; /* Leptonica's; destroyed with the arena */
struct arena;
struct image;

enum { BITONAL_DPI = 150 };

/* The factor from image pixels to bitonal pixels. An unknown dpi (0) counts as
 * that of a page whose long side is 297 mm. */
double bitonal_scale(const struct image *im, double dpi);

/* Uneven light and paper tint removed, then Sauvola's local threshold. */
struct Pix *bitonal_from_image(struct arena *a, const struct image *grey,
                               double dpi);

/* The long straight rules of tables and frames, a little widened. */
struct Pix *bitonal_rules(struct arena *a, struct Pix *black);

/* black without rules, specks, and everything too large to be a character. */
struct Pix *bitonal_text(struct arena *a, struct Pix *black, struct Pix *rules);

/* Clockwise by quarter turns. */
struct Pix *bitonal_turn(struct arena *a, struct Pix *black, int turns);

/*
 * Along which axis the lines of text run: the share of characters whose
 * nearest neighbour is beside rather than above or below them (O'Gorman's
 * docstrum, 1993). Near 1: rows, near 0: columns, 0.5: cannot be told.
 */
double bitonal_row_share(struct Pix *text);

/* Clockwise by a small angle about the centre, the size kept. */
struct Pix *bitonal_rotate(struct arena *a, struct Pix *black, double deg);

/*
 * The skew of the page in degrees, clockwise positive as seen, and how clearly
 * lines stand out (best over worst score of the sweep, 1: not at all).
 */
void bitonal_skew(struct Pix *black, double *ret_deg, double *ret_confidence);

#endif
