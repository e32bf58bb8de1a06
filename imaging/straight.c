/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The page is cut into strips of 3 mm across the edge's direction and each is
 * summed along it: 18 samples a place at 150 dpi, so that a step of few levels
 * stands out of noise and a turn of 3 degrees smears by 0.15 mm only. Steps of
 * the profiles are points; a line is where many strips have a point, found by
 * voting over slope and offset (Hough; Duda and Hart 1972), one line after
 * the other, each taking its points with it. Where a line begins and ends is
 * the stretch with the largest hits minus misses (Bentley's maximum
 * subarray): it bridges an emblem, and does not run on into text.
 */

#include "imaging/straight.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/image.h"

static const double strip_mm = 3, bin_mm = 0.34, near_mm = 0.45;
static const double most_turn_deg = 5, turn_step_deg = 0.25;
static const float least_step = 4; /* levels of 255 */
/* Sides of frames and tables: of the picture, and pixels. Rules reach 0.06 at
 * 150 dpi, frames 0.2; lines of text 0.3 to 1.2 (pages of `tune`). */
static const double long_edge = 0.35, most_jitter = 0.25;
static const double far_apart = 0.33; /* of the picture */
enum { SLOPES = 41, MAX_LINES = 48, FEW_PAIRS = 4 };

struct spot {
    float at, step; /* where; levels, negative: gets darker */
    int strip;
    bool used;
};

struct hough {
    const struct straight_options *options;
    struct spot *spot;
    size_t n;
    int strips, bins;
    double strip_px, bin_px, first_bin;
    double slope[SLOPES];
    uint16_t *votes; /* SLOPES x bins */
};

/* Sums of each strip: strips x length. */
static float *profiles(struct arena *a, const struct image *g, bool vertical,
                       int strip_px, int strips)
{
    int length = vertical ? g->width : g->height;
    float *p = arena_new_array(a, (size_t)strips * (size_t)length, float);
    uint32_t *sum = arena_new_array(a, (size_t)g->width, uint32_t);
    for (int y = 0; y < g->height; y++) {
        const uint8_t *row = image_at(g, 0, y);
        if (!vertical) {
            for (int s = 0; s < strips; s++) {
                uint32_t v = 0;
                for (int x = s * strip_px; x < (s + 1) * strip_px; x++)
                    v += row[x];
                p[(size_t)s * (size_t)length + (size_t)y] =
                    (float)v / (float)strip_px;
            }
            continue;
        }
        for (int x = 0; x < g->width; x++)
            sum[x] += row[x];
        int s = y / strip_px;
        if (y % strip_px != strip_px - 1 || s >= strips)
            continue;
        float *out = p + (size_t)s * (size_t)length;
        for (int x = 0; x < length; x++)
            out[x] = (float)sum[x] / (float)strip_px;
        memset(sum, 0, (size_t)g->width * sizeof *sum);
    }
    return p;
}

/* The step at a place: two samples after it against two before. */
static float step_at(const float *p, int x)
{
    return (p[x + 1] + p[x] - p[x - 1] - p[x - 2]) / 2;
}

/* Peaks of the step along every strip. */
static void find_spots(struct arena *a, const float *profile, int length,
                       struct hough *h)
{
    size_t max = (size_t)h->strips * (size_t)(length / 3 + 1);
    h->spot = arena_new_array(a, max, struct spot);
    for (int s = 0; s < h->strips; s++) {
        const float *p = profile + (size_t)s * (size_t)length;
        float sum = 0;
        for (int x = 2; x + 1 < length; x++)
            sum += fminf(8, fabsf(step_at(p, x)));
        float least = fmaxf(least_step, 2 * sum / (float)length);
        float before = 0, here = step_at(p, 2);
        for (int x = 2; x + 2 < length; x++) {
            float after = step_at(p, x + 1), size = fabsf(here);
            if (size >= least && size >= fabsf(before) && size > fabsf(after) &&
                h->n < max) {
                float l = before / here, r = after / here;
                float off = 0.5f * (r - l) / (2 - l - r + 1e-6f);
                h->spot[h->n++] = (struct spot){
                    (float)x + fmaxf(-1, fminf(1, off)), here, s, false};
            }
            before = here;
            here = after;
        }
    }
}

static double along(const struct hough *h, int strip)
{
    return (strip + 0.5) * h->strip_px;
}

