/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/geom.h"

#include <math.h>

#include "base/units.h"

bool rect_is_empty(Rect r)
{
    return !(r.w > 0 && r.h > 0);
}

double rect_area(Rect r)
{
    return rect_is_empty(r) ? 0 : r.w * r.h;
}

Point rect_center(Rect r)
{
    return (Point){r.x + r.w / 2, r.y + r.h / 2};
}

Rect rect_intersect(Rect a, Rect b)
{
    double x0 = fmax(a.x, b.x), y0 = fmax(a.y, b.y);
    double x1 = fmin(a.x + a.w, b.x + b.w), y1 = fmin(a.y + a.h, b.y + b.h);
    return (Rect){x0, y0, fmax(0, x1 - x0), fmax(0, y1 - y0)};
}

Rect rect_union(Rect a, Rect b)
{
    if (rect_is_empty(a))
        return b;
    if (rect_is_empty(b))
        return a;
    double x0 = fmin(a.x, b.x), y0 = fmin(a.y, b.y);
    double x1 = fmax(a.x + a.w, b.x + b.w), y1 = fmax(a.y + a.h, b.y + b.h);
    return (Rect){x0, y0, x1 - x0, y1 - y0};
}

Rect rect_inset(Rect r, double dx, double dy)
{
    return (Rect){r.x + dx, r.y + dy, r.w - 2 * dx, r.h - 2 * dy};
}

bool rect_contains(Rect outer, Rect inner)
{
    return inner.x >= outer.x && inner.y >= outer.y &&
           inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

bool rect_has_point(Rect r, Point p)
{
    return p.x >= r.x && p.y >= r.y && p.x < r.x + r.w && p.y < r.y + r.h;
}

double rect_iou(Rect a, Rect b)
{
    double both = rect_area(rect_intersect(a, b));
    double any = rect_area(a) + rect_area(b) - both;
    return any > 0 ? both / any : 0;
}

Affine affine_identity(void)
{
    return (Affine){1, 0, 0, 0, 1, 0};
}

Affine affine_translate(double dx, double dy)
{
    return (Affine){1, 0, dx, 0, 1, dy};
}

Affine affine_scale(double sx, double sy)
{
    return (Affine){sx, 0, 0, 0, sy, 0};
}

Affine affine_rotate(double deg)
{
    double t = rad_from_deg(deg), c = cos(t), s = sin(t);
    return (Affine){c, -s, 0, s, c, 0};
}

Affine affine_compose(Affine m, Affine n)
{
    return (Affine){n.a * m.a + n.b * m.d,       n.a * m.b + n.b * m.e,
                    n.a * m.c + n.b * m.f + n.c, n.d * m.a + n.e * m.d,
                    n.d * m.b + n.e * m.e,       n.d * m.c + n.e * m.f + n.f};
}

bool affine_invert(Affine m, Affine *ret)
{
    double det = m.a * m.e - m.b * m.d;
    if (fabs(det) < 1e-12)
        return false;
    Affine i = {m.e / det, -m.b / det, 0, -m.d / det, m.a / det, 0};
    i.c = -(i.a * m.c + i.b * m.f);
    i.f = -(i.d * m.c + i.e * m.f);
    *ret = i;
    return true;
}

Point affine_point(Affine m, Point p)
{
    return (Point){m.a * p.x + m.b * p.y + m.c, m.d * p.x + m.e * p.y + m.f};
}

Quad affine_quad(Affine m, Rect r)
{
    return (Quad){{affine_point(m, (Point){r.x, r.y}),
                   affine_point(m, (Point){r.x + r.w, r.y}),
                   affine_point(m, (Point){r.x + r.w, r.y + r.h}),
                   affine_point(m, (Point){r.x, r.y + r.h})}};
}

Rect affine_rect(Affine m, Rect r)
{
    return quad_bounds(affine_quad(m, r));
}

Affine affine_quarter_turn(int turns, double w, double h)
{
    switch (turns & 3) {
    case 1:
        return (Affine){0, -1, h, 1, 0, 0};
    case 2:
        return (Affine){-1, 0, w, 0, -1, h};
    case 3:
        return (Affine){0, 1, 0, -1, 0, w};
    default:
        return affine_identity();
    }
}

Rect quad_bounds(Quad q)
{
    double x0 = q.p[0].x, x1 = x0, y0 = q.p[0].y, y1 = y0;
    for (int i = 1; i < 4; i++) {
        x0 = fmin(x0, q.p[i].x);
        x1 = fmax(x1, q.p[i].x);
        y0 = fmin(y0, q.p[i].y);
        y1 = fmax(y1, q.p[i].y);
    }
    return (Rect){x0, y0, x1 - x0, y1 - y0};
}
