/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Two scales are compared, each the logarithm of pixels per millimetre: that
 * of the sheet that lay on the glass, and that of the copy printed on it.
 *
 * The sheet: the applicant stamped it after it was copied, and the seal of one
 * application is one piece of rubber. Its diameter is taken from the other
 * documents, where sheet and density agree, so no list of legal diameters is
 * needed. A declared density that makes the picture a paper size is believed
 * as well; against one that does not, the seal is right. Without the other
 * documents its size is still one of those that such seals have (38 to 45 mm,
 * GuoFa 1999 No. 25): no ruler, but enough to refute a density by which it is
 * not. When a seal that does not look copied contradicts a sheet of A4, nobody
 * knows which is wrong, and the interval spans both.
 *
 * The copy: outlines of known size, else the issuing authority's seal, copied
 * along: 40 to 45 mm, mostly 42. It tells 70 % but not 93 %: a seal of a size
 * that authorities have says nothing, and no ratio is given.
 *
 * Of a card whose outline the copier lost, the places of its print are left
 * (card_layout.h). They vary from card to card, so that the interval reaches
 * further up, where it would blame.
 *
 * Estimates are weighted by 1 / sigma^2. The sigmas are relative: rubber and
 * pressure +-0.3 mm of 40, density and paper 0.6 %, copiers 0.5 % and the
 * thickness of the outline 0.4 %.
 */

#include "imaging/true_size.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/facts.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/card_layout.h"

/* A value and its deviation, both logarithms; sigma 0: not known. */
struct estimate {
    double log, sigma;
};

static const double seal_sigma = 0.008, outline_sigma = 0.007;
static const double sheet_sigma = 0.006, word_sigma = 0.015;
static const double usual_seal_mm = 41, legal_sigma = 0.045;
static const double same_paper = 0.02, usual_tolerance = 0.004;
static const double same_shape = 0.06, a4_long_mm = 297;
static const double copied_shape = 0.02;
static const double conflict_sigmas = 3, two_sigmas = 2;
static const double least_authority_mm = 40, most_authority_mm = 45,
                    usual_authority_mm = 42;
static const double seal_slack = 0.12;
static const double least_confidence = 0.5;
static const double blaming_sigmas = 4, most_told = 0.85;
enum { LEAST_OTHERS = 2, MAX_SIZES = 16 };

static bool is_known(struct estimate e)
{
    return e.sigma > 0;
}

static struct estimate combine(struct estimate p, struct estimate q)
{
    if (!is_known(p) || !is_known(q))
        return is_known(p) ? p : q;
    double wp = 1 / (p.sigma * p.sigma), wq = 1 / (q.sigma * q.sigma);
    return (struct estimate){(p.log * wp + q.log * wq) / (wp + wq),
                             sqrt(1 / (wp + wq))};
}

static bool contradict(struct estimate p, struct estimate q)
{
    return is_known(p) && is_known(q) &&
           fabs(p.log - q.log) > conflict_sigmas * hypot(p.sigma, q.sigma);
}

static double log_px_per_mm(double dpi)
{
    return log(dpi / MM_PER_INCH);
}

/* --- the sheet ---------------------------------------------------------- */

static bool is_usual(double dpi)
{
    static const double usual[] = {150, 200, 240, 300, 400, 600, 1200};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (fabs(dpi / usual[i] - 1) < usual_tolerance)
            return true;
    return false;
}

/* Is the picture, at its density, a sheet of A4 or A3? Scanners cut a little
 * off or add up to 3.5 %. */
static bool is_sheet(const struct page_facts *p)
{
    static const double papers[][2] = {{210, 297}, {297, 420}};
    double w = mm_from_px(p->width, p->dpi_measured);
    double h = mm_from_px(p->height, p->dpi_measured);
    for (size_t i = 0; i < 2; i++) {
        double s = fmin(w, h) / papers[i][0], l = fmax(w, h) / papers[i][1];
        if (s > 1 - same_paper && s < 1.035 && l > 1 - same_paper && l < 1.035)
            return true;
    }
    return false;
}

static bool is_photo(const struct page_facts *p)
{
    return p->capture == CAPTURE_PHONE || p->capture == CAPTURE_SCREEN;
}

