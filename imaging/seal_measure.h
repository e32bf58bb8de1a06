/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_measure - is it a seal, and of what shape, size, turn and quality
 *
 * Works on one ink of a part of the scan. Positions and lengths here are
 * pixels of that part; ratios are 0..1. A national emblem, a title, a finger
 * print or a table is no seal: what makes one is a rim, thin against the whole,
 * with paper on both sides and some but not only ink within.
 */

#ifndef IMAGING_SEAL_MEASURE_H
#define IMAGING_SEAL_MEASURE_H

#include <stdbool.h>

#include "base/facts.h"
#include "imaging/fit.h"
#include "imaging/ink_roi.h"

struct arena;

struct seal_form {
    enum seal_shape shape;
    Point center;
    double width, height;       /* of the seal set upright */
    double turn_deg;            /* clockwise on the scan */
    struct fit_ellipse ellipse; /* round and ellipse */
    struct fit_rect rect;       /* square and rectangle */
    double completeness;        /* share of the rim that has ink */
    double visible;             /* share of the rim that lies on the page */
    double rim;                 /* width of the rim */
    double gap;                 /* longest stretch of rim without ink */
    double quiet;               /* from the edge inwards to the emptiest line */
    double rim_contrast;        /* rim against the gap inside it, 0..1 */
    double outside;             /* ink just outside the rim against the rim */
    double stray;               /* ink beyond the rim where the rim has none */
    double fill;                /* mean coverage within the rim */
    double inked_area;          /* share of the area within that has ink; of
                                   a frame: mean coverage of its middle */
    double even_rim;            /* share of the rim as broad as most of it */
    double foreign;             /* share of its ink that is another one */
    double edge;                /* width of the rim's outer edge */
    double confidence;
    bool has_star; /* round: a five-pointed one in the middle */
};

/* How a seal of this kind has to be; lengths as above, 0: not known. */
struct seal_bounds {
    double px_per_mm;
    bool scale_known;
    const struct fit_ellipse *others; /* seals that may touch or cover it */
    size_t n_others;
};

/* Around a circle found on the coarse map. False: no round seal. */
bool seal_measure_round(struct arena *a, const struct ink_roi *roi,
                        const struct fit_circle *guess,
                        const struct seal_bounds *bounds,
                        struct seal_form *ret);

/* What hangs together in the middle of the part: rectangle, else ellipse. */
bool seal_measure_blob(struct arena *a, const struct ink_roi *roi, Rect box,
                       const struct seal_bounds *bounds, struct seal_form *ret);

/*
 * The turn of a round seal from its star and the gap of its ring text, for
 * `upright_deg`, the turn of an upright page on the scan, where in doubt.
 */
void seal_turn_round(struct arena *a, const struct ink_roi *roi,
                     double upright_deg, struct seal_form *form);

/* The rim of an oval where it is flattest, below: it may be broader at the ends
 * of the long axis, where most of it is. */
double seal_turn_oval_rim(const struct ink_roi *roi,
                          const struct seal_form *form);

/* Whether an oval seal's name runs along its bottom: it stands on its head. */
bool seal_turn_oval_is_over(const struct ink_roi *roi,
                            const struct seal_form *form);

/* Whether a line of print stands between the middle of a round seal and its
 * lower arc, once its turn is known. */
enum tri seal_turn_line(const struct ink_roi *roi,
                        const struct seal_form *form);

#endif
