/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seals - the seals of a page: where, of what kind, how large, how clear, and
 * each as a clean picture
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "imaging/image.h"
#include "imaging/seal_cell.h"
#include "imaging/seal_search.h"
#include "imaging/stage.h"

struct seals_params {
    double min_mm, max_mm, cut_dpi, margin_mm;
    int measured_colour, max_bytes;
};

static const struct param seals_params[] = {
    PARAM_REAL_OF(struct seals_params, min_mm, "mm", 5, 30, 10,
                  "印章直径或边长的最小值", "least diameter or side of a seal"),
    PARAM_REAL_OF(struct seals_params, max_mm, "mm", 45, 120, 62,
                  "印章直径或边长的最大值",
                  "largest diameter or side of a seal"),
    PARAM_REAL_OF(struct seals_params, cut_dpi, "dpi", 150, 1200, 300,
                  "印章图片的分辨率", "resolution of the pictures of seals"),
    PARAM_REAL_OF(struct seals_params, margin_mm, "mm", 0, 10, 0,
                  "印章图片四周的留白", "blank margin of the pictures"),
    PARAM_INT_OF(struct seals_params, max_bytes, "byte", 0, 10000000, 40960,
                 "印章图片写入 UKey 的最大字节数，0 表示不限",
                 "largest picture that a token takes; 0: any size"),
    PARAM_BOOL_OF(struct seals_params, measured_colour, 0,
                  "印章图片使用实测的墨色，否则使用纯红",
                  "pictures in the ink's own colour instead of pure red"),
    {0},
};

static const double assumed_long_side_mm = 297;
static const double least_official_mm = 30, most_name_mm = 36;

/* The coarse maps: enough for a rim of 1 mm, little enough to be quick. */
static const double map_px_per_mm = 2.9;

/* Less ink than a piece of rim has is not looked at, mm2. */
static const double least_ink_mm2 = 8;

/* The whole factor by which a picture is reduced for a map; never to nothing.
 */
static int whole_factor(const struct image *im, double px_per_mm)
{
    int factor = (int)floor(px_per_mm / map_px_per_mm + 0.02);
    int shortest = im->width < im->height ? im->width : im->height;
    factor = factor > shortest ? shortest : factor;
    return factor < 1 ? 1 : factor;
}

static struct ink_map red_map(struct arena *a, const struct image *ink,
                              double px_per_mm)
{
    size_t n = (size_t)ink->width * (size_t)ink->height;
    struct ink_map m = {ink->width, ink->height, px_per_mm,
                        arena_new_array(a, n, float)};
    for (size_t i = 0; i < n; i++)
        m.ink[i] = (float)ink->px[i] / 255;
    return m;
}

/* The maps of the inks that are not red. */
static void other_maps(struct arena *a, const struct image *small,
                       const struct ink_paper *paper, double step,
                       double px_per_mm, struct ink_map *ret_other,
                       struct ink_map *ret_dark)
{
    size_t w = (size_t)small->width, n = w * (size_t)small->height;
    struct ink_map m = {small->width, small->height, px_per_mm / step, NULL};
    *ret_other = *ret_dark = m;
    ret_other->ink = arena_new_array(a, n, float);
    ret_dark->ink = arena_new_array(a, n, float);
    float *row = arena_new_array(a, 3 * w, float);
    for (int y = 0; y < small->height; y++) {
        ink_paper_row(paper, small, y, 0, 0, step, row);
        float *other = ret_other->ink + (size_t)y * w;
        float *dark = ret_dark->ink + (size_t)y * w;
        for (size_t x = 0; x < w; x++) {
            other[x] = fminf(1, ink_amount(INK_KIND_OTHER, row + 3 * x));
            dark[x] = fminf(1, ink_amount(INK_KIND_DARK, row + 3 * x));
        }
    }
}

static bool has_enough(const struct ink_map *m)
{
    size_t n = (size_t)m->width * (size_t)m->height, inked = 0;
    for (size_t i = 0; i < n; i++)
        inked += m->ink[i] > 0.08f;
    double area = least_ink_mm2 * m->px_per_mm * m->px_per_mm;
    return (double)inked > area;
}

static Point upright_share(const struct page *page, Point p)
{
    double w = page->scan->width, h = page->scan->height;
    Affine turn = affine_quarter_turn(page->turns & 3, w, h);
    Point q = affine_point(turn, p);
    bool across = page->turns & 1;
    return (Point){q.x / (across ? h : w), q.y / (across ? w : h)};
}

/*
 * Which round seal of a licence is the issuing authority's: the one at the
 * lower right, over the date, if another round seal is there too. A licence
 * that was copied in colour has it; of a grey copy with a fresh stamp on it
 * the only red seal is the applicant's, wherever it was put.
 */
