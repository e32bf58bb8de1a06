/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "imaging/capture_cues.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/units.h"
#include "imaging/capture_light.h"
#include "imaging/capture_lines.h"
#include "imaging/capture_mark.h"
#include "imaging/capture_noise.h"
#include "imaging/capture_sheet.h"
#include "imaging/capture_streak.h"
#include "imaging/image.h"
#include "imaging/page.h"

/* Names as they stand in EXIF Make, TIFF Software and PDF Producer. */
static const char *const phones[] = {"apple",  "huawei",  "honor", "xiaomi",
                                     "redmi",  "oppo",    "vivo",  "samsung",
                                     "realme", "oneplus", "meizu", "motorola",
                                     "zte",    "nubia",   NULL};
static const char *const apps[] = {
    "camscanner",     "intsig", "扫描全能王", "adobe scan", "office lens",
    "microsoft lens", "夸克",   "quark",      "白描",       "tapscanner",
    "genius scan",    "扫描王", "wps",        NULL};
static const char *const scanners[] = {
    "epson",   "canoscan", "lide",    "imagerunner", "scanjet", "laserjet",
    "brother", "fujitsu",  "ricoh",   "scansnap",    "konica",  "kyocera",
    "xerox",   "sharp",    "toshiba", "pantum",      "avision", "plustek",
    "twain",   "sane",     "naps2",   NULL};

static bool names_one(const char *text, const char *const *names)
{
    for (; text && *names; names++)
        if (strcasestr(text, *names))
            return true;
    return false;
}

static void from_metadata(const struct container *c, double *v)
{
    bool scanner = names_one(c->make, scanners) ||
                   names_one(c->model, scanners) ||
                   names_one(c->software, scanners);
    v[CUE_scanner_metadata] = scanner;
    v[CUE_camera_metadata] =
        !scanner && (c->has_exposure || names_one(c->make, phones));
    v[CUE_app_metadata] = names_one(c->software, apps);
}

/*
 * A scanner's setting: the file declares it and the sheet bears it out, or the
 * pixels are a paper at it. The scale stage is content with less, because it
 * looks for the likeliest density; apps hit its tolerance by chance.
 */
static bool is_usual_scan(const struct page *page, double short_px,
                          double long_px)
{
    static const double dpi[] = {100, 150, 200, 240, 300, 400, 600};
    static const double paper_mm[][2] = {
        {210, 297}, {297, 420}, {215.9, 279.4}, {148, 210}};
    bool declared = page->facts.dpi_source == DPI_METADATA;
    for (size_t i = 0; i < sizeof dpi / sizeof *dpi; i++) {
        if (declared && fabs(page->dpi / dpi[i] - 1) < 0.002)
            return true;
        for (size_t k = 0; k < sizeof paper_mm / sizeof *paper_mm; k++)
            if (fabs(short_px - px_from_mm(paper_mm[k][0], dpi[i])) < 3 &&
                fabs(long_px - px_from_mm(paper_mm[k][1], dpi[i])) < 3)
                return true;
    }
    return false;
}

static void from_format(const struct page *page, double *v)
{
    double w = page->scan->width, h = page->scan->height;
    double aspect = fmax(w, h) / fmin(w, h);
    static const double camera[] = {4.0 / 3, 16.0 / 9, 3.0 / 2, 1, 20.0 / 9};
    v[CUE_camera_aspect] = 0;
    for (size_t i = 0; i < sizeof camera / sizeof *camera; i++)
        if (fabs(aspect / camera[i] - 1) < 0.002 && fmax(w, h) >= 1200)
            v[CUE_camera_aspect] = 1;
    bool usual = is_usual_scan(page, fmin(w, h), fmax(w, h));
    v[CUE_sheet_at_usual_dpi] = usual;
    /* Apps stretch what they cut out to the A series at any size. */
    v[CUE_rectified_sheet] = !usual && fabs(aspect / sqrt(2) - 1) < 0.012;
}

/* Middles of two cards that lie above each other: a card is 54 mm high. */
static const double least_card_step_mm = 40;

/* The two sides of a card were laid on the copier by hand, each at an angle of
 * its own: the row of the layout between them, NAN when both were not found or
 * lie beside each other. */
static double between_cards(const struct page *page)
{
    double at[2];
    size_t n = 0;
    Affine upright;
    if (!affine_invert(page->scan_from_upright, &upright))
        return NAN;
    for (size_t i = 0; i < page->facts.n_outlines && n < 2; i++) {
        const struct outline *o = &page->facts.outlines[i];
        if (strcmp(o->name, "id_card") == 0)
            at[n++] = rect_center(affine_rect(upright, o->box)).y;
    }
    double row = n == 2 ? (at[0] + at[1]) / 2 : NAN;
    bool are_stacked = n == 2 && fabs(at[0] - at[1]) >
                                     px_from_mm(least_card_step_mm, page->dpi);
    return are_stacked ? row * page->layout_scale : NAN;
}

/* Where edges are ruled, text is the worse witness. */
static double unless(double ruled, double of_text)
{
    return isfinite(ruled) ? NAN : fabs(of_text);
}

/* One fact is told once: only what goes beyond what is known. */
static double beyond(double known, double value)
{
    return value <= known ? NAN : value;
}