/* A camera has no density; an app stretches a sheet to one. */
static bool has_density(const struct page_facts *p)
{
    return isfinite(p->dpi_measured) && !is_photo(p) &&
           (p->capture != CAPTURE_SCAN_APP || is_sheet(p));
}

/* Is there no doubt how many pixels a millimetre of the sheet has? */
static bool is_certain(const struct page_facts *p)
{
    return isfinite(p->dpi_measured) && is_sheet(p) && !is_photo(p) &&
           (p->dpi_source == DPI_METADATA || is_usual(p->dpi_measured));
}

/* A picture that has the shape of a sheet, but not by its density: messengers
 * and viewers keep the word and make the picture smaller. The scale if it is a
 * sheet of A4; 0: no such doubt. */
static double other_scale(const struct page_facts *p)
{
    double longest = fmax(p->width, p->height);
    double aspect = longest / fmin(p->width, p->height);
    bool doubtful = !is_sheet(p) && fabs(aspect / sqrt(2) - 1) < same_shape;
    return doubtful ? log(longest / a4_long_mm) : 0;
}

static struct estimate by_density(const struct page_facts *p)
{
    if (!has_density(p))
        return (struct estimate){0};
    return (struct estimate){log_px_per_mm(p->dpi_measured),
                             is_certain(p) ? sheet_sigma : word_sigma};
}

/* --- the applicant's seal ----------------------------------------------- */

static bool is_fresh(const struct seal *s)
{
    return s->role == SEAL_OFFICIAL && s->ink != INK_PHOTOCOPY &&
           s->ink != INK_PRINTED &&
           (s->shape == SHAPE_ROUND || s->shape == SHAPE_ELLIPSE) &&
           !(s->confidence < least_confidence);
}

static const struct seal *fresh_seal(const struct facts *f, enum slot slot,
                                     int page)
{
    const struct seal *best = NULL;
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        if (s->slot == slot && s->page == page && is_fresh(s) &&
            (!best || s->confidence > best->confidence))
            best = s;
    }
    return best;
}

/* Geometric mean of both axes in pixels; 0 when it cannot be told. */
static double seal_px(const struct seal *s, const struct page_facts *p)
{
    if (isfinite(s->size_mm[0]) && isfinite(p->dpi_measured))
        return px_from_mm(sqrt(s->size_mm[0] * s->size_mm[1]), p->dpi_measured);
    return s->shape == SHAPE_ROUND ? (s->box.w + s->box.h) / 2 : 0;
}

/* The seal's size in mm on the other documents whose scale is certain; only
 * those within 3 % of their median count. */
static struct estimate size_elsewhere(const struct facts *f,
                                      const struct document *but, size_t *ret_n)
{
    double v[MAX_SIZES], sum = 0;
    size_t n = 0, k = 0;
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        for (size_t p = 0; p < d->n_pages && d != but && n < MAX_SIZES; p++) {
            const struct page_facts *page = &d->pages[p];
            const struct seal *s = fresh_seal(f, d->slot, (int)p + 1);
            if (s && is_certain(page) && isfinite(s->size_mm[0]))
                v[n++] = log(sqrt(s->size_mm[0] * s->size_mm[1]));
        }
    }
    *ret_n = 0;
    if (n == 0)
        return (struct estimate){0};
    double middle = rank_median(v, n);
    for (size_t i = 0; i < n; i++)
        if (fabs(v[i] - middle) < conflict_sigmas * seal_sigma * sqrt(2)) {
            sum += v[i];
            k++;
        }
    *ret_n = k;
    /* One piece of rubber, pressed each time anew. */
    if (k == 0)
        return (struct estimate){0};
    return (struct estimate){sum / (double)k, seal_sigma / sqrt((double)k)};
}

/* What a round seal says of a density by which it would be of no size that
 * there is. */
static struct estimate by_legal_size(const struct seal *s, double px,
                                     struct estimate density)
{
    if (!s || s->shape != SHAPE_ROUND || !(px > 0))
        return (struct estimate){0};
    struct estimate seal = {log(px / usual_seal_mm), legal_sigma};
    return contradict(density, seal) ? seal : (struct estimate){0};
}

/* --- what is printed on it ---------------------------------------------- */

