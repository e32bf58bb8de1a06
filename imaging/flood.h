/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * flood - what hangs together with a place of a mask
 *
 * A mask is width x height bytes without padding; a place is y * width + x.
 */

#ifndef IMAGING_FLOOD_H
#define IMAGING_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

struct flood {
    uint8_t *mask;
    int width, height;
    uint8_t from, to; /* what is joined has `from`, and `to` afterwards */
    bool diagonal;    /* corners touch, too */
};

/* Fills from `start`, whatever is there. The places that were filled, `start`
 * first, go to ret_places, which has room for all of the mask; their number. */
int flood_fill(const struct flood *f, int start, int *ret_places);

#endif
