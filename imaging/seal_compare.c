/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_compare.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "imaging/seal_grid.h"
#include "imaging/seal_register.h"

enum {
    SIDE = IMPRINT_SIDE,
    CELL = 3 * IMPRINT_PER_MM, /* about a character */
    SHIFT = 2,                 /* a cell may lie 0.2 mm off: rubber gives way */
    GROW = 3, /* 0.3 mm: a stroke squeezed broad is no other stroke */
    CORE = 2, /* edges of strokes tell no texture */
    WINDOW = 4,
    LEAST_CORE = 400, /* 4 mm2 of strokes both have */
    MAX_PAIRS = 28,
};

static const size_t scratch_bytes = (size_t)64 << 20;
static const size_t stacks_bytes = (size_t)512 << 20;

/* Variance of ink below which a stroke was filled and has no texture. */
static const double flat_ink = 1e-4;

static const float inked = 0.5f, core_ink = 0.35f;

/* Ink that makes a cell worth asking, share of its area in both together. */
static const float cell_ink = 0.06f;
static const float lost_share = 0.35f;

/* Of a cell, what has to be seen of it in both. */
static const float cell_seen = 0.6f;

static float lesser(float a, float b)
{
    return a < b ? a : b;
}

static double correlation(double n, double sa, double sb, double aa, double bb,
                          double ab)
{
    double va = aa - sa * sa / n, vb = bb - sb * sb / n;
    return n > 0 && va > 1e-9 && vb > 1e-9 ? (ab - sa * sb / n) / sqrt(va * vb)
                                           : 0;
}

/* The plane b as it lies on a. */
static float *lay_on(struct arena *scratch, const float *b,
                     const struct placement *p)
{
    float *out = arena_new_array(scratch, IMPRINT_BYTES, float);
    const struct grid_plane plane = {b, SIDE, SIDE};
    Affine m = seal_register_map(p);
    for (int y = 0; y < SIDE; y++)
        seal_grid_row(&plane, m, 1, y, SIDE, out + y * SIDE);
    return out;
}

/* Two imprints, the second laid on the first; 0 ink where one is hidden. */
struct laid {
    float *a, *b;
    uint8_t *hidden; /* in either: tells nothing */
    double radius;
};

static struct laid lay(struct arena *scratch, const struct imprint_stack *a,
                       const struct imprint_stack *b, const struct placement *p)
{
    struct laid l = {
        arena_memdup(scratch, a->ink, IMPRINT_BYTES * sizeof(float)),
        lay_on(scratch, b->ink, p), arena_alloc(scratch, IMPRINT_BYTES, 1),
        a->radius};
    const float *under = lay_on(scratch, b->hidden, p);
    for (int i = 0; i < IMPRINT_BYTES; i++) {
        l.hidden[i] = a->hidden[i] > 0 || under[i] > 0;
        l.a[i] = l.hidden[i] ? 0 : l.a[i];
        l.b[i] = l.hidden[i] ? 0 : l.b[i];
    }
    return l;
}

/* Correlation of the ink as it is, `most` at most, within the seal. */
static double whole_correlation(const struct laid *l, float most)
{
    double n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    double half = SIDE / 2.0, reach = 1.42 * l->radius + 4;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double dx = x + 0.5 - half, dy = y + 0.5 - half;
            if (dx * dx + dy * dy > reach * reach || l->hidden[y * SIDE + x])
                continue;
            double u = (double)lesser(most, l->a[y * SIDE + x]);
            double v = (double)lesser(most, l->b[y * SIDE + x]);
            n++;
            sa += u;
            sb += v;
            aa += u * u;
            bb += v * v;
            ab += u * v;
        }
    return correlation(n, sa, sb, aa, bb, ab);
}

/* --- ink that is too much -------------------------------------------------*/

static uint8_t *grown_mask(struct arena *scratch, const float *v)
{
    uint8_t *rows = arena_alloc(scratch, IMPRINT_BYTES, 1);
    uint8_t *out = arena_alloc(scratch, IMPRINT_BYTES, 1);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            if (v[y * SIDE + x] > inked / 2) {
                int from = x > GROW ? x - GROW : 0;
                int to = x + GROW < SIDE ? x + GROW : SIDE - 1;
                memset(rows + y * SIDE + from, 1, (size_t)(to - from + 1));
            }
    for (int y = 0; y < SIDE; y++)
        for (int k = -GROW; k <= GROW; k++) {
            if (y + k < 0 || y + k >= SIDE)
                continue;
            for (int x = 0; x < SIDE; x++)
                out[y * SIDE + x] |= rows[(y + k) * SIDE + x];
        }
    return out;
}