static void from_lines(struct arena *a, const struct page *page, double *v)
{
    double split = NAN, level = NAN, upright = NAN; /* of ruled edges */
    struct line_field columns = {NAN, NAN, 0};
    if (page->slot == SLOT_ID_CARD) {
        split = between_cards(page);
        if (!isfinite(split))
            return;
    } else {
        bool lies = page->turns % 2; /* its text runs along columns */
        level = lies ? page->upright_edges_deg : page->level_edges_deg;
        upright = lies ? page->level_edges_deg : page->upright_edges_deg;
        columns = capture_lines_measure(
            a, capture_lines_upright(a, page->layout), NAN);
    }
    struct line_field rows = capture_lines_measure(a, page->layout, split);
    /* fmax leaves out what could not be measured. */
    double bend = fmax(rows.bend_deg, columns.bend_deg);
    double text = fmax(unless(level, rows.converge_deg),
                       unless(upright, columns.converge_deg));
    /* A curled sheet turns its edges by about as much as it bends them, also
     * on a copier's glass. */
    double ruled = fmax(fabs(level), fabs(upright));
    v[CUE_edge_convergence_deg] =
        isnan(ruled) || isnan(bend) ? ruled : fmax(0, ruled - bend);
    v[CUE_line_convergence_deg] = beyond(v[CUE_edge_convergence_deg], text);
    v[CUE_line_bend_deg] = bend;
    v[CUE_skew_deg] = rows.cells > 0 ? fabs(page->facts.skew_deg) : NAN;
}

static void from_light(struct arena *a, const struct page *page, double *v,
                       Rect *where)
{
    struct light_field f =
        capture_light_measure(page->scan, page->small, page->small_step);
    /* The sheet's own sides are lines of the page as well. */
    double sheet = capture_sheet_converge_deg(a, page->small, f.paper);
    v[CUE_line_convergence_deg] =
        fmax(v[CUE_line_convergence_deg],
             beyond(v[CUE_edge_convergence_deg], sheet));
    v[CUE_light_range] = f.range;
    v[CUE_background_share] = f.rim_share;
    v[CUE_background_texture] = f.rim_texture;
    v[CUE_background_chroma] = page->scan->bands < 3 ? NAN : f.rim_chroma;
    v[CUE_whitened_paper] = f.white_share;
    /* The copy of a card is a grey rectangle, which is no shadow. */
    v[CUE_border_colour] = capture_light_border(page->scan, f.paper);
    bool is_card = page->slot == SLOT_ID_CARD;
    v[CUE_shadow] = is_card ? (double)NAN : f.shadow.share;
    where[CUE_shadow] = f.shadow.box;
    v[CUE_glare] = f.glare.share;
    where[CUE_glare] = f.glare.box;
    struct streak streak = capture_streak_find(a, page->small, f.paper);
    v[CUE_streak] = streak.levels;
    where[CUE_streak] = affine_rect(
        affine_scale(page->small_step, page->small_step), streak.box);
    v[CUE_column_noise] = capture_noise_columns(a, page->small, f.paper);
    v[CUE_moire] = capture_noise_moire(a, page->grey, page->small,
                                       page->small_step, f.paper);
}

/* How far the plainest round official seal is out of round. */
static void from_seals(const struct page *page, double *v, Rect *where)
{
    double best = 0.7; /* confidence from which it is one */
    for (size_t i = 0; i < page->n_seals; i++) {
        const struct seal *s = &page->seals[i].seal;
        bool has_scale = isfinite(s->size_mm[0]);
        double ratio =
            has_scale ? s->size_mm[0] / s->size_mm[1] : s->box.w / s->box.h;
        double oval = 1 - fmin(ratio, 1 / ratio);
        bool round = s->shape == SHAPE_ROUND && s->role == SEAL_OFFICIAL;
        if (!round || !(s->confidence > best) || !isfinite(oval))
            continue;
        best = s->confidence;
        v[CUE_seal_oval] = oval;
        where[CUE_seal_oval] = s->box;
    }
}

/* Text of several sizes gives 1.2 on an even page. */
static const double least_defocus = 1.4;

static void from_strokes(struct arena *a, const struct page *page, double *v,
                         Rect *where)
{
    bool measured = page->focus_range >= 1;
    v[CUE_halo] = measured ? page->halo : NAN;
    v[CUE_defocus_range] = measured ? page->focus_range : NAN;
    if (measured && page->focus_range > least_defocus)
        where[CUE_defocus_range] = page->softest;
    struct app_mark mark = capture_mark_find(a, page);
    v[CUE_app_mark] = mark.paleness;
    where[CUE_app_mark] = mark.box;
    v[CUE_compressed_before] =
        page->facts.jpeg_quality > 0 ? page->facts.jpeg_earlier > 0 : NAN;
}

void capture_cues_measure(struct arena *a, const struct page *page,
                          double ret_values[CUE_COUNT],
                          Rect ret_where[CUE_COUNT])
{
    for (int i = 0; i < CUE_COUNT; i++)
        ret_values[i] = NAN;
    memset(ret_where, 0, CUE_COUNT * sizeof *ret_where);
    from_metadata(&page->container, ret_values);
    from_format(page, ret_values);
    from_lines(a, page, ret_values);
    from_light(a, page, ret_values, ret_where);
    from_strokes(a, page, ret_values, ret_where);
    from_seals(page, ret_values, ret_where);
}
