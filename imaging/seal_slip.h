/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_slip - how far a stamp moved while it touched the paper
 */

#ifndef IMAGING_SEAL_SLIP_H
#define IMAGING_SEAL_SLIP_H

#include "imaging/seal_measure.h"

/*
 * The length of an even movement that broadens the rim as it is seen, in
 * pixels of the part; a seal set down twice reads 1.7 times its distance. Of a
 * frame only what differs between its directions shows: a movement along the
 * diagonal does not. NAN when too little of the rim stands free.
 */
double seal_slip(const struct ink_roi *roi, const struct seal_form *form,
                 double px_per_mm);

#endif
