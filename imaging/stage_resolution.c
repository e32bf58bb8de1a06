/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * resolution - how many dots an inch of the paper was really sampled with
 *
 * Traces of interpolation give the ratio of an enlargement to 1 %, but not
 * which of two: samples at q or at 1 - q leave the same trace. Between JPEG's
 * blocks and the enlargement there are mixed lines, half a cycle off. Where
 * the spectrum of the strokes ends tells which; after bilinear enlargement
 * from d to D dpi it falls by 30 dB at 0.88 d / D cycles per pixel (14 pages
 * of `tune` and `report`, 72 to 140 dpi, error below 6 %). A picture that was
 * made smaller leaves traces as well, but its spectrum goes to the end: such a
 * trace says nothing.
 *
 * JPEG's noise can hide that end. The edges of strokes are then the second
 * witness: a ramp between two samples rises from 10 to 90 % over 0.8 of their
 * distance, and nothing on the page is sharper; the sharpest tenth of 7 pages
 * that were enlarged from 75 to 94 dpi gives these to 10 %. Of the two shares
 * the lower counts, and where soft edges and trace agree a weaker one will do.
 * By themselves edges say nothing: those of a faint copy, or of a page with
 * little but seals on it, are as soft as enlarged ones.
 *
 * Of a PDF of several layers the finest counts, which is the print; what has
 * colour, as seals have, is told apart.
 *
 * Without a trace a spectrum that ends early limits the resolution all the
 * same (defocus, a smooth enlargement), only the word "enlarged" is not used:
 * what ends at f is held by 2 f samples. Native scans of copies end at 0.32 or
 * later at 300 dpi (`report`, the softest copiers); at 600 dpi print itself
 * ends at 0.20 to 0.25, which is 240 to 300 dpi.
 */

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/rank.h"
#include "imaging/edges.h"
#include "imaging/image.h"
#include "imaging/jpeg_history.h"
#include "imaging/page.h"
#include "imaging/resolution.h"
#include "imaging/stage.h"

/* Lines of text are rows of the scan, or columns when it lies on its side. */
static double measure_cutoff(struct arena *a, const struct page *page)
{
    enum { LEAST_WINDOWS = 12 };
    double power[RESOLUTION_BINS];
    Rect *box = arena_new_array(a, page->n_lines + 1, Rect);
    for (size_t i = 0; i < page->n_lines; i++)
        box[i] = affine_rect(page->scan_from_text, page->lines[i].box);
    int n = resolution_spectrum(a, page->grey, box, page->n_lines,
                                page->turns % 2, power);
    return n < LEAST_WINDOWS ? NAN : resolution_cutoff(power);
}

/* The part of the sampling distance that the sharpest edges take to rise is the
 * share of the samples that are worth anything; NAN: too few edges. */
static double share_of_edges(struct arena *a, const struct image *grey)
{
    enum { STRIDE = 16, CONTRAST = 60, MOST = 20000, LEAST = 500, RANK = 10 };
    const double ramp = 0.8;
    size_t n;
    const struct edge *edge = edges_find(a, grey, STRIDE, CONTRAST, MOST, &n);
    double *rise = arena_new_array(a, n + 1, double);
    for (size_t i = 0; i < n; i++)
        rise[i] = (double)edge[i].rise_px;
    rank_sort(rise, n);
    return n < LEAST ? NAN : ramp / rise[n / RANK];
}

/* Of enlargements, 1.133 for soft print; sharp print ends later: of two shares
 * the lower one unless the other is clearly nearer. */
static const double share_for_choice = 1.06;
static const double early_cutoff = 0.27, late_cutoff = 0.42;
static const double full_cutoff = 0.45, most_share = 0.88;

/* Lines mixed with those of JPEG's blocks are rare: they have to fit better. */
static const double mixed_penalty = 0.15;

/* A trace that chance may leave counts when the edges agree so well with it.
 * Chance reaches 1.7 (resolution.h). */
static const double weak_trace = 1.7, agreement = 0.12;
/* And when no copier leaves such edges: 0.22 mm. (0.19 mm is the softest of
 * `tune` and of pages of other makers.) */
static const double softest_copy_dpi = 92;

static bool is_traced(const struct resolution_trace *t, double edges,
                      double dpi)
{
    double off = fmin(fabs(log(t->frequency / edges)),
                      fabs(log((1 - t->frequency) / edges)));
    return t->strength > resolution_chance ||
           (t->strength > weak_trace && off < agreement &&
            dpi * edges < softest_copy_dpi);
}

/* The share that a trace at q stands for and that is nearest the expected. */
static double share_of_trace(double q, double expected)
{
    const double all[] = {q, 1 - q, fabs(0.5 - q), 0.5 + q};
    if (!isfinite(expected))
        return 1 - q;
    double best = q, least = HUGE_VAL;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double off =
            fabs(log(all[i] / expected)) + (i >= 2 ? mixed_penalty : 0);
        if (all[i] > 0.05 && all[i] < 1 && off < least) {
            best = all[i];
            least = off;
        }
    }
    return best;
}

static int apply(struct arena *a, struct page *page, const void *params,
                 struct err *e)
{
    (void)params;
    (void)e;
    double cutoff = measure_cutoff(a, page), share = 1;
    double edges = share_of_edges(a, page->grey);
    struct resolution_trace trace = resolution_resampled(a, page->grey);
    enum tri upscaled = cutoff >= late_cutoff ? TRI_NO : TRI_UNKNOWN;
    if (page->container.layer_dpi > 0) {
        /* Traces are of the coarse background then, not of the writing. */
        upscaled = TRI_UNKNOWN;
        if (page->dpi > 0)
            share = fmin(1, page->container.layer_dpi / page->dpi);
    } else if (is_traced(&trace, edges, page->dpi)) {
        /* fmin leaves out what could not be measured. */
        share = share_of_trace(trace.frequency,
                               fmin(share_for_choice * cutoff, edges));
        bool shrunk = share > 0.5 && !(cutoff < full_cutoff);
        upscaled = share > most_share || shrunk ? TRI_UNKNOWN : TRI_YES;
        if (upscaled != TRI_YES)
            share = 1;
    } else if (cutoff < early_cutoff) {
        share = 2 * cutoff;
    }
    struct jpeg_history jpeg = jpeg_history_measure(a, page->scan, page->grey);
    page->facts.jpeg_quality = jpeg.quality;
    page->facts.jpeg_earlier = jpeg.earlier;
    page->facts.upscaled = upscaled;
    page->facts.effective_dpi = page->dpi > 0 ? page->dpi * share : (double)NAN;
    if (page->container.colour_dpi > 0 && page->dpi > 0)
        page->facts.colour_dpi = fmin(page->dpi, page->container.colour_dpi);
    return 0;
}

const struct stage stage_resolution = {
    .name = "resolution",
    .summary = "true resolution from traces of enlargement and spectrum",
    .needs = GIVES_GREY | GIVES_DPI | GIVES_TEXT | GIVES_LINES,
    .gives = GIVES_RESOLUTION,
    .apply = apply,
};
