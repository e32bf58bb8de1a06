/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * geom - points, boxes and the maps between images
 *
 * Values, passed by copy. Image coordinates: x to the right, y down, origin at
 * the top left corner of the top left pixel; angles in degrees clockwise as
 * one sees them on the screen.
 */

#ifndef BASE_GEOM_H
#define BASE_GEOM_H

#include <stdbool.h>

typedef struct {
    double x, y;
} Point;

typedef struct {
    double x, y, w, h;
} Rect;

/* Corners clockwise from top left. */
typedef struct {
    Point p[4];
} Quad;

/* x' = a x + b y + c, y' = d x + e y + f */
typedef struct {
    double a, b, c, d, e, f;
} Affine;

bool rect_is_empty(Rect r);
double rect_area(Rect r);
Point rect_center(Rect r);
Rect rect_intersect(Rect a, Rect b); /* zero size when they do not meet */
Rect rect_union(Rect a, Rect b);     /* an empty one counts for nothing */
Rect rect_inset(Rect r, double dx, double dy); /* negative: grows */
bool rect_contains(Rect outer, Rect inner);
bool rect_has_point(Rect r, Point p);
double rect_iou(Rect a, Rect b); /* intersection over union, 0..1 */

Affine affine_identity(void);
Affine affine_translate(double dx, double dy);
Affine affine_scale(double sx, double sy);
Affine affine_rotate(double deg); /* clockwise about the origin */

/* First `first`, then `then`. */
Affine affine_compose(Affine first, Affine then);

/* False, and *ret untouched, when the map has no inverse. */
bool affine_invert(Affine m, Affine *ret);

Point affine_point(Affine m, Point p);
Quad affine_quad(Affine m, Rect r);
Rect affine_rect(Affine m, Rect r); /* upright box around the mapped one */

/*
 * The map from a w x h image to the same image turned clockwise by `turns`
 * quarters (0..3), whose size is then w x h or h x w.
 */
Affine affine_quarter_turn(int turns, double w, double h);

Rect quad_bounds(Quad q);

#endif
