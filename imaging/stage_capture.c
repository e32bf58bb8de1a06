/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * capture - was the page scanned, photographed, or made by a scanning app
 *
 * Naive Bayes over the cues of cues.def: each contributes a capped
 * log-likelihood ratio against "flatbed", their sums and the priors give the
 * probability of each class. When no class is likely enough the answer is
 * unknown. The cues that were measured are kept as evidence.
 */

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "imaging/capture_cues.h"
#include "imaging/page.h"
#include "imaging/stage.h"

struct capture_params {
    double prior_phone, prior_app;
    double least_confidence;
};

static const struct param params[] = {
    PARAM_REAL_OF(struct capture_params, prior_phone, "ratio", 0.001, 0.9, 0.15,
                  "上传件为手机照片的先验比例",
                  "Share of uploads that are photographs, before looking."),
    PARAM_REAL_OF(struct capture_params, prior_app, "ratio", 0.001, 0.9, 0.15,
                  "上传件为手机扫描软件的先验比例",
                  "Share of uploads made by scanning apps, before looking."),
    PARAM_REAL_OF(struct capture_params, least_confidence, "ratio", 0.34, 0.99,
                  0.6, "低于此把握即报告为无法判断",
                  "Below this probability the class is unknown."),
    {0},
};

static const struct weight {
    const char *name;
    double lo, phone_lo, app_lo, hi, phone_hi, app_hi;
} weights[] = {
#define CUE(name, lo, phone_lo, app_lo, hi, phone_hi, app_hi)                  \
    {#name, lo, phone_lo, app_lo, hi, phone_hi, app_hi},
#include "imaging/cues.def"
#undef CUE
};

static double between(double v, double lo, double at_lo, double hi,
                      double at_hi)
{
    double t = fmin(1, fmax(0, (v - lo) / (hi - lo)));
    return at_lo + t * (at_hi - at_lo);
}

static int capture_apply(struct arena *a, struct page *page,
                         const void *params_, struct err *e)
{
    (void)e;
    const struct capture_params *p = params_;
    double v[CUE_COUNT];
    capture_cues_measure(a, page, v);
    double rest = fmax(1e-3, 1 - p->prior_phone - p->prior_app);
    double phone = log(p->prior_phone / rest), app = log(p->prior_app / rest);
    struct page_facts *f = &page->facts;
    f->cues = arena_new_array(a, CUE_COUNT, struct cue);
    f->n_cues = 0;
    for (int i = 0; i < CUE_COUNT; i++) {
        const struct weight *w = &weights[i];
        if (isnan(v[i]))
            continue;
        phone += between(v[i], w->lo, w->phone_lo, w->hi, w->phone_hi);
        app += between(v[i], w->lo, w->app_lo, w->hi, w->app_hi);
        f->cues[f->n_cues++] = (struct cue){w->name, v[i]};
    }
    double sum = 1 + exp(phone) + exp(app);
    const double probability[] = {1 / sum, exp(phone) / sum, exp(app) / sum};
    static const enum capture classes[] = {CAPTURE_FLATBED, CAPTURE_PHONE,
                                           CAPTURE_SCAN_APP};
    int best = 0;
    for (int i = 1; i < 3; i++)
        if (probability[i] > probability[best])
            best = i;
    f->capture_confidence = probability[best];
    f->capture = probability[best] >= p->least_confidence ? classes[best]
                                                          : CAPTURE_UNKNOWN;
    return 0;
}

const struct stage stage_capture = {
    .name = "capture",
    .summary = "flatbed, phone or scanning app, from the cues of cues.def",
    .needs = GIVES_TURNS | GIVES_DPI,
    .gives = GIVES_CAPTURE,
    .params_size = sizeof(struct capture_params),
    .params = params,
    .apply = capture_apply,
};
