/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_compare - one stamp or two, and is it one impression shown twice
 *
 * The two imprints are laid on each other: angle by correlation of their polar
 * maps (Reddy and Chatterji 1996, without the translation part), then angle,
 * place and size together to a hundredth of a degree. Then three questions.
 *
 * Same stamp: how alike the shapes are, and how much ink one has where the
 * other has none. Impressions of one stamp lose ink but do not grow strokes,
 * so that ink which is missing says little and ink which is too much a lot
 * (Horiuchi 1999); lost ink of one is "too much" of the other, hence the
 * smaller of the two counts. Cells of 3 mm are asked one by one, since rim and
 * star are alike on all seals of a trade and only the characters differ.
 *
 * Same impression: the correlation of the unclipped ink, and that of what is
 * left inside the strokes when the strokes themselves are taken away: pad,
 * paper and pressure never repeat.
 */

#ifndef IMAGING_SEAL_COMPARE_H
#define IMAGING_SEAL_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "imaging/seal_imprint.h"

struct arena;

struct seal_comparison {
    double shape;         /* correlation of the shapes, -1..1 */
    double extra[2];      /* share of a's ink where b has none, and b's */
    double weak_cells;    /* correlation that a sixth of the cells stay below */
    double correlation;   /* of the ink as it is */
    double texture;       /* inside the strokes; NAN: too little to tell */
    double turn_deg;      /* b against a, of the upright imprints */
    double page_turn_deg; /* of the impressions as they stand on the pages */
    double size_ratio;    /* of b to a as the scales say */
    enum tri is_same_stamp;
    enum tri is_same_impression;
    double confidence; /* that is_same_stamp is right, 0..1 */
};

struct seal_comparison seal_compare(struct arena *scratch,
                                    const struct imprint *a,
                                    const struct imprint *b);

/*
 * Every two seals of one role on different pages: facts->pairs. imprints[i]
 * belongs to facts->seals[i].
 */
void seal_compare_all(struct arena *a, struct facts *f,
                      const struct imprint *imprints);

#endif
