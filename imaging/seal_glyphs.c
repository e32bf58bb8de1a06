/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_glyphs.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "imaging/image.h"

enum {
    MAX_PARTS = 3, /* columns of a seal, characters of a column */
    LEAST_SIDE = 24,
    DRAWN = 34, /* height of a character in a line */
    PAD = 8,
    GAP = 7,
};

/* A frame begins at the edge, its lines are filled so far; within that share
 * of the side a second, inner one may follow, as full as no strokes are. */
static const double frame_filled = 0.5, frame_within = 0.15, inner_filled = 0.9;

/* More ink than this within the frame: white characters on red. */
static const double mostly_ink = 0.55;

/* A number along the edge: where it may begin, how high it may be, shares of
 * the height; the fewest pieces that it falls into. */
static const double strip_from = 0.70, strip_most = 0.17;
enum { STRIP_PIECES = 7 };

/* How far from its even share of the side a cut may lie, in parts. */
static const double cut_reach = 0.16;

/* The most ink that a cut may go through, of the mean. */
static const double dearest_cut = 0.62;

/* What a character that is not as wide as high costs, per logarithm. */
static const double shape_cost = 0.25;

/* How much a character may be squeezed or widened to stand in a line. */
static const double narrowest = 0.60, widest = 1.35;

/* --- the print within the frame -------------------------------------------*/

struct span {
    int from, to;
};

static int length(struct span s)
{
    return s.to - s.from;
}

/* Mean darkness, 0..1, of each row (or column) of a box. */
static void profile(const struct image *im, struct span x, struct span y,
                    bool of_rows, double *ret)
{
    struct span along = of_rows ? y : x, across = of_rows ? x : y;
    for (int i = along.from; i < along.to; i++) {
        double sum = 0;
        for (int k = across.from; k < across.to; k++)
            sum += 255 - *image_at(im, of_rows ? k : i, of_rows ? i : k);
        ret[i - along.from] = sum / 255 / fmax(1, length(across));
    }
}

/* The stretch that has ink at all. */
static struct span inked(const double *v, int n, double least)
{
    struct span s = {0, n};
    while (s.from < s.to && v[s.from] < least)
        s.from++;
    while (s.to > s.from && v[s.to - 1] < least)
        s.to--;
    return s;
}

/* How many lines of a profile, taken from one end, belong to the frame. */
static int frame_lines(const double *v, int n, bool from_end)
{
    int reach = (int)(frame_within * n), last = 0, step = from_end ? -1 : 1;
    const double *edge = from_end ? v + n - 1 : v;
    while (last < reach && edge[step * last] > frame_filled)
        last++;
    for (int i = last; i < reach; i++)
        if (edge[step * i] > inner_filled)
            last = i + 1;
    while (last > 0 && last < reach && edge[step * last] > frame_filled / 3)
        last++;
    return last;
}

static struct span without_frame(const double *v, int n)
{
    return (struct span){frame_lines(v, n, false), n - frame_lines(v, n, true)};
}

/* Opacity as print: dark is ink, or what the ink leaves free. */
static struct image *print_of(struct arena *a, const struct image *cut,
                              struct span x, struct span y, bool negative)
{
    uint8_t *px;
    struct image *im = image_new(a, length(x), length(y), 1, &px);
    for (int j = y.from; j < y.to; j++)
        for (int i = x.from; i < x.to; i++) {
            uint8_t ink = image_at(cut, i, j)[3];
            *px++ = negative ? ink : (uint8_t)(255 - ink);
        }
    return im;
}

static double mean_ink(const struct image *im)
{
    double sum = 0;
    int n = 0;
    for (int y = im->height / 6; y < im->height - im->height / 6; y++)
        for (int x = im->width / 6; x < im->width - im->width / 6; x++, n++)
            sum += 255 - *image_at(im, x, y);
    return n ? sum / 255 / n : 0;
}