/* A copier keeps the shape; what is out of shape has a side of something else.
 * A frame is of the licence of 2019 only if the title does not say otherwise:
 * other certificates have other frames. */
static bool is_trusted(const struct document *d, const struct outline *o)
{
    double shape =
        (o->size_px[0] / o->true_mm[0]) / (o->size_px[1] / o->true_mm[1]);
    bool is_known_frame =
        strcmp(o->name, "licence_2019") != 0 ||
        (d->certificate && strstr(d->certificate, "营业执照"));
    return is_known_frame && fabs(shape - 1) < copied_shape;
}

static struct estimate by_outlines(const struct document *d,
                                   const struct page_facts *p,
                                   double *ret_anisotropy)
{
    double sum = 0, sum2 = 0, turn = 0, n = 0;
    *ret_anisotropy = NAN;
    for (size_t i = 0; i < p->n_outlines; i++) {
        const struct outline *o = &p->outlines[i];
        if (!is_trusted(d, o))
            continue;
        double x = log(o->size_px[0] / o->true_mm[0]);
        double y = log(o->size_px[1] / o->true_mm[1]);
        sum += (x + y) / 2;
        sum2 += (x + y) / 2 * (x + y) / 2;
        turn += x - y;
        n++;
    }
    if (n == 0)
        return (struct estimate){0};
    *ret_anisotropy = exp(turn / n);
    double spread = sqrt(fmax(0, sum2 / n - sum / n * sum / n));
    return (struct estimate){sum / n, hypot(outline_sigma, spread)};
}

/* The issuing authority's seal, in pixels; 0: none. */
static double authority_px(const struct facts *f, const struct document *d,
                           int page)
{
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        bool copied = s->role == SEAL_AUTHORITY || s->ink == INK_PHOTOCOPY;
        if (s->slot == d->slot && s->page == page && copied &&
            s->shape == SHAPE_ROUND)
            return seal_px(s, &d->pages[page - 1]);
    }
    return 0;
}

/* --- together ----------------------------------------------------------- */

struct sheet {
    struct estimate scale; /* px per mm */
    double low, high;      /* of the same, with two sigmas */
};

static struct sheet sheet_of(struct estimate density, struct estimate seal,
                             bool certain)
{
    struct sheet s;
    bool differ = contradict(density, seal);
    if (!differ)
        s.scale = combine(density, seal);
    else
        s.scale = certain ? density : seal;
    s.low = s.scale.log - two_sigmas * s.scale.sigma;
    s.high = s.scale.log + two_sigmas * s.scale.sigma;
    if (differ && certain) {
        s.low = fmin(s.low, seal.log);
        s.high = fmax(s.high, seal.log);
    }
    return s;
}

static void set_ratio(struct page_facts *p, const struct sheet *sheet,
                      struct estimate copy, double low, double high)
{
    p->scale_ratio = exp(copy.log - sheet->scale.log);
    /* Errors of both sides are independent; the sheet's may be one-sided. */
    double below = hypot(low, sheet->high - sheet->scale.log);
    double above = hypot(high, sheet->scale.log - sheet->low);
    p->scale_low = p->scale_ratio * exp(-below);
    p->scale_high = p->scale_ratio * exp(above);
}

/* A frame by which the authority's seal would be of no size that there is: it
 * is part of another certificate's. */
static bool fits_authority(struct estimate copy, double px)
{
    double mm = px / exp(copy.log);
    return !(px > 0) || (mm > least_authority_mm * (1 - seal_slack) &&
                         mm < most_authority_mm * (1 + seal_slack));
}

/* By what is printed on a card. The number alone is no ruler: only what is far
 * too small is told, with an interval that leaves it to a person. */
static void judge_print(const struct document *d, int number,
                        struct page_facts *p, const struct sheet *sheet)
{
    struct card_scale card = card_layout_scale(d, number);
    if (!(card.px_per_mm > 0))
        return;
    struct estimate copy = {log(card.px_per_mm), card.sigma};
    double reach = two_sigmas * copy.sigma;
    double less = sheet->scale.log - copy.log;
    if (card.by_all)
        set_ratio(p, sheet, copy, reach, blaming_sigmas * copy.sigma);
    else if (-less < log(most_told))
        set_ratio(p, sheet, copy, reach, less);
}