/* Share of v's ink that lies where the other has none. */
static double extra_ink(struct arena *scratch, const float *v,
                        const float *other)
{
    const uint8_t *near = grown_mask(scratch, other);
    double all = 0, extra = 0;
    for (int i = 0; i < IMPRINT_BYTES; i++)
        if (v[i] > inked) {
            all++;
            extra += !near[i];
        }
    return all > 0 ? extra / all : 1;
}

/* --- cells ----------------------------------------------------------------*/

/* NAN: too little ink in one of them to say anything: lost ink is no other
 * ink, and what is hidden is none. */
static double cell_correlation(const struct laid *l, int x0, int y0, int dx,
                               int dy)
{
    float n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int y = y0; y < y0 + CELL && y < SIDE - SHIFT; y++)
        for (int x = x0; x < x0 + CELL && x < SIDE - SHIFT; x++) {
            int at = y * SIDE + x, to = (y + dy) * SIDE + x + dx;
            if (l->hidden[at] || l->hidden[to])
                continue;
            float u = lesser(1, l->a[at]), v = lesser(1, l->b[to]);
            n++;
            sa += u;
            sb += v;
            aa += u * u;
            bb += v * v;
            ab += u * v;
        }
    float more = sa > sb ? sa : sb, less = lesser(sa, sb);
    if (n < cell_seen * CELL * CELL || more < cell_ink * n ||
        less < lost_share * more)
        return NAN;
    return correlation((double)n, (double)sa, (double)sb, (double)aa,
                       (double)bb, (double)ab);
}

/* The best agreement of a cell with the other's near it. */
static double cell_agreement(const struct laid *l, int x0, int y0)
{
    double best = -1;
    for (int dy = -SHIFT; dy <= SHIFT; dy += SHIFT)
        for (int dx = -SHIFT; dx <= SHIFT; dx += SHIFT) {
            double c = cell_correlation(l, x0, y0, dx, dy);
            if (!isfinite(c))
                return NAN;
            best = fmax(best, c);
        }
    return best;
}

/* What the worst cells come to: the value a sixth of them stay below. */
static double weak_cells(struct arena *scratch, const struct laid *l)
{
    enum { ROWS = SIDE / CELL, LEAST = 6 };
    double *v = arena_new_array(scratch, ROWS * ROWS, double);
    size_t n = 0;
    for (int y = SHIFT; y + CELL / 2 < SIDE; y += CELL)
        for (int x = SHIFT; x + CELL / 2 < SIDE; x += CELL) {
            double c = cell_agreement(l, x, y);
            if (isfinite(c) && n < (size_t)(ROWS * ROWS))
                v[n++] = c;
        }
    rank_sort(v, n);
    return n >= LEAST ? v[n / 6] : 0;
}

/* --- texture --------------------------------------------------------------*/

/* Sums of v over the mask and of the mask in windows, by running sums. */
static void window_sums(struct arena *scratch, const float *v,
                        const uint8_t *mask, float *ret)
{
    float *rows = arena_new_array(scratch, IMPRINT_BYTES, float);
    for (int y = 0; y < SIDE; y++) {
        float sum = 0;
        for (int x = -WINDOW; x < SIDE; x++) {
            int in = x + WINDOW, out = x - WINDOW - 1;
            if (in < SIDE && mask[y * SIDE + in])
                sum += v ? v[y * SIDE + in] : 1;
            if (out >= 0 && mask[y * SIDE + out])
                sum -= v ? v[y * SIDE + out] : 1;
            if (x >= 0)
                rows[y * SIDE + x] = sum;
        }
    }
    float sum[SIDE] = {0};
    for (int y = -WINDOW; y < SIDE; y++) {
        int in = y + WINDOW, out = y - WINDOW - 1;
        for (int x = 0; x < SIDE; x++) {
            sum[x] += in < SIDE ? rows[in * SIDE + x] : 0;
            sum[x] -= out >= 0 ? rows[out * SIDE + x] : 0;
        }
        if (y >= 0)
            memcpy(ret + y * SIDE, sum, sizeof sum);
    }
}