static void vote(struct hough *h, const struct spot *p, int weight)
{
    double t = along(h, p->strip);
    for (int k = 0; k < SLOPES; k++) {
        double offset = (double)p->at - h->slope[k] * t;
        int bin = (int)((offset - h->first_bin) / h->bin_px);
        if (bin >= 0 && bin < h->bins)
            h->votes[k * h->bins + bin] =
                (uint16_t)(h->votes[k * h->bins + bin] + weight);
    }
}

static int best_line(const struct hough *h, struct straight *ret)
{
    int most = 0;
    for (int k = 0; k < SLOPES; k++) {
        const uint16_t *v = h->votes + k * h->bins;
        for (int b = 0; b + 1 < h->bins; b++)
            if (v[b] + v[b + 1] > most) {
                most = v[b] + v[b + 1];
                ret->slope = h->slope[k];
                ret->at =
                    h->first_bin +
                    (b + (v[b] * 0.5 + v[b + 1] * 1.5) / most) * h->bin_px;
            }
    }
    return most;
}

static bool is_on(const struct hough *h, const struct straight *l,
                  const struct spot *p, double tolerance)
{
    if (p->used || (p->step < 0) != l->darkens)
        return false;
    double place = l->at + l->slope * along(h, p->strip);
    return fabs((double)p->at - place) <= tolerance;
}

/* The stretch with the most hits minus misses, into first and last. */
static int longest_run(const struct hough *h, const bool *hit,
                       struct straight *l)
{
    int best = 0, sum = 0, from = 0, missed = 0;
    int bridge = (int)(h->options->bridge_mm / strip_mm);
    for (int i = 0; i < h->strips; i++) {
        missed = hit[i] ? 0 : missed + 1;
        if (sum <= 0 || missed > bridge) {
            sum = 0;
            from = i;
        }
        sum += hit[i] ? 1 : -1;
        if (sum > best) {
            best = sum;
            l->first = from;
            l->last = i;
        }
    }
    return best;
}

/* Least squares through the points of the run. */
static void refit(const struct hough *h, struct straight *l, double tolerance)
{
    double n = 0, st = 0, sx = 0, stt = 0, stx = 0, strength = 0;
    double before = NAN, steps = 0, pairs = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct spot *p = &h->spot[i];
        if (p->strip < l->first || p->strip > l->last ||
            !is_on(h, l, p, tolerance))
            continue;
        double t = along(h, p->strip), x = (double)p->at;
        n++, st += t, sx += x, stt += t * t, stx += t * x;
        strength += fabs((double)p->step);
        /* Off the line as it was before: what it turns by is no jitter. */
        double off = x - l->at - l->slope * t;
        steps += isnan(before) ? 0 : (off - before) * (off - before);
        pairs += isnan(before) ? 0 : 1;
        before = off;
    }
    double det = n * stt - st * st;
    if (n < 3 || det <= 0)
        return;
    l->slope = (n * stx - st * sx) / det;
    l->at = (sx - l->slope * st) / n;
    l->strength = strength / n;
    l->jitter = sqrt(steps / pairs / 2);
}

static void mark(const struct hough *h, const struct straight *l,
                 double tolerance, bool *hit)
{
    memset(hit, 0, (size_t)h->strips * sizeof *hit);
    for (size_t i = 0; i < h->n; i++)
        if (is_on(h, l, &h->spot[i], tolerance))
            hit[h->spot[i].strip] = true;
}

/* Takes the best line and its points; false when none is long enough. */
static bool take_line(struct arena *a, struct hough *h, bool darkens,
                      struct straight *ret)
{
    double near = near_mm * h->options->px_per_mm;
    int least =
        (int)(h->options->least_mm * h->options->px_per_mm / h->strip_px * 0.7);
    struct straight l = {.darkens = darkens};
    if (best_line(h, &l) < least)
        return false;
    bool *hit = arena_new_array(a, (size_t)h->strips, bool);
    mark(h, &l, near, hit);
    longest_run(h, hit, &l);
    refit(h, &l, near);
    mark(h, &l, 0.6 * near, hit);
    bool good = longest_run(h, hit, &l) >= least;
    if (good)
        refit(h, &l, 0.6 * near);
    for (size_t i = 0; i < h->n; i++) {
        struct spot *p = &h->spot[i];
        bool inside = p->strip >= l.first && p->strip <= l.last;
        if (inside && is_on(h, &l, p, near)) {
            vote(h, p, -1);
            p->used = true;
        }
    }
    l.hit = hit;
    *ret = l;
    ret->strength = good ? l.strength : 0;
    return true;
}