/* The seal's own box of the cut, which may be wider. */
static bool find_box(struct arena *a, const struct image *im, struct span *x,
                     struct span *y)
{
    struct span w = {0, im->width}, h = {0, im->height};
    double *v = arena_new_array(
        a, (size_t)(im->width > im->height ? im->width : im->height), double);
    profile(im, w, h, false, v);
    *x = inked(v, im->width, 0.08);
    profile(im, w, h, true, v);
    *y = inked(v, im->height, 0.08);
    return length(*x) >= LEAST_SIDE && length(*y) >= LEAST_SIDE;
}

/* What is left within the frame, dark on light; NULL: nothing. */
static const struct image *within_frame(struct arena *a,
                                        const struct image *cut)
{
    struct span x = {0, cut->width}, y = {0, cut->height};
    const struct image *all = print_of(a, cut, x, y, false);
    if (!find_box(a, all, &x, &y))
        return NULL;
    bool negative = mean_ink(print_of(a, cut, x, y, false)) > mostly_ink;
    const struct image *im = print_of(a, cut, x, y, negative);
    struct span w = {0, im->width}, h = {0, im->height};
    double *v = arena_new_array(
        a, (size_t)(im->width > im->height ? im->width : im->height), double);
    profile(im, w, h, false, v);
    struct span in_x = without_frame(v, im->width);
    profile(im, w, h, true, v);
    struct span in_y = without_frame(v, im->height);
    if (length(in_x) < LEAST_SIDE || length(in_y) < LEAST_SIDE)
        return NULL;
    return image_crop(a, im,
                      (Rect){in_x.from, in_y.from, length(in_x), length(in_y)});
}

/* --- dividing -------------------------------------------------------------*/

struct divider {
    struct arena *a;
    const struct image *print;
};

/* The box of the ink in it. */
static Rect trimmed(const struct divider *d, struct span x, struct span y)
{
    size_t n = (size_t)(length(x) > length(y) ? length(x) : length(y));
    double *v = arena_new_array(d->a, n + 1, double);
    profile(d->print, x, y, false, v);
    struct span in_x = inked(v, length(x), 0.03);
    profile(d->print, x, y, true, v);
    struct span in_y = inked(v, length(y), 0.03);
    return (Rect){x.from + in_x.from, y.from + in_y.from, length(in_x),
                  length(in_y)};
}

/* n parts of the profile of a box, cut where it is emptiest near their even
 * shares; the dearest cut, in means of the profile. */
static double divide(const double *v, int len, int n, struct span *ret)
{
    double mean = 1e-9, worst = 0;
    for (int i = 0; i < len; i++)
        mean += v[i] / len;
    int from = 0;
    for (int k = 1; k < n; k++) {
        double part = (double)len / n;
        int low = (int)(part * (k - cut_reach)), at = low;
        int high = (int)(part * (k + cut_reach));
        for (int i = low; i <= high; i++)
            /* of equals the middle one */
            if (v[i] < v[at] - 1e-6 ||
                (v[i] <= v[at] + 1e-6 &&
                 fabs(i - part * k) < fabs(at - part * k)))
                at = i;
        worst = fmax(worst, v[at] / mean);
        ret[k - 1] = (struct span){from, at};
        from = at;
    }
    ret[n - 1] = (struct span){from, len};
    return worst;
}

/* A part, divided into one to MAX_PARTS characters. */
struct part {
    struct {
        Rect box[MAX_PARTS];
        double cost, shape;
    } way[MAX_PARTS];
};

