/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_ink - was the seal stamped, or printed in colour
 *
 * A stamp leaves one ink, unevenly; a printer lays several toners as a screen
 * of dots, evenly. Three cues, none of which is sure by itself: a line in the
 * spectrum of the strokes (halftone), how far the colour strays from one ink's
 * line (spread), how uneven the layer is over half a millimetre (mottle). Each
 * gives a log-likelihood ratio; their sum decides.
 * Finer screens than the scan resolves and a good inkjet leave nothing to see:
 * then the answer is unknown, and never "stamped" because nothing was found.
 * Limits and sources: Nyquist's, for the screen; Amidror, The Theory of the
 * Moire Phenomenon; Micenkova and van Beusekom, StaVer, for the colour.
 */

#ifndef IMAGING_SEAL_INK_H
#define IMAGING_SEAL_INK_H

#include "base/facts.h"
#include "imaging/ink_roi.h"

struct arena;

struct seal_ink_cues {
    double halftone; /* highest peak over the median at its frequency */
    double spread;   /* second over first axis of the colours' scatter */
    double mottle;   /* variation of the layer over a millimetre, share */
    double ratio;    /* log-likelihood, printed over stamped */
};

/* Of a red seal on a scan with colour; px_per_mm of the part. */
enum seal_ink seal_ink_judge(struct arena *scratch, const struct ink_roi *roi,
                             double px_per_mm, struct seal_ink_cues *ret);

#endif