static int by_length(const void *p, const void *q)
{
    const struct straight *a = p, *b = q;
    int la = a->last - a->first, lb = b->last - b->first;
    if (la != lb)
        return lb - la;
    return a->at < b->at ? -1 : a->at > b->at;
}

static void find_lines(struct arena *a, struct hough *h, bool darkens,
                       struct straights *ret)
{
    memset(h->votes, 0, (size_t)(SLOPES * h->bins) * sizeof *h->votes);
    for (size_t i = 0; i < h->n; i++)
        if ((h->spot[i].step < 0) == darkens)
            vote(h, &h->spot[i], 1);
    struct straight l;
    for (int i = 0; i < MAX_LINES && take_line(a, h, darkens, &l); i++)
        if (l.strength > 0)
            ret->edge[ret->n++] = l;
}

struct straights straight_find(struct arena *a, const struct image *grey,
                               bool vertical, const struct straight_options *o)
{
    int length = vertical ? grey->width : grey->height;
    int across = vertical ? grey->height : grey->width;
    int strip_px = (int)fmax(2, round(strip_mm * o->px_per_mm));
    struct hough h = {.options = o,
                      .strips = across / strip_px,
                      .strip_px = strip_px,
                      .bin_px = fmax(1, bin_mm * o->px_per_mm)};
    struct straights ret = {
        arena_new_array(a, 2 * (size_t)MAX_LINES, struct straight), 0, strip_px,
        h.strips, length};
    if (h.strips < 3 || length < 16)
        return ret;
    double side = vertical ? -1 : 1; /* of a turn on the slope */
    for (int k = 0; k < SLOPES; k++)
        h.slope[k] =
            side *
            tan(rad_from_deg(o->skew_deg - most_turn_deg + k * turn_step_deg));
    double reach = fmax(fabs(h.slope[0]), fabs(h.slope[SLOPES - 1])) * across;
    h.first_bin = -reach;
    h.bins = (int)((length + 2 * reach) / h.bin_px) + 1;
    h.votes = arena_new_array(a, (size_t)(SLOPES * h.bins), uint16_t);
    find_spots(a, profiles(a, grey, vertical, strip_px, h.strips), length, &h);
    find_lines(a, &h, true, &ret);
    find_lines(a, &h, false, &ret);
    qsort(ret.edge, ret.n, sizeof *ret.edge, by_length);
    return ret;
}

double straight_coverage(const struct straights *s, const struct straight *e,
                         double from, double to)
{
    int hits = 0, all = 0;
    int first = (int)ceil(from / s->strip_px - 0.5);
    for (int i = first < 0 ? 0 : first; (i + 0.5) * s->strip_px <= to; i++) {
        all++;
        hits += i <= e->last && i >= e->first && e->hit[i];
    }
    return all > 0 ? (double)hits / all : 0;
}

static bool is_ruled(const struct straights *s, const struct straight *e)
{
    int seen = 0;
    for (int k = e->first; k <= e->last; k++)
        seen += e->hit[k];
    return seen >= long_edge * s->strips && e->jitter <= most_jitter;
}

double straight_converge_deg(struct arena *a, const struct straights *s)
{
    double *place = arena_new_array(a, s->n + 1, double);
    double *angle = arena_new_array(a, s->n + 1, double);
    double *turn = arena_new_array(a, s->n * s->n + 1, double);
    size_t ruled = 0, n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct straight *e = &s->edge[i];
        if (!is_ruled(s, e))
            continue;
        double middle = (e->first + e->last + 1) / 2.0 * s->strip_px;
        place[ruled] = e->at + e->slope * middle;
        angle[ruled++] = atan(e->slope);
    }
    for (size_t i = 0; i < ruled; i++)
        for (size_t k = 0; k < i; k++) {
            double apart = (place[i] - place[k]) / s->span_px;
            if (fabs(apart) >= far_apart)
                turn[n++] = (angle[i] - angle[k]) / apart;
        }
    return n >= FEW_PAIRS ? deg_from_rad(rank_median(turn, n)) : NAN;
}
