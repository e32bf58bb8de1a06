/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_search.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/seal_cut.h"
#include "imaging/seal_imprint.h"
#include "imaging/seal_ink.h"
#include "imaging/seal_measure.h"
#include "imaging/seal_number.h"
#include "imaging/seal_quality.h"
#include "imaging/seal_straight.h"
#include "imaging/seal_unwrap.h"

enum {
    MAX_ROUNDS = 12,
    MAX_BLOBS = 12,
    MAX_PART_PX = 1400, /* a 45 mm seal and its surroundings at 600 dpi */
};

static const size_t scratch_bytes = (size_t)512 << 20;

/* How much of a seal's surroundings is looked at, in its radius. */
static const double surroundings = 1.30;

/* Share of the outline on the coarse map from which a circle is looked at. */
static const double least_support[INK_KIND_COUNT] = {
    [INK_KIND_RED] = 0,
    [INK_KIND_OTHER] = 0.4,
    [INK_KIND_DARK] = 0.7,
};

/* A rim that is whole at the scan's own pixels has its outline on the coarse
 * map too: 1.00 on 250 such seals of the tune and report families. What has
 * less waits until the sure ones have taken their ink away. */
static const double sure_support = 0.6;

/* What lies around a seal that its measures still look at: how far the rim has
 * slipped, what the paper beside it shows. */
static const double kept_around_mm = 2.3;

/* A grey seal is believed in these sizes; copies may be reduced. */
static const double least_copy_mm = 20, most_copy_mm = 50;
static const double least_square_mm = 12, most_square_mm = 28;

/* Of the picture's shorter side: a seal on a page of unknown scale has a fifth
 * of it, a seal that fills the picture this share of its rim. */
static const double most_share = 0.45, alone_completeness = 0.5;

/* Share of the rim that makes a round seal sure at first sight. */
static const double sure_completeness = 0.85;

/* CIELAB hues that are called red: magenta-red over red to orange. */
static const double first_red_deg = 335, last_red_deg = 62;

/* What one candidate needs, gone when it was looked at. */
struct look {
    struct arena *scratch;
    struct ink_roi roi;
    struct seal_bounds bounds;
    struct seal_form form;
};

static bool open_look(struct search *s, enum ink_kind kind, Rect box,
                      struct look *l)
{
    const struct page *page = s->page;
    struct ink_roi_options options = {
        .kind = kind,
        .coarse_chroma = page->container.has_chroma_subsampling,
        .max_side_px = MAX_PART_PX,
    };
    l->scratch = arena_new(scratch_bytes);
    if (!ink_roi_measure(l->scratch, page->scan, page->paper, box, &options,
                         &l->roi))
        return false;
    l->bounds = (struct seal_bounds){
        .px_per_mm = s->px_per_mm / l->roi.step,
        .scale_known = page->dpi > 0,
    };
    return true;
}

/* Scan position of a place of the part. */
static Point scan_from_part(const struct ink_roi *roi, Point p)
{
    return (Point){roi->origin.x + p.x * roi->step,
                   roi->origin.y + p.y * roi->step};
}

/* The box around a seal in the part. */
static Rect part_box(const struct seal_form *f)
{
    if (f->shape == SHAPE_SQUARE || f->shape == SHAPE_RECTANGLE)
        return quad_bounds(f->rect.corners);
    const struct fit_ellipse *e = &f->ellipse;
    double t = rad_from_deg(e->angle_deg);
    double w = hypot(e->a * cos(t), e->b * sin(t));
    double h = hypot(e->a * sin(t), e->b * cos(t));
    return (Rect){f->center.x - w, f->center.y - h, 2 * w, 2 * h};
}

static Rect box_of(const struct look *l)
{
    Rect r = part_box(&l->form);
    Point p = scan_from_part(&l->roi, (Point){r.x, r.y});
    return (Rect){p.x, p.y, r.w * l->roi.step, r.h * l->roi.step};
}

static Point moved(Point p, double dx, double dy)
{
    return (Point){p.x + dx, p.y + dy};
}

