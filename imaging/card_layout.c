/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Three places are fitted by a similarity, which takes skew and quarter turns
 * in its stride (least squares, as Umeyama 1991). Each place is uncertain by a
 * millimetre or so, which gives the error of the scale; what is left of the
 * places tells whether it is a card at all. The number's ends
 * are those of its box, whose middle line is its own under any small skew.
 */

#include "imaging/card_layout.h"

#include <math.h>
#include <stddef.h>

#include "base/facts.h"
#include "base/resident_id.h"

/* Millimetres from the upper left corner: the middle of the name's left side,
 * of the number's left and right sides. The number is 44 mm long, 42 to 46 on
 * the cards and specimens seen. */
enum { NAME, NUMBER_START, NUMBER_END, PLACES };
static const Point place_mm[PLACES] = {{16, 10.7}, {30.3, 46.2}, {74.3, 46.2}};
static const double place_sigma_mm = 1.2, most_residual_mm = 3;
static const double number_sigma = 0.05;

static Point mean_of(const Point p[PLACES])
{
    Point m = {0, 0};
    for (int i = 0; i < PLACES; i++) {
        m.x += p[i].x / PLACES;
        m.y += p[i].y / PLACES;
    }
    return m;
}

static struct card_scale fit(const Point p[PLACES])
{
    Point pm = mean_of(p), qm = mean_of(place_mm);
    double spread = 0, along = 0, across = 0, most = 0;
    for (int i = 0; i < PLACES; i++) {
        Point u = {place_mm[i].x - qm.x, place_mm[i].y - qm.y};
        Point v = {p[i].x - pm.x, p[i].y - pm.y};
        spread += u.x * u.x + u.y * u.y;
        along += u.x * v.x + u.y * v.y;
        across += u.x * v.y - u.y * v.x;
    }
    along /= spread;
    across /= spread;
    double scale = hypot(along, across);
    for (int i = 0; i < PLACES; i++) {
        Point u = {place_mm[i].x - qm.x, place_mm[i].y - qm.y};
        double x = p[i].x - pm.x - (along * u.x - across * u.y);
        double y = p[i].y - pm.y - (across * u.x + along * u.y);
        most = fmax(most, hypot(x, y));
    }
    if (!(along > 0 && most <= most_residual_mm * scale))
        return (struct card_scale){0};
    return (struct card_scale){scale, place_sigma_mm / sqrt(spread), true};
}

struct card_scale card_layout_scale(const struct document *d, int page)
{
    const struct field *id = document_field(d, "handler_id");
    const struct field *name = document_field(d, "handler_name");
    if (!id || id->page != page || !resident_id_is_well_formed(id->value))
        return (struct card_scale){0};
    Affine upright =
        affine_quarter_turn(d->pages[page - 1].rotation_deg / 90, 0, 0);
    Rect line = affine_rect(upright, id->box);
    double middle = rect_center(line).y;
    Point p[PLACES] = {[NUMBER_START] = {line.x, middle},
                       [NUMBER_END] = {line.x + line.w, middle}};
    if (!name || name->page != page || rect_is_empty(name->box)) {
        double mm = place_mm[NUMBER_END].x - place_mm[NUMBER_START].x;
        return (struct card_scale){line.w / mm, number_sigma, false};
    }
    Rect first = affine_rect(upright, name->box);
    p[NAME] = (Point){first.x, rect_center(first).y};
    return fit(p);
}
