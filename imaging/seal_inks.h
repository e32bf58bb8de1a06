/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_inks - is it one ink: what has two is printed, an emblem or a logo
 */

#ifndef IMAGING_SEAL_INKS_H
#define IMAGING_SEAL_INKS_H

#include "imaging/seal_measure.h"

/*
 * Share of the inked area within the seal whose colour is neither its ink's
 * nor that ink's with toner over or under it.
 */
double seal_inks_foreign(const struct ink_roi *roi,
                         const struct seal_form *form);

#endif