/* Where both have a stroke, its edges left out. */
static uint8_t *core_mask(struct arena *scratch, const float *a, const float *b)
{
    uint8_t *mask = arena_alloc(scratch, IMPRINT_BYTES, 1);
    for (int y = CORE; y < SIDE - CORE; y++)
        for (int x = CORE; x < SIDE - CORE; x++) {
            float least = lesser(a[y * SIDE + x], b[y * SIDE + x]);
            if (least <= core_ink)
                continue;
            for (int j = y - CORE; j <= y + CORE; j++)
                for (int i = x - CORE; i <= x + CORE; i++)
                    least =
                        lesser(least, lesser(a[j * SIDE + i], b[j * SIDE + i]));
            mask[y * SIDE + x] = least > core_ink;
        }
    return mask;
}

static double texture(struct arena *scratch, const float *a, const float *b)
{
    const uint8_t *mask = core_mask(scratch, a, b);
    float *count = arena_new_array(scratch, IMPRINT_BYTES, float);
    float *ma = arena_new_array(scratch, IMPRINT_BYTES, float);
    float *mb = arena_new_array(scratch, IMPRINT_BYTES, float);
    window_sums(scratch, NULL, mask, count);
    window_sums(scratch, a, mask, ma);
    window_sums(scratch, b, mask, mb);
    double n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < IMPRINT_BYTES; i++) {
        if (!mask[i] || count[i] < 2)
            continue;
        double u = (double)(a[i] - ma[i] / count[i]);
        double v = (double)(b[i] - mb[i] / count[i]);
        n++;
        sa += u;
        sb += v;
        aa += u * u;
        bb += v * v;
        ab += u * v;
    }
    bool flat = fmin(aa - sa * sa / n, bb - sb * sb / n) < n * flat_ink;
    return n >= LEAST_CORE && !flat ? correlation(n, sa, sb, aa, bb, ab)
                                    : (double)NAN;
}

/* --- verdict --------------------------------------------------------------*/

/*
 * Same stamp: how far the weakest cells and the shape are from the middle
 * between the two distributions. Measured on 80 pairs of one stamp and 102 of
 * two on the tune family: weak cells 0.81 .. 0.99 and -0.14 .. 0.54, shape
 * 0.91 .. 0.99 and 0.22 .. 0.89. An impression that lost much of its ink has
 * a bad shape and good cells, so that the shape alone never decides.
 */
static double stamp_score(const struct seal_comparison *c)
{
    return 14 * (c->weak_cells - 0.70) + 25 * fmax(c->shape - 0.895, -0.06);
}

static const double sure_score = 1.0;

/* No two stamps were alike by more than 0.89 as a whole: above, single cells
 * that differ (the few broad strokes of a name seal, squeezed) are no proof. */
static const double alike_shape = 0.90;

/* Independent impressions have a texture of -0.04 .. 0.56 in common, one that
 * was scanned, turned and compressed again 0.80 .. 0.96 (tune family). */
static const double repeated = 0.70, perhaps_repeated = 0.45;
static const double same_correlation = 0.95, same_angle_deg = 0.5;

/* Of pictures whose strokes were filled only the ragged edges are left: there
 * 48 independent pairs correlate by up to 0.991, 6 repeated ones by 0.996 and
 * more (cut-outs of the tune family). */
static const double repeated_edges = 0.9955, perhaps_edges = 0.994;

static enum tri one_impression(const struct seal_comparison *c)
{
    if (c->correlation < same_correlation)
        return TRI_NO;
    if (!isfinite(c->texture))
        return c->correlation >= repeated_edges  ? TRI_YES
               : c->correlation >= perhaps_edges ? TRI_UNKNOWN
                                                 : TRI_NO;
    if (c->texture >= repeated)
        return TRI_YES;
    bool one_angle = fabs(c->page_turn_deg) < same_angle_deg;
    return one_angle && c->texture >= perhaps_repeated ? TRI_UNKNOWN : TRI_NO;
}

