/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * outlines - printed rectangles that have one size wherever they are printed,
 * and whether the page's long ruled edges are parallel
 *
 * A resident's card is 85.60 x 53.98 mm (ISO/IEC 7810 ID-1); the frame of the
 * duplicate of a licence of 2019 is 267.4 x 167.7 mm. On a copy they show by
 * how much it was reduced, once it is known how many pixels a millimetre of
 * the sheet has (true_size.h). The two have nearly the same aspect: which is
 * looked for depends on what the document has to be, and other certificates
 * have frames of other aspects, of which nothing is said. Straight edges are
 * found in the picture of 150 dpi, to a tenth of its pixel.
 */

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/outline.h"
#include "imaging/page.h"
#include "imaging/stage.h"
#include "imaging/straight.h"

struct known {
    const char *name;
    enum slot slot;
    double width_mm, height_mm;
    double tolerance; /* of the aspect */
    double least_mm;  /* edges that count */
    double bridge_mm; /* gaps of a side: an emblem, a seal */
    size_t most;      /* of them on a page */
};

/* The shortest edge: of a copy at 42 %, less its round corners. A frame's
 * tolerance of the aspect keeps its inner lines and other certificates out. */
static const struct known known[] = {
    {"id_card", SLOT_ID_CARD, 85.60, 53.98, 0.05, 16, 12, 2},
    {"licence_2019", SLOT_BUSINESS_LICENSE, 267.4, 167.7, 0.012, 40, 45, 1},
};

enum { MOST = 4 };
static const double least_ratio = 0.42, most_ratio = 1.6;
static const double assumed_long_side_mm = 297;
static const double least_text = 0.6; /* of the lines, in a frame */
/* Of other pages: sides of tables and of the sheet. */
static const double least_rule_mm = 70, rule_bridge_mm = 12;

static struct outline told(const struct known *k, const struct outline_box *b,
                           double step, bool on_end)
{
    Rect r = quad_bounds(b->corners);
    return (struct outline){
        .name = k->name,
        .box = {r.x * step, r.y * step, r.w * step, r.h * step},
        .size_px = {(on_end ? b->height : b->width) * step,
                    (on_end ? b->width : b->height) * step},
        .true_mm = {k->width_mm, k->height_mm},
        .seen = b->seen,
    };
}

/* A frame has most of the page's text in it; a part of one has not. */
static bool encloses_text(const struct page *page, Rect box)
{
    double inside = 0, all = 0;
    for (size_t i = 0; i < page->n_lines; i++) {
        Rect r = affine_rect(page->scan_from_text, page->lines[i].box);
        all += rect_area(r);
        inside += rect_has_point(box, rect_center(r)) ? rect_area(r) : 0;
    }
    return inside >= least_text * all;
}

/* Lying as printed or turned by a quarter, whichever shows more. */
static size_t find(const struct known *k, const struct page *page,
                   double px_per_mm, const struct straights *v,
                   const struct straights *h, struct outline *ret)
{
    size_t found = 0;
    double most = 0, step = page->small_step;
    for (int on_end = 0; on_end < 2; on_end++) {
        double w = on_end ? k->height_mm : k->width_mm;
        double l = on_end ? k->width_mm : k->height_mm;
        struct outline_shape shape = {w, l, k->tolerance,
                                      least_ratio * w * px_per_mm,
                                      most_ratio * w * px_per_mm};
        struct outline_box box[MOST];
        size_t n = outline_find(v, h, &shape, box, k->most);
        double shown = 0;
        for (size_t i = 0; i < n; i++)
            shown += box[i].seen * (box[i].width + box[i].height);
        if (shown <= most)
            continue;
        most = shown;
        found = 0;
        for (size_t i = 0; i < n; i++) {
            ret[found] = told(k, &box[i], step, on_end);
            found += k->most > 1 || encloses_text(page, ret[found].box);
        }
    }
    return found;
}

static const struct known *known_of(enum slot slot)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].slot == slot)
            return &known[i];
    return NULL;
}

static int apply(struct arena *a, struct page *page, const void *params,
                 struct err *e)
{
    (void)params;
    (void)e;
    double longest = fmax(page->scan->width, page->scan->height);
    double px_per_mm = page->dpi > 0 ? px_from_mm(1, page->dpi)
                                     : longest / assumed_long_side_mm;
    double skew = page->facts.skew_deg;
    const struct known *k = known_of(page->slot);
    struct straight_options o = {
        px_per_mm / page->small_step, isfinite(skew) ? skew : 0,
        k ? k->least_mm : least_rule_mm, k ? k->bridge_mm : rule_bridge_mm};
    struct straights v = straight_find(a, page->small, true, &o);
    struct straights h = straight_find(a, page->small, false, &o);
    page->upright_edges_deg = straight_converge_deg(a, &v);
    page->level_edges_deg = straight_converge_deg(a, &h);
    page->facts.outlines = arena_new_array(a, MOST, struct outline);
    page->facts.n_outlines =
        k ? find(k, page, o.px_per_mm, &v, &h, page->facts.outlines) : 0;
    return 0;
}

const struct stage stage_outlines = {
    .name = "outlines",
    .summary = "card outlines and licence frames, as rulers",
    .needs = GIVES_GREY | GIVES_DPI | GIVES_SKEW | GIVES_LINES,
    .gives = GIVES_OUTLINES,
    .apply = apply,
};