/* Leaves of the part what a seal's measures need, now that it is known where
 * it is. */
static void narrow(struct look *l, double px_per_mm)
{
    struct seal_form *f = &l->form;
    double around = kept_around_mm * px_per_mm;
    Point from = l->roi.origin;
    l->roi = ink_roi_part(l->scratch, &l->roi,
                          rect_inset(part_box(f), -around, -around));
    double dx = (from.x - l->roi.origin.x) / l->roi.step;
    double dy = (from.y - l->roi.origin.y) / l->roi.step;
    f->center = moved(f->center, dx, dy);
    f->ellipse.center = moved(f->ellipse.center, dx, dy);
    f->rect.center = moved(f->rect.center, dx, dy);
    for (int i = 0; i < 4; i++)
        f->rect.corners.p[i] = moved(f->rect.corners.p[i], dx, dy);
}

/* Without a scale the picture may show the seal alone; then its rim is whole,
 * and a name seal square. What else fills half a picture is a desk, a frame,
 * the curve of a photograph. */
static bool has_likely_share(const struct search *s, const struct look *l)
{
    const struct image *scan = s->page->scan;
    const struct seal_form *f = &l->form;
    bool alone =
        f->shape != SHAPE_RECTANGLE && f->completeness >= alone_completeness;
    double side = fmax(f->width, f->height) * l->roi.step;
    return alone || side < most_share * fmin(scan->width, scan->height);
}

static bool has_size(const struct search *s, const struct look *l)
{
    if (s->page->dpi <= 0)
        return has_likely_share(s, l);
    double low = fmin(l->form.width, l->form.height) / l->bounds.px_per_mm;
    double high = fmax(l->form.width, l->form.height) / l->bounds.px_per_mm;
    return low >= s->options->min_mm && high <= s->options->max_mm;
}

/* Quarter (`period` 90) or half turns that bring an axis near upright. */
static int axis_turns(double deg, double upright_deg, double period)
{
    return (int)lround((upright_deg - deg) / period);
}

/* The turn on the scan: what is up, and for a frame which side is its top. */
static void set_turn(struct search *s, struct look *l)
{
    struct seal_form *f = &l->form;
    double upright_deg = -90.0 * s->page->turns;
    if (f->shape == SHAPE_ROUND) {
        seal_turn_round(l->scratch, &l->roi, upright_deg, f);
        return;
    }
    double period = f->shape == SHAPE_ELLIPSE ? 180 : 90;
    int k = axis_turns(f->turn_deg, upright_deg, period);
    f->turn_deg = remainder(f->turn_deg + k * period, 360);
    if (f->shape == SHAPE_ELLIPSE && seal_turn_oval_is_over(&l->roi, f))
        f->turn_deg = remainder(f->turn_deg + 180, 360);
    if (period == 90 && k % 2 != 0) {
        double w = f->width;
        f->width = f->height;
        f->height = w;
    }
}

static bool is_red(double hue_deg)
{
    return hue_deg >= first_red_deg || hue_deg <= last_red_deg;
}

static void cut_out(struct search *s, const struct look *l, bool red,
                    struct found_seal *ret)
{
    struct seal_cut_options o = {
        .dpi = s->options->cut_dpi,
        .margin_mm = s->options->margin_mm,
        .px_per_mm = s->page->dpi > 0 ? l->bounds.px_per_mm : 0,
        .colour = {255, 0, 0},
    };
    if (s->options->measured_colour || !red)
        for (int c = 0; c < 3; c++)
            o.colour[c] = (uint8_t)lround(
                ink_sample(l->roi.layer * (double)l->roi.vector.d[c]));
    ret->cut =
        seal_cut(s->arena, l->scratch, &l->roi, &l->form, &o, &ret->cut_dpi);
    ret->max_bytes = s->options->max_bytes;
}

static struct fit_ellipse scaled(struct fit_ellipse e, Point center,
                                 double grow)
{
    return (struct fit_ellipse){center, e.a * grow, e.b * grow, e.angle_deg};
}

