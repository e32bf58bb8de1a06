/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/seal_place.h"

#include <math.h>
#include <string.h>

#include "base/geom.h"
#include "base/jval.h"
#include "base/units.h"
#include "review/bitmap.h"

static const double around = 0.08; /* of the longer side, as in depict.c */

Rect seal_place_box(const struct jval *box)
{
    double v[4];
    for (size_t i = 0; i < 4; i++)
        v[i] = jval_real_value(jval_at(box, i), NAN);
    return (Rect){v[0], v[1], v[2], v[3]};
}

/* The report's box is upright on the scan; the seal itself has its size about
 * its centre, whatever its turn. */
static Rect own_box(const struct jval *seal, double dpi)
{
    const struct jval *size = jval_lookup(seal, "size_mm"),
                      *center = jval_lookup(seal, "center");
    if (dpi <= 0 || jval_count(size) != 2)
        return seal_place_box(jval_lookup(seal, "box"));
    double w = px_from_mm(jval_real_value(jval_at(size, 0), NAN), dpi),
           h = px_from_mm(jval_real_value(jval_at(size, 1), NAN), dpi);
    return (Rect){jval_real_value(jval_at(center, 0), NAN) - w / 2,
                  jval_real_value(jval_at(center, 1), NAN) - h / 2, w, h};
}

static const struct jval *page_of(const struct desk_load *l,
                                  const struct jval *seal)
{
    return desk_page(l, jval_string(seal, "slot", ""),
                     jval_int(seal, "page", 1));
}

struct recut seal_place_found(const struct desk_load *l,
                              const struct jval *seal)
{
    const struct jval *page = page_of(l, seal);
    double dpi = jval_real(jval_lookup(page, "dpi"), "measured", 0);
    double turn =
        jval_real(seal, "rotation", 0) - jval_real(page, "rotation", 0);
    return (struct recut){.page = (int)jval_int(seal, "page", 1),
                          .shape = (enum seal_shape)seal_shape_from_name(
                              jval_string(seal, "shape", "")),
                          .box = own_box(seal, dpi),
                          .rotation_deg = remainder(turn, 360),
                          .scan_dpi = dpi};
}

int seal_place_of_version(const struct desk_load *l, const struct jval *seal,
                          const char *params, struct recut *ret, struct err *e)
{
    struct jval *j;
    *ret = seal_place_found(l, seal);
    if (!params)
        return 0;
    int r = jval_parse(params, strlen(params), &j, e);
    if (r)
        return r;
    r = recut_from_json(j, ret, e);
    jval_free(j);
    return r;
}

Rect seal_place_source(const struct desk_load *l, const struct jval *seal)
{
    const struct jval *page = page_of(l, seal);
    Rect box = seal_place_box(jval_lookup(seal, "box"));
    double grow = around * fmax(box.w, box.h);
    return rect_intersect(rect_inset(box, -grow, -grow),
                          (Rect){0, 0, jval_real(page, "width", 0),
                                 jval_real(page, "height", 0)});
}

Affine seal_place_scan_from_picture(const struct recut *at,
                                    const struct bitmap *picture, double dpi)
{
    Point c = rect_center(at->box);
    double scale = dpi > 0 && at->scan_dpi > 0 ? at->scan_dpi / dpi
                                               : at->box.w / picture->width;
    Affine m = affine_compose(
        affine_translate(-picture->width / 2.0, -picture->height / 2.0),
        affine_scale(scale, scale));
    m = affine_compose(m, affine_rotate(at->rotation_deg));
    return affine_compose(m, affine_translate(c.x, c.y));
}
