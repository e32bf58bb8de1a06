/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture - was the page scanned, photographed, made by a scanning app, or
 * photographed from a screen
 *
 * The cues of cues.def each contribute a capped log-likelihood ratio against
 * "flatbed"; their sums and the priors give the probability of each class. The
 * ratios are fitted together (multinomial logistic regression), so that cues
 * that say the same thing are not counted twice, as naive Bayes would. No cue
 * acquits by much: a page without one fault may have another. The cues that
 * were measured are kept as evidence.
 *
 * White paper, an odd number of pixels and lines that lie level are what apps
 * make of a photograph, and just as well what scanners, messengers and viewers
 * make of a scan. They may turn the scale; they do not blame by themselves:
 * one cue at least has to be the camera's own trace.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "imaging/capture_cues.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct capture_params {
    double prior_phone, prior_app, prior_screen;
    double least_confidence;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct capture_params, prior_phone, "ratio", 0.001, 0.9, 0.20,
                  "上传件为手机照片的先验比例",
                  "Share of uploads that are photographs, before looking."),
    PARAM_REAL_OF(struct capture_params, prior_app, "ratio", 0.001, 0.9, 0.25,
                  "上传件为手机扫描软件的先验比例",
                  "Share of uploads made by scanning apps, before looking."),
    PARAM_REAL_OF(
        struct capture_params, prior_screen, "ratio", 0.001, 0.9, 0.02,
        "上传件为屏幕翻拍的先验比例",
        "Share of uploads photographed from a screen, before looking."),
    PARAM_REAL_OF(struct capture_params, least_confidence, "ratio", 0.34, 0.99,
                  0.6, "是否为平板扫描的把握低于此值即报告为无法判断",
                  "Less sure whether it is a flatbed scan: unknown."),
    {0},
};

enum { CLASSES = 4 };

static const enum capture classes[CLASSES] = {CAPTURE_FLATBED, CAPTURE_PHONE,
                                              CAPTURE_SCAN_APP, CAPTURE_SCREEN};

enum map { LINEAR, LOG };

static const struct weight {
    const char *name;
    enum map map;
    double lo, hi, at_lo[CLASSES], at_hi[CLASSES];
} weights[] = {
#define CUE(name, cap, map, lo, hi, phone_lo, phone_hi, app_lo, app_hi,        \
            screen_lo, screen_hi)                                              \
    {#name,                                                                    \
     map,                                                                      \
     lo,                                                                       \
     hi,                                                                       \
     {0, phone_lo, app_lo, screen_lo},                                         \
     {0, phone_hi, app_hi, screen_hi}},
#include "imaging/cues.def"
#undef CUE
};

/* What only a camera does, or its file says. */
static const bool is_trace[CUE_COUNT] = {
    [CUE_camera_metadata] = true,
    [CUE_app_metadata] = true,
    [CUE_camera_aspect] = true,
    [CUE_line_convergence_deg] = true,
    [CUE_edge_convergence_deg] = true,
    [CUE_line_bend_deg] = true,
    [CUE_light_range] = true,
    [CUE_background_share] = true,
    [CUE_background_texture] = true,
    [CUE_background_chroma] = true,
    [CUE_moire] = true,
    [CUE_shadow] = true,
    [CUE_glare] = true,
    [CUE_app_mark] = true,
    [CUE_border_colour] = true,
    [CUE_seal_oval] = true,
};

/* A factor of two for the class: all 44 apps' pages of `tune` that were found
 * have a cue of as much. */
static const double least_trace = 0.7;

/* Adds what the cues say to the logarithms of the priors; the most that one
 * trace of a camera says, for each class. */
static void weigh(const double value[CUE_COUNT], double ret[CLASSES],
                  double ret_trace[CLASSES])
{
    for (int i = 0; i < CUE_COUNT; i++) {
        const struct weight *w = &weights[i];
        if (isnan(value[i]))
            continue;
        double t = w->map == LOG
                       ? log(fmax(value[i], w->lo) / w->lo) / log(w->hi / w->lo)
                       : (value[i] - w->lo) / (w->hi - w->lo);
        t = fmin(1, fmax(0, t));
        for (int c = 0; c < CLASSES; c++) {
            double ratio = w->at_lo[c] + t * (w->at_hi[c] - w->at_lo[c]);
            ret[c] += ratio;
            if (is_trace[i])
                ret_trace[c] = fmax(ret_trace[c], ratio);
        }
    }
}

/*
 * First whether it is a flatbed's at all; if not, the likeliest of the others
 * with its own probability, however alike a photograph and an app's page may
 * be. Unknown is what could be a flatbed's or not.
 */
static void decide(const double score[CLASSES], const double trace[CLASSES],
                   double least_confidence, struct page_facts *f)
{
    double most = score[0], sum = 0;
    int best = 1;
    for (int c = 1; c < CLASSES; c++) {
        best = score[c] > score[best] ? c : best;
        most = fmax(most, score[c]);
    }
    for (int c = 0; c < CLASSES; c++)
        sum += exp(score[c] - most);
    double flatbed = exp(score[0] - most) / sum;
    double likeliest = exp(score[best] - most) / sum;
    bool is_flatbed = flatbed >= 0.5;
    f->capture_confidence = is_flatbed ? flatbed : likeliest;
    bool is_sure = fmax(flatbed, 1 - flatbed) >= least_confidence &&
                   (is_flatbed || trace[best] >= least_trace);
    f->capture = is_sure ? classes[is_flatbed ? 0 : best] : CAPTURE_UNKNOWN;
}

static int capture_apply(struct arena *a, struct page *page,
                         const void *params_, struct err *e)
{
    (void)e;
    const struct capture_params *p = params_;
    double v[CUE_COUNT];
    Rect where[CUE_COUNT];
    capture_cues_measure(a, page, v, where);
    double rest =
        fmax(1e-3, 1 - p->prior_phone - p->prior_app - p->prior_screen);
    double score[CLASSES] = {log(rest), log(p->prior_phone), log(p->prior_app),
                             log(p->prior_screen)};
    double trace[CLASSES] = {0};
    weigh(v, score, trace);
    struct page_facts *f = &page->facts;
    f->cues = arena_new_array(a, CUE_COUNT, struct cue);
    f->n_cues = 0;
    for (int i = 0; i < CUE_COUNT; i++)
        if (!isnan(v[i]))
            f->cues[f->n_cues++] =
                (struct cue){weights[i].name, v[i], where[i]};
    decide(score, trace, p->least_confidence, f);
    return 0;
}

const struct stage stage_capture = {
    .name = "capture",
    .summary = "flatbed, phone, scanning app or screen, from cues.def",
    .needs = GIVES_TURNS | GIVES_DPI | GIVES_SKEW | GIVES_GREY | GIVES_LINES |
             GIVES_OUTLINES | GIVES_CLARITY,
    .gives = GIVES_CAPTURE,
    .params_size = sizeof(struct capture_params),
    .params = params,
    .apply = capture_apply,
};