static struct part divide_part(const struct divider *d, struct span x,
                               struct span y, bool of_rows)
{
    struct part p;
    struct span along = of_rows ? y : x, pieces[MAX_PARTS];
    double *v = arena_new_array(d->a, (size_t)length(along) + 1, double);
    profile(d->print, x, y, of_rows, v);
    struct span in = inked(v, length(along), 0.03);
    for (int n = 1; n <= MAX_PARTS; n++) {
        p.way[n - 1].cost = divide(v + in.from, length(in), n, pieces);
        p.way[n - 1].shape = 0;
        for (int i = 0; i < n; i++) {
            struct span at = {along.from + in.from + pieces[i].from,
                              along.from + in.from + pieces[i].to};
            Rect r = trimmed(d, of_rows ? x : at, of_rows ? at : y);
            p.way[n - 1].box[i] = r;
            p.way[n - 1].shape +=
                r.w >= 2 && r.h >= 2 ? fabs(log(r.w / r.h)) : 4;
        }
    }
    return p;
}

/* Columns from the right, each from the top. */
static void put_in_order(struct glyph_way *w)
{
    for (size_t i = 1; i < w->n; i++)
        for (size_t k = i; k > 0; k--) {
            Point p = rect_center(w->box[k - 1]), q = rect_center(w->box[k]);
            double apart = (w->box[k - 1].w + w->box[k].w) / 4;
            bool wrong =
                q.x > p.x + apart || (fabs(q.x - p.x) <= apart && q.y < p.y);
            if (!wrong)
                break;
            Rect r = w->box[k];
            w->box[k] = w->box[k - 1];
            w->box[k - 1] = r;
        }
}

static bool is_same(const struct glyph_way *a, const struct glyph_way *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = rect_has_point(a->box[i], rect_center(b->box[i]));
    return same;
}

/* Keeps the best, each division once. */
static void offer(struct seal_glyphs *g, const struct glyph_way *w)
{
    size_t at = g->n_ways;
    for (size_t i = 0; i < g->n_ways; i++)
        if (is_same(&g->way[i], w)) {
            if (g->way[i].cost <= w->cost)
                return;
            memmove(&g->way[i], &g->way[i + 1],
                    (g->n_ways - i - 1) * sizeof *w);
            at = --g->n_ways;
        }
    while (at > 0 && g->way[at - 1].cost > w->cost)
        at--;
    if (at == GLYPHS_WAYS)
        return;
    size_t end = g->n_ways < GLYPHS_WAYS ? g->n_ways : GLYPHS_WAYS - 1;
    memmove(&g->way[at + 1], &g->way[at], (end - at) * sizeof *w);
    g->way[at] = *w;
    g->n_ways = end + 1;
}

/* Each part with one to MAX_PARTS characters: `choice` counts in threes. */
static void offer_choice(struct seal_glyphs *g, const struct part *parts,
                         int n_parts, double cost, int choice, size_t least,
                         size_t most)
{
    struct glyph_way w = {0};
    double shape = 0;
    for (int p = 0; p < n_parts; p++, choice /= MAX_PARTS) {
        int n = choice % MAX_PARTS + 1;
        if (w.n + (size_t)n > GLYPHS_MAX)
            return;
        for (int i = 0; i < n; i++)
            w.box[w.n++] = parts[p].way[n - 1].box[i];
        cost = fmax(cost, parts[p].way[n - 1].cost);
        shape += parts[p].way[n - 1].shape;
    }
    if (w.n < least || w.n > most || cost > dearest_cut)
        return;
    w.cost = cost + shape_cost * shape / (double)w.n;
    put_in_order(&w);
    offer(g, &w);
}

/* Into columns of characters, or rows of them. */
static void divide_all(const struct divider *d, struct seal_glyphs *g,
                       struct span x, struct span y, bool columns, size_t least,
                       size_t most)
{
    struct span all = columns ? x : y, pieces[MAX_PARTS];
    double *v = arena_new_array(d->a, (size_t)length(all) + 1, double);
    profile(d->print, x, y, !columns, v);
    for (int n = 1; n <= MAX_PARTS; n++) {
        struct part parts[MAX_PARTS];
        double cost = divide(v, length(all), n, pieces);
        int choices = 1;
        for (int p = 0; p < n; p++, choices *= MAX_PARTS) {
            struct span at = {all.from + pieces[p].from,
                              all.from + pieces[p].to};
            parts[p] = columns ? divide_part(d, at, y, true)
                               : divide_part(d, x, at, false);
        }
        for (int c = 0; c < choices; c++)
            offer_choice(g, parts, n, cost, c, least, most);
    }
}

