/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_covers - whether a seal's ink lies on what is written somewhere
 *
 * Where the ink is counts, not where its outline runs: characters between the
 * strokes of a seal are not covered.
 */

#ifndef IMAGING_SEAL_COVERS_H
#define IMAGING_SEAL_COVERS_H

#include <stdbool.h>

#include "base/geom.h"

struct page;
struct seal;

/* Share of a box on the scan that has this seal's red ink, 0..1. */
double seal_covers_share(const struct page *page, const struct seal *s,
                         Rect box);

/* Whether it is so much that the writing there suffers. */
bool seal_covers(const struct page *page, const struct seal *s, Rect box);

#endif