static void judge_copy(const struct facts *f, const struct document *d,
                       int number, struct page_facts *p,
                       const struct sheet *sheet)
{
    struct estimate copy = by_outlines(d, p, &p->anisotropy);
    bool licence = d->slot == SLOT_BUSINESS_LICENSE;
    double px = licence ? authority_px(f, d, number) : 0;
    if (is_known(copy) && !fits_authority(copy, px)) {
        copy = (struct estimate){0};
        p->anisotropy = NAN;
        p->n_outlines = 0;
    }
    if (!is_known(sheet->scale))
        return;
    if (is_known(copy)) {
        double reach = two_sigmas * copy.sigma;
        set_ratio(p, sheet, copy, reach, reach);
    } else if (px > 0 && log(px / least_authority_mm) <
                             sheet->scale.log - conflict_sigmas * seal_sigma) {
        copy = (struct estimate){log(px / usual_authority_mm), seal_sigma};
        set_ratio(p, sheet, copy, log(most_authority_mm / usual_authority_mm),
                  log(usual_authority_mm / least_authority_mm));
    } else if (d->slot == SLOT_ID_CARD && !is_photo(p)) {
        judge_print(d, number, p, sheet);
    }
}

/* The page's best ruler, into the facts; what was measured by the other one
 * follows. */
static void set_dpi(struct facts *f, const struct document *d, int number,
                    struct page_facts *p, double log_scale,
                    enum dpi_source source)
{
    double dpi = exp(log_scale) * MM_PER_INCH;
    for (size_t i = 0; i < f->n_seals; i++) {
        struct seal *s = &f->seals[i];
        if (s->slot == d->slot && s->page == number)
            for (int k = 0; k < 2; k++)
                s->size_mm[k] *= p->dpi_measured / dpi; /* NAN stays NAN */
    }
    p->effective_dpi *= dpi / p->dpi_measured;
    if (!isfinite(p->effective_dpi) && p->upscaled == TRI_NO)
        p->effective_dpi = dpi;
    p->colour_dpi *= dpi / p->dpi_measured;
    p->dpi_measured = dpi;
    p->dpi_source = source;
}

static void judge_page(struct facts *f, const struct document *d, int number)
{
    struct page_facts *p = &d->pages[number - 1];
    size_t others;
    struct estimate size = size_elsewhere(f, d, &others);
    const struct seal *s = fresh_seal(f, d->slot, number);
    double px = s ? seal_px(s, p) : 0;
    struct estimate seal = {0}, density = by_density(p);
    if (px > 0 && is_known(size))
        seal = (struct estimate){log(px) - size.log,
                                 hypot(size.sigma, seal_sigma)};
    bool certain = is_certain(p);
    if (!is_known(size) && !certain)
        seal = by_legal_size(s, px, density);
    struct sheet sheet = sheet_of(density, seal, certain);
    double other = is_known(seal) ? 0 : other_scale(p);
    if (other > 0)
        sheet.low = fmin(sheet.low, other);
    bool is_copy = d->slot == SLOT_BUSINESS_LICENSE || d->slot == SLOT_ID_CARD;
    if (is_copy) {
        judge_copy(f, d, number, p, &sheet);
    } else if (certain && is_known(seal) && others >= LEAST_OTHERS) {
        struct sheet own = sheet_of(density, (struct estimate){0}, true);
        double reach = two_sigmas * seal.sigma;
        set_ratio(p, &own, seal, reach, reach);
    }
    bool seal_rules =
        is_known(seal) &&
        (!is_known(density) || (!certain && contradict(density, seal)));
    double unused;
    struct estimate copy = by_outlines(d, p, &unused);
    if (seal_rules)
        set_dpi(f, d, number, p, seal.log, DPI_SEAL);
    else if (!is_known(density) && is_known(copy))
        set_dpi(f, d, number, p, copy.log,
                d->slot == SLOT_ID_CARD ? DPI_CARD : DPI_FRAME);
}

void true_size_judge(struct facts *f)
{
    for (size_t i = 0; i < f->n_documents; i++) {
        const struct document *d = &f->documents[i];
        for (size_t p = 0; p < d->n_pages; p++)
            judge_page(f, d, (int)p + 1);
    }
}
