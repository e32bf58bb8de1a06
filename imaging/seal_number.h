/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_number - a number that stands straight within a seal
 *
 * Oval seals have it under the middle, some round ones under the star; along
 * the lower arc seal_unwrap finds it.
 */

#ifndef IMAGING_SEAL_NUMBER_H
#define IMAGING_SEAL_NUMBER_H

#include "imaging/seal_unwrap.h"

/* Without a picture: there is none. The seal's turn has to be known; px_per_mm
 * of the part, a guess will do. */
struct seal_line seal_number_straight(struct arena *a,
                                      const struct ink_roi *roi,
                                      const struct seal_form *form,
                                      double px_per_mm);

#endif
