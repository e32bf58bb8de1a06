/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * jpeg_history - was the picture compressed once, or once more before that
 *
 * Told from the pixels, whatever container they came in: the lattice that
 * JPEG's quantisation leaves on the coefficients of 8 x 8 blocks, and the
 * second lattice that an earlier compression left below it (Lukas and Fridrich
 * 2003; Popescu and Farid 2004; Bianchi and Piva 2012). Qualities are those of
 * the Independent JPEG Group's tables, 1..100; other tables get the nearest.
 */

#ifndef IMAGING_JPEG_HISTORY_H
#define IMAGING_JPEG_HISTORY_H

struct arena;
struct image;

struct jpeg_history {
    int quality;  /* of the last compression; 0: none is seen */
    int earlier;  /* of the one before; 0: none is seen */
    double share; /* of the blocks that bear its trace, 0..1; NAN: cannot be
                     told: no lattice, or too few blocks that are not clipped */
};

/* `grey` is the luma of `scan`. */
struct jpeg_history jpeg_history_measure(struct arena *a,
                                         const struct image *scan,
                                         const struct image *grey);

#endif