/* Takes a seal's ink off the coarse map. */
static void erase(struct ink_map *map, double step, const struct look *l)
{
    Point p = scan_from_part(&l->roi, l->form.center);
    struct fit_ellipse e =
        scaled(l->form.ellipse, (Point){p.x / step, p.y / step},
               l->roi.step / step * 1.03);
    seal_find_erase(map, &e);
}

/* The outlines of the round seals known so far, in the part's pixels. */
static size_t others_of(const struct search *s, const struct ink_roi *roi,
                        struct fit_ellipse ret[SEARCH_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct fit_ellipse *e = &s->outline[i];
        if (e->a > 0)
            ret[n++] =
                scaled(*e,
                       (Point){(e->center.x - roi->origin.x) / roi->step,
                               (e->center.y - roi->origin.y) / roi->step},
                       1 / roi->step);
    }
    return n;
}

/* Whether a box shows a seal that was found already, or a part of it. */
static bool is_known(const struct search *s, Rect box)
{
    for (size_t i = 0; i < s->n; i++) {
        Rect b = s->found[i].seal.box;
        double common = rect_area(rect_intersect(b, box));
        if (common > 0.7 * rect_area(box) || common > 0.7 * rect_area(b))
            return true;
    }
    return false;
}

/* Where no scale is known: that of an official seal or a name seal. */
static double usual_px_per_mm(const struct seal_form *f)
{
    bool is_name = f->shape == SHAPE_SQUARE || f->shape == SHAPE_RECTANGLE;
    return fmax(f->width, f->height) / (is_name ? 20 : 40);
}

static void keep(struct search *s, enum ink_kind kind, struct look *l)
{
    struct seal_form *f = &l->form;
    Point center = scan_from_part(&l->roi, f->center);
    Rect box = box_of(l);
    if (s->n == SEARCH_MAX || is_known(s, box))
        return;
    double nan = (double)NAN;
    bool known = s->page->dpi > 0;
    double px_per_mm = known ? l->bounds.px_per_mm : usual_px_per_mm(f);
    narrow(l, px_per_mm);
    set_turn(s, l);
    struct seal_quality q = seal_quality_measure(&l->roi, f, px_per_mm);
    struct found_seal *found = &s->found[s->n];
    found->has_star = f->has_star;
    double hue = ink_hue_deg(l->roi.vector, fmax(0.4, l->roi.layer));
    bool red = kind == INK_KIND_RED && is_red(hue);
    found->seal = (struct seal){
        .slot = s->page->slot,
        .shape = f->shape,
        .box = box,
        .center = center,
        .size_mm = {known ? f->width / px_per_mm : nan,
                    known ? f->height / px_per_mm : nan},
        .rotation_deg = remainder(f->turn_deg + 90.0 * s->page->turns, 360),
        .crosses_mm = nan,
        /* A seal without colour is a copy, whatever the page is. */
        .ink = kind == INK_KIND_DARK ? INK_PHOTOCOPY : INK_UNKNOWN,
        .colour = red ? COLOUR_RED : COLOUR_OTHER,
        .hue_deg = kind == INK_KIND_DARK ? nan : hue,
        .confidence = f->confidence,
        .has_line =
            f->shape == SHAPE_ROUND ? seal_turn_line(&l->roi, f) : TRI_UNKNOWN,
        .clarity = q.clarity,
        .completeness = f->completeness,
        .background = q.background,
        .impression = arena_memdup(s->arena, &q.parts, sizeof q.parts),
    };
    struct seal_ink_cues cues;
    if (red)
        found->seal.ink = seal_ink_judge(l->scratch, &l->roi, px_per_mm, &cues);
    cut_out(s, l, red, found);
    struct imprint *imprint = arena_new_struct(s->arena, struct imprint);
    *imprint = seal_imprint_take(s->arena, &l->roi, f, known ? px_per_mm : 0);
    double skew = s->page->facts.skew_deg;
    imprint->turn_deg = found->seal.rotation_deg - (isfinite(skew) ? skew : 0);
    found->imprint = imprint;
    if (f->shape == SHAPE_ROUND || f->shape == SHAPE_ELLIPSE) {
        struct seal_lines *lines =
            arena_new_struct(s->arena, struct seal_lines);
        *lines = seal_unwrap(s->arena, &l->roi, f, px_per_mm);
        if (!lines->number.picture)
            lines->number =
                seal_number_straight(s->arena, &l->roi, f, px_per_mm);
        if (found->seal.has_line == TRI_YES)
            lines->straight = seal_straight_line(s->arena, &l->roi, f);
        found->lines = lines;
        s->outline[s->n] = scaled(f->ellipse, center, l->roi.step);
    }
    s->n++;
}