static void decide(struct seal_comparison *c)
{
    double s = stamp_score(c);
    bool differs = s < -sure_score && c->shape < alike_shape;
    c->is_same_stamp = s > sure_score ? TRI_YES
                       : differs      ? TRI_NO
                                      : TRI_UNKNOWN;
    c->confidence = 1 / (1 + exp(-fabs(s)));
    c->is_same_impression =
        c->is_same_stamp == TRI_NO ? TRI_NO : one_impression(c);
}

/* The two as they lie on each other. */
static struct seal_comparison compare_laid(struct arena *scratch,
                                           const struct imprint_stack *a,
                                           const struct imprint_stack *b)
{
    struct placement p = seal_register(a, b);
    struct laid l = lay(scratch, a, b, &p);
    return (struct seal_comparison){
        .shape = whole_correlation(&l, 1),
        .extra = {extra_ink(scratch, l.a, l.b), extra_ink(scratch, l.b, l.a)},
        .weak_cells = weak_cells(scratch, &l),
        .correlation = whole_correlation(&l, INFINITY),
        .texture = texture(scratch, l.a, l.b),
        .turn_deg = p.turn_deg,
    };
}

/* What the imprints say besides their ink. */
static struct seal_comparison concluded(struct seal_comparison c,
                                        const struct imprint *a,
                                        const struct imprint *b)
{
    bool known = a->scale_known && b->scale_known;
    c.page_turn_deg = remainder(b->turn_deg - a->turn_deg + c.turn_deg, 360);
    c.size_ratio = known ? b->size_mm / a->size_mm : (double)NAN;
    decide(&c);
    return c;
}

struct seal_comparison seal_compare(struct arena *scratch,
                                    const struct imprint *a,
                                    const struct imprint *b)
{
    struct imprint_stack sa = seal_register_stack(scratch, a);
    struct imprint_stack sb = seal_register_stack(scratch, b);
    return concluded(compare_laid(scratch, &sa, &sb), a, b);
}

/* --- an application -------------------------------------------------------*/

static bool is_applicants(const struct seal *s)
{
    return s->role == SEAL_OFFICIAL || s->role == SEAL_LEGAL_REP;
}

/* One role, seen on two pages. */
static bool is_pair(const struct seal *s, const struct seal *t)
{
    return s->role == t->role && is_applicants(s) &&
           (s->slot != t->slot || s->page != t->page);
}

static struct seal_pair pair_of(const struct seal *s, const struct seal *t,
                                const struct seal_comparison *c)
{
    return (struct seal_pair){
        .a = s->id,
        .b = t->id,
        .same_stamp = c->is_same_stamp,
        .same_impression = c->is_same_impression,
        .confidence = c->confidence,
        .shape = c->shape,
        .correlation = c->correlation,
        .texture = c->texture,
        .turn_deg = c->page_turn_deg,
    };
}

/* Of the imprints that may be compared; the others stay empty. */
static struct imprint_stack *stacks_of(struct arena *scratch,
                                       const struct facts *f,
                                       const struct imprint *imprints)
{
    struct imprint_stack *all =
        arena_new_array(scratch, f->n_seals + 1, struct imprint_stack);
    for (size_t i = 0; i < f->n_seals; i++)
        if (imprints[i].ink && is_applicants(&f->seals[i]))
            all[i] = seal_register_stack(scratch, &imprints[i]);
    return all;
}

void seal_compare_all(struct arena *a, struct facts *f,
                      const struct imprint *imprints)
{
    struct arena *kept = arena_new(stacks_bytes);
    const struct imprint_stack *stacks = stacks_of(kept, f, imprints);
    f->pairs = arena_new_array(a, MAX_PAIRS, struct seal_pair);
    f->n_pairs = 0;
    for (size_t i = 0; i < f->n_seals; i++)
        for (size_t k = i + 1; k < f->n_seals && f->n_pairs < MAX_PAIRS; k++) {
            if (!stacks[i].ink || !stacks[k].ink ||
                !is_pair(&f->seals[i], &f->seals[k]))
                continue;
            struct arena *scratch = arena_new(scratch_bytes);
            struct seal_comparison c =
                concluded(compare_laid(scratch, &stacks[i], &stacks[k]),
                          &imprints[i], &imprints[k]);
            arena_free(scratch);
            f->pairs[f->n_pairs++] = pair_of(&f->seals[i], &f->seals[k], &c);
        }
    arena_free(kept);
}