/* --- the number -----------------------------------------------------------*/

static int count_pieces(const double *v, int n, double level)
{
    int pieces = 0;
    for (int i = 0; i < n; i++)
        pieces += v[i] > level && (i == 0 || v[i - 1] <= level);
    return pieces;
}

/* Low enough and in many pieces: digits, and no feet of characters. */
static Rect find_number(const struct divider *d)
{
    const struct image *im = d->print;
    struct span x = {0, im->width}, y = {0, im->height};
    int size = im->width > im->height ? im->width : im->height;
    double *v = arena_new_array(d->a, (size_t)size + 1, double);
    profile(im, x, y, true, v);
    int bottom = inked(v, im->height, 0.03).to, cut = -1;
    for (int i = (int)(strip_from * im->height); i < bottom; i++)
        if (bottom - i <= strip_most * im->height &&
            (cut < 0 || v[i] < v[cut] - 1e-6))
            cut = i;
    if (cut < 0 || v[cut] > 0.04)
        return (Rect){0};
    while (cut < bottom && v[cut] < 0.04)
        cut++;
    y = (struct span){cut, bottom};
    profile(im, x, y, false, v);
    struct span in = inked(v, im->width, 0.06);
    int pieces = count_pieces(v, im->width, 0.06);
    bool digits =
        pieces >= STRIP_PIECES && length(y) >= 6 && length(in) > 5 * length(y);
    return digits ? (Rect){in.from, cut, length(in), bottom - cut} : (Rect){0};
}

/* --- all of it ------------------------------------------------------------*/

struct seal_glyphs seal_glyphs_find(struct arena *a, const struct image *cut,
                                    size_t least, size_t most)
{
    struct seal_glyphs g = {.print = within_frame(a, cut)};
    if (!g.print)
        return g;
    struct divider d = {a, g.print};
    g.number = find_number(&d);
    int bottom = g.number.w > 0 ? (int)g.number.y : g.print->height;
    Rect r =
        trimmed(&d, (struct span){0, g.print->width}, (struct span){0, bottom});
    if (r.w < LEAST_SIDE / 2 || r.h < LEAST_SIDE / 2)
        return g;
    struct span x = {(int)r.x, (int)(r.x + r.w)};
    struct span y = {(int)r.y, (int)(r.y + r.h)};
    divide_all(&d, &g, x, y, true, least, most);
    divide_all(&d, &g, x, y, false, least, most);
    return g;
}

const struct image *seal_glyphs_line(struct arena *a,
                                     const struct seal_glyphs *g,
                                     const struct glyph_way *way)
{
    int width[GLYPHS_MAX], total = 2 * PAD + GAP * ((int)way->n - 1);
    for (size_t i = 0; i < way->n; i++) {
        const Rect *r = &way->box[i];
        double shape = fmin(widest, fmax(narrowest, r->w / r->h));
        width[i] = (int)lround(DRAWN * shape);
        total += width[i];
    }
    int height = DRAWN + 2 * PAD, x = PAD;
    uint8_t *px;
    struct image *line = image_new(a, total, height, 1, &px);
    memset(px, 255, (size_t)total * (size_t)height);
    for (size_t i = 0; i < way->n; i++) {
        const struct image *im = image_resize(
            a, image_crop(a, g->print, way->box[i]), width[i], DRAWN);
        for (int y = 0; y < DRAWN; y++)
            memcpy(px + (size_t)(PAD + y) * (size_t)total + (size_t)x,
                   image_at(im, 0, y), (size_t)width[i]);
        x += width[i] + GAP;
    }
    return line;
}