/* Of blue and black there are other circles: a whole rim is asked for, and of
 * a grey copy the size of an official seal and an empty ring inside the rim. */
static bool is_credible(const struct search *s, enum ink_kind kind,
                        const struct look *l)
{
    if (kind == INK_KIND_RED)
        return true;
    if (kind == INK_KIND_OTHER)
        return l->form.completeness > 0.6 * l->form.visible;
    double mm = (l->form.width + l->form.height) / 2 / l->bounds.px_per_mm;
    return l->form.completeness > sure_completeness * l->form.visible &&
           l->form.rim_contrast > 0.45 &&
           (s->page->dpi <= 0 || (mm > least_copy_mm && mm < most_copy_mm));
}

/* A broken circle around a place within a seal is a piece of that seal. */
static bool is_within(const struct search *s, Point p)
{
    for (size_t i = 0; i < s->n; i++) {
        Rect b = s->found[i].seal.box;
        if (rect_has_point(rect_inset(b, 0.1 * b.w, 0.1 * b.h), p))
            return true;
    }
    return false;
}

enum verdict { NO_SEAL, WEAK_SEAL, TAKEN };

/* One circle of the coarse map at the scan's own pixels. `sure` wants a whole
 * rim: weaker ones wait until frames and ellipses had their turn, since pieces
 * of those look like pieces of circles. */
static enum verdict search_round(struct search *s, enum ink_kind kind,
                                 struct ink_map *map, double step,
                                 const struct fit_circle *c, bool sure)
{
    double radius = c->radius * step, reach = surroundings * radius;
    Point at = {c->center.x * step, c->center.y * step};
    Rect box = {at.x - reach, at.y - reach, 2 * reach, 2 * reach};
    if (is_known(s, rect_inset(box, reach - radius, reach - radius)))
        return TAKEN;
    if (!sure && is_within(s, at))
        return NO_SEAL;
    struct look l;
    bool seal = open_look(s, kind, box, &l);
    if (seal) {
        struct fit_circle guess = {{(at.x - l.roi.origin.x) / l.roi.step,
                                    (at.y - l.roi.origin.y) / l.roi.step},
                                   radius / l.roi.step};
        seal =
            seal_measure_round(l.scratch, &l.roi, &guess, &l.bounds, &l.form) &&
            has_size(s, &l) && is_credible(s, kind, &l);
    }
    bool take = seal && !(sure && l.form.completeness < sure_completeness);
    if (take) {
        keep(s, kind, &l);
        erase(map, step, &l);
    }
    arena_free(l.scratch);
    return take ? TAKEN : seal ? WEAK_SEAL : NO_SEAL;
}

static void search_rounds(struct search *s, enum ink_kind kind,
                          struct ink_map *map, double step,
                          const struct found_round *rounds, size_t n,
                          enum verdict *verdicts, bool sure)
{
    double least = least_support[kind];
    least = sure ? fmax(least, sure_support) : least;
    for (size_t i = 0; i < n; i++)
        if (verdicts[i] == WEAK_SEAL && rounds[i].support > least)
            verdicts[i] =
                search_round(s, kind, map, step, &rounds[i].circle, sure);
}

/*
 * Blue print, tables and signatures are common, blue frames are not: of an ink
 * that is not red only a whole rim counts. Black frames are everywhere; on a
 * grey copy a square one of a name seal's size with some writing in it is
 * taken, since nothing else is left to go by.
 */
