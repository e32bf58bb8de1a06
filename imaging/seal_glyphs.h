/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_glyphs - the characters that stand in a square seal's frame
 *
 * A name seal holds one to six characters in columns from the right or in rows
 * from the left, now and then with a number along its lower edge, red on white
 * or white on red. The picture that was cut out is upright already; the frame
 * is taken off and the rest divided where the least ink is. Characters fall
 * apart into halves as easily as seals into characters, so that several
 * divisions are offered, best first, and a reader has to choose.
 */

#ifndef IMAGING_SEAL_GLYPHS_H
#define IMAGING_SEAL_GLYPHS_H

#include <stddef.h>

#include "base/geom.h"

struct arena;
struct image;

enum { GLYPHS_MAX = 6, GLYPHS_WAYS = 3 };

/* One way to divide a seal. */
struct glyph_way {
    size_t n;
    Rect box[GLYPHS_MAX]; /* columns from the right, each from the top */
    double cost;          /* 0: nothing but paper was cut through */
};

struct seal_glyphs {
    const struct image *print; /* grey, dark on light, no frame; NULL: none */
    struct glyph_way way[GLYPHS_WAYS];
    size_t n_ways;
    Rect number; /* digits along the lower edge; w is 0: none */
};

/* `cut` is RGBA, set upright; ways of `least` to `most` characters. */
struct seal_glyphs seal_glyphs_find(struct arena *a, const struct image *cut,
                                    size_t least, size_t most);

/* The characters of a way side by side, as line readers want them. */
const struct image *seal_glyphs_line(struct arena *a,
                                     const struct seal_glyphs *g,
                                     const struct glyph_way *way);

#endif
