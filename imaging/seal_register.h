/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_register - how one imprint has to be moved to lie on another
 */

#ifndef IMAGING_SEAL_REGISTER_H
#define IMAGING_SEAL_REGISTER_H

#include "base/geom.h"
#include "imaging/seal_imprint.h"

struct arena;

enum {
    REGISTER_LEVELS = 2, /* 5 and 2.5 samples per mm */
    REGISTER_ANGLES = 1024,
    REGISTER_RADII = 40,
};

/* The shape along one circle as its spectrum over the turns. */
struct circle_spectrum {
    float re[REGISTER_ANGLES], im[REGISTER_ANGLES];
};

/* All that registering needs of an imprint, whatever it is laid on. */
struct imprint_stack {
    float *ink;                      /* as in the imprint; 1 is a full layer */
    float *hidden;                   /* 1: nobody knows what is there, else 0 */
    int side[REGISTER_LEVELS];       /* level 0 is the finer one */
    float *shape[REGISTER_LEVELS];   /* clipped at 1, averaged */
    double radius;                   /* half the size, samples of `ink` */
    struct circle_spectrum *circles; /* REGISTER_RADII, inmost first */
};

/* b under a: turned by turn_deg clockwise, moved, enlarged. */
struct placement {
    double turn_deg, dx_mm, dy_mm, scale;
    double correlation; /* of the shapes at the finer level */
};

struct imprint_stack seal_register_stack(struct arena *a,
                                         const struct imprint *m);

/* Finds the placement of the highest correlation. */
struct placement seal_register(const struct imprint_stack *a,
                               const struct imprint_stack *b);

/* From a place on a's `ink` to the place on b's. */
Affine seal_register_map(const struct placement *p);

#endif