static bool is_sure_enough(enum ink_kind kind, const struct look *l)
{
    const struct seal_form *f = &l->form;
    if (kind == INK_KIND_RED)
        return true;
    if (kind == INK_KIND_OTHER)
        return f->completeness > 0.92 * f->visible;
    double mm = (f->width + f->height) / 2 / l->bounds.px_per_mm;
    return f->shape == SHAPE_SQUARE && f->completeness > 0.95 &&
           f->rect.support > 0.85 && f->rim_contrast > 0.45 &&
           f->outside < 0.1 && f->fill > 0.15 && f->fill < 0.6 &&
           mm > least_square_mm && mm < most_square_mm;
}

/* Whether an oval seal was found, whose ink was taken off the map: what touched
 * it is a blob of its own now. */
static bool search_blobs(struct search *s, enum ink_kind kind,
                         struct ink_map *map, double step,
                         const struct find_range *range, struct arena *scratch)
{
    Rect boxes[MAX_BLOBS];
    size_t n = seal_find_blobs(scratch, map, range, boxes, MAX_BLOBS);
    bool oval = false;
    for (size_t i = 0; i < n; i++) {
        Rect b = boxes[i];
        size_t before = s->n;
        double around = 0.15 * fmax(b.w, b.h) + 2;
        Rect box = rect_inset(b, -around, -around);
        box = (Rect){box.x * step, box.y * step, box.w * step, box.h * step};
        struct look l;
        if (open_look(s, kind, box, &l)) {
            Rect inner = {(b.x * step - l.roi.origin.x) / l.roi.step,
                          (b.y * step - l.roi.origin.y) / l.roi.step,
                          b.w * step / l.roi.step, b.h * step / l.roi.step};
            struct fit_ellipse others[SEARCH_MAX];
            l.bounds.others = others;
            l.bounds.n_others = others_of(s, &l.roi, others);
            if (seal_measure_blob(l.scratch, &l.roi, inner, &l.bounds,
                                  &l.form) &&
                has_size(s, &l) && is_sure_enough(kind, &l))
                keep(s, kind, &l);
        }
        if (s->n > before && l.form.shape == SHAPE_ELLIPSE) {
            erase(map, step, &l);
            oval = true;
        }
        arena_free(l.scratch);
    }
    return oval;
}

/* Without a scale anything may be as large as the picture. */
static struct find_range range_of(const struct search *s, enum ink_kind kind,
                                  const struct ink_map *map)
{
    double px = map->px_per_mm, low = s->options->min_mm * px;
    double high = s->options->max_mm * px;
    if (kind == INK_KIND_DARK) {
        low = least_copy_mm * px;
        high = most_copy_mm * px;
    }
    if (s->page->dpi <= 0) {
        double shortest = fmin(map->width, map->height);
        low = fmax(16, 0.5 * low);
        high = fmax(high, 1.1 * shortest);
    }
    double side = kind == INK_KIND_DARK ? least_square_mm * px : low;
    return (struct find_range){low / 2, high / 2, side * 0.9, high * 1.1};
}

void seal_search_kind(struct search *s, enum ink_kind kind, struct ink_map *map,
                      double step)
{
    struct find_range range = range_of(s, kind, map);
    struct arena *scratch = arena_new(scratch_bytes);
    struct found_round rounds[MAX_ROUNDS];
    enum verdict verdicts[MAX_ROUNDS];
    for (size_t i = 0; i < MAX_ROUNDS; i++)
        verdicts[i] = WEAK_SEAL; /* not looked at yet */
    size_t n = seal_find_rounds(scratch, map, &range, rounds, MAX_ROUNDS);
    search_rounds(s, kind, map, step, rounds, n, verdicts, true);
    bool grey_page = s->page->facts.has_colour == TRI_NO;
    if ((kind != INK_KIND_DARK || grey_page) &&
        search_blobs(s, kind, map, step, &range, scratch))
        search_blobs(s, kind, map, step, &range, scratch);
    if (kind != INK_KIND_DARK)
        search_rounds(s, kind, map, step, rounds, n, verdicts, false);
    arena_free(scratch);
}