static void mark_authority(struct search *s)
{
    size_t rounds = 0, at = 0;
    double best = -1;
    for (size_t i = 0; i < s->n; i++) {
        const struct seal *seal = &s->found[i].seal;
        if (seal->role != SEAL_OFFICIAL)
            continue;
        rounds++;
        Point p = upright_share(s->page, seal->center);
        if (p.x < 0.5 || p.y < 0.5)
            continue;
        /* A grey one was copied along with the licence. */
        double place = p.x + p.y + (seal->ink == INK_PHOTOCOPY ? 2 : 0);
        if (place > best) {
            best = place;
            at = i;
        }
    }
    bool grey = best > 2;
    if (best > 0 && (rounds > 1 || grey))
        s->found[at].seal.role = SEAL_AUTHORITY;
}

/* Official seals are 38 mm and more; a small round one is a person's, unless
 * it has the star of an organisation (then the scale is wrong) or stands on a
 * licence, which may be a reduced copy. */
static bool is_persons_round(const struct found_seal *f)
{
    const struct seal *s = &f->seal;
    return s->shape == SHAPE_ROUND && s->size_mm[0] < least_official_mm &&
           !f->has_star && s->slot != SLOT_BUSINESS_LICENSE;
}

/* Oblong stamps larger than any name seal, and those that an office puts on its
 * certificates ("年报提示"). */
static bool is_note(const struct seal *s)
{
    return s->shape == SHAPE_RECTANGLE &&
           (s->slot == SLOT_BUSINESS_LICENSE ||
            fmax(s->size_mm[0], s->size_mm[1]) > most_name_mm);
}

static void set_roles(struct search *s)
{
    static const enum seal_role roles[] = {
        [SHAPE_OTHER] = SEAL_OTHER,         [SHAPE_ROUND] = SEAL_OFFICIAL,
        [SHAPE_ELLIPSE] = SEAL_OFFICIAL,    [SHAPE_SQUARE] = SEAL_LEGAL_REP,
        [SHAPE_RECTANGLE] = SEAL_LEGAL_REP,
    };
    for (size_t i = 0; i < s->n; i++)
        s->found[i].seal.role = is_persons_round(&s->found[i]) ? SEAL_LEGAL_REP
                                : is_note(&s->found[i].seal)
                                    ? SEAL_OTHER
                                    : roles[s->found[i].seal.shape];
    if (s->page->slot == SLOT_BUSINESS_LICENSE)
        mark_authority(s);
    for (size_t i = 0; i < s->n; i++)
        s->found[i].seal.id = arena_printf(s->arena, "s%zu", i + 1);
}

/* The sheet has a cell for each seal. */
static void measure_cells(struct search *s, struct arena *scratch)
{
    if (s->page->slot == SLOT_SEAL_SHEET)
        for (size_t i = 0; i < s->n; i++)
            s->found[i].seal.crosses_mm =
                seal_cell_crossed_mm(scratch, s->page, &s->found[i].seal);
}

static void search_page(struct search *s, struct arena *scratch)
{
    const struct page *page = s->page;
    double step = page->scan_from_ink.a;
    int factor = whole_factor(page->coarse, s->px_per_mm / step);
    step *= factor;
    struct ink_map other, dark;
    other_maps(scratch, ink_reduce(scratch, page->coarse, factor), page->paper,
               step, s->px_per_mm, &other, &dark);
    if (page->facts.has_colour != TRI_NO) {
        const struct image *ink = ink_reduce(scratch, page->ink, factor);
        struct ink_map red = red_map(scratch, ink, s->px_per_mm / step);
        if (has_enough(&red))
            seal_search_kind(s, INK_KIND_RED, &red, step);
        if (has_enough(&other))
            seal_search_kind(s, INK_KIND_OTHER, &other, step);
    }
    /* Last, so that what has colour is never taken for a grey copy. */
    seal_search_kind(s, INK_KIND_DARK, &dark, step);
}

static int apply(struct arena *a, struct page *page, const void *params,
                 struct err *e)
{
    (void)e;
    const struct seals_params *p = params;
    struct search_options options = {p->min_mm,
                                     p->max_mm,
                                     page->wanted_dpi > 0 ? page->wanted_dpi
                                                          : p->cut_dpi,
                                     p->margin_mm,
                                     (size_t)p->max_bytes,
                                     p->measured_colour};
    double longest = fmax(page->scan->width, page->scan->height);
    struct search *s = arena_new_struct(a, struct search);
    s->arena = a;
    s->page = page;
    s->options = &options;
    s->px_per_mm = page->dpi > 0 ? px_from_mm(1, page->dpi)
                                 : longest / assumed_long_side_mm;
    struct arena *scratch = arena_new((size_t)512 << 20);
    search_page(s, scratch);
    measure_cells(s, scratch);
    arena_free(scratch);
    set_roles(s);
    page->n_seals = s->n;
    page->seals = arena_memdup(a, s->found, s->n * sizeof *s->found);
    return 0;
}

const struct stage stage_seals = {
    .name = "seals",
    .summary = "finds, measures and cuts out the seals",
    .needs = GIVES_TURNS | GIVES_DPI | GIVES_INK,
    .gives = GIVES_SEALS,
    .params_size = sizeof(struct seals_params),
    .params = seals_params,
    .apply = apply,
};
