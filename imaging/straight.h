/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * straight - long straight edges of a page, nearly along its rows and columns
 *
 * Made for the outlines of cards and printed frames: faint, interrupted by
 * seals and emblems, a little turned. Lengths are pixels of the given picture.
 */

#ifndef IMAGING_STRAIGHT_H
#define IMAGING_STRAIGHT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct image;

/* A vertical edge is x = at + slope y, a horizontal one y = at + slope x. */
struct straight {
    double at, slope;
    bool darkens;    /* the paper gets darker towards larger coordinates */
    int first, last; /* strips across the edge from the first to the last hit */
    const bool *hit; /* of every strip of the page: is the edge seen there */
    double strength; /* mean step, levels */
    double jitter;   /* how far neighbouring places are apart across the edge, a
                        deviation, pixels: little on what was ruled, however
                        bent, and much along letters */
};

struct straights {
    struct straight *edge;
    size_t n;
    double strip_px; /* length of a strip along the edge */
    int strips;      /* of the picture */
    double span_px;  /* of the picture, across the edges */
};

struct straight_options {
    double px_per_mm;
    double skew_deg;  /* of the page, clockwise; edges within 5 degrees of it */
    double least_mm;  /* shorter ones are not told */
    double bridge_mm; /* a longer gap ends an edge */
};

/* Longest first, the vertical or the horizontal edges of a grey picture. */
struct straights straight_find(struct arena *a, const struct image *grey,
                               bool vertical,
                               const struct straight_options *options);

/* Share of the strips between two places along the edge where it is seen. */
double straight_coverage(const struct straights *s, const struct straight *e,
                         double from, double to);

/*
 * By how much the directions of long ruled edges differ from one end of the
 * picture to the other, degrees, as the median over pairs of them (Theil and
 * Sen): what is parallel on paper is so in a scan, and not in a picture that a
 * camera took at a slant. NAN: too few edges far enough apart.
 */
double straight_converge_deg(struct arena *a, const struct straights *s);

#endif
