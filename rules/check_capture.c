/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A05 and L04: scanned, or photographed, and with pixels enough. L04 speaks
 * about the licence, A05 about the other documents, so that a photograph is
 * told once. A class is never certain: it is `look`, and `block` only when
 * there is a distortion to measure, on the papers whose shapes matter (GA
 * 241.8: a round seal more than 4 % out of shape is no valid impression). A
 * class that could not be told is mentioned, no more: one clean scan in fifty
 * has hardly anything to tell it by. Of the form and the letter A05
 * also says that the pixels are too few to read them; L05, I02 and S03 say so
 * of the others. A round seal that is out of shape on what passes for a scan is
 * pointed out; on a thousand flatbed impressions of the report family (looked
 * at, nothing was fitted) no two diameters differed by more than 0.3 %.
 */

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/pages.h"
#include "rules/seals.h"
#include "rules/settings.h"

enum { MAX_CUES = 3 };

static void add_class(const struct rule_case *c, struct finding *out,
                      enum capture capture)
{
    static const char *const zh[] = {"其他方式", "扫描仪", "手机拍照",
                                     "手机扫描软件", "翻拍屏幕"};
    static const char *const en[] = {
        "something else", "a scanner", "a phone's camera",
        "a phone's scanning app", "a photo of a screen"};
    finding_add_words(c, out, "capture", en[capture], zh[capture]);
}

/* The cues that can be told, in the order of the table: strongest first. */
static void add_cues(const struct rule_case *c, struct finding *out,
                     const struct page_facts *p)
{
    static const struct {
        const char *name;
        double from;
        bool speaks[CAPTURE_SCREEN + 1];
        const char *zh, *en;
    } words[] = {
#define CUE_WORDS(name, from, phone, app, screen, zh, en)                      \
    {#name, from, {0, 0, phone, app, screen}, zh, en},
#include "rules/cue_words.def"
#undef CUE_WORDS
    };
    struct str zh, en;
    int n = 0;
    str_init(&zh, 512);
    str_init(&en, 512);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < p->n_cues && n < MAX_CUES; k++)
            if (strcmp(p->cues[k].name, words[i].name) == 0 &&
                words[i].speaks[p->capture] &&
                p->cues[k].value >= words[i].from) {
                str_printf(&zh, "%s%s", n ? "、" : "", words[i].zh);
                str_printf(&en, "%s%s", n ? ", " : "", words[i].en);
                n++;
            }
    finding_add_words(c, out, "cues", n ? en.s : "the look of the page",
                      n ? zh.s : "画面特征");
    str_done(&zh);
    str_done(&en);
}

/* A round seal of the page that is surely no circle any more, or NULL. */
static const struct seal *distorted(const struct rule_case *c, enum slot slot,
                                    int page)
{
    for (size_t i = 0; i < c->facts->n_seals; i++) {
        const struct seal *s = &c->facts->seals[i];
        double a = fmin(s->size_mm[0], s->size_mm[1]) /
                   fmax(s->size_mm[0], s->size_mm[1]);
        if (s->slot == slot && s->page == page && s->shape == SHAPE_ROUND &&
            s->confidence >= c->settings->seal_sure &&
            a < c->settings->round_aspect && !seals_is_cut(c->facts, s))
            return s;
    }
    return NULL;
}

enum state { SCANNED, NOT_KNOWN, DOUBTFUL, CAMERA };

static enum state state_of(const struct rule_case *c,
                           const struct page_facts *p)
{
    if (p->is_blank == TRI_YES)
        return SCANNED;
    if (pages_is_camera(c, p))
        return CAMERA;
    if (pages_may_be_camera(p))
        return DOUBTFUL;
    return p->capture == CAPTURE_FLATBED ? SCANNED : NOT_KNOWN;
}

/* By how much the diameters differ. */
static void add_percent(const struct rule_case *c, struct finding *out,
                        const struct seal *s)
{
    double shorter = fmin(s->size_mm[0], s->size_mm[1]);
    finding_add_number(c, out, "percent",
                       100 - 100 * shorter / fmax(s->size_mm[0], s->size_mm[1]),
                       0);
}

/* Shapes matter on the licence and on the seal sheet. */
static void weigh_distortion(const struct rule_case *c, struct finding *out,
                             const struct document *d)
{
    const struct seal *s = NULL;
    if (d->slot == SLOT_BUSINESS_LICENSE || d->slot == SLOT_SEAL_SHEET)
        s = distorted(c, d->slot, out->page);
    if (!s) {
        finding_lower(out, SEVERITY_LOOK);
        return;
    }
    out->reason = "distorted";
    finding_add_box(out, s->slot, s->page, s->box);
    add_percent(c, out, s);
}

/* Of no camera's page: a seal that is out of shape all the same. */
static enum answer say_out_of_round(const struct rule_case *c,
                                    const struct seal *s, struct finding *out)
{
    seals_point_at(c, out, s);
    finding_add_document(c, out, "document", s->slot);
    add_percent(c, out, s);
    return finding_say(out, "out_of_round", SEVERITY_LOOK, ANSWER_FAIL);
}

static const struct seal *find_out_of_round(const struct rule_case *c,
                                            const struct document *d)
{
    const struct seal *s = NULL;
    for (size_t k = 0; !s && k < d->n_pages; k++)
        s = distorted(c, d->slot, (int)k + 1);
    return s;
}

/* The page of the form or the letter with the fewest pixels for its print,
 * when they are too few; else NULL. */
static const struct page_facts *find_coarse(const struct rule_case *c,
                                            const struct document *d)
{
    struct page_at at = {0};
    bool asked = d->slot == SLOT_APPLICATION_FORM ||
                 d->slot == SLOT_AUTHORIZATION_LETTER;
    return asked && pages_coarsest(c, d->slot, pages_print_dpi, &at) &&
                   at.document == d &&
                   at.facts->effective_dpi < c->settings->read_dpi
               ? at.facts
               : NULL;
}

static enum answer say_coarse(const struct rule_case *c,
                              const struct document *d,
                              const struct page_facts *page,
                              struct finding *out)
{
    finding_set_page(out, d->slot, (int)(page - d->pages) + 1);
    finding_add_document(c, out, "document", d->slot);
    finding_add_number(c, out, "dpi", page->effective_dpi, 0);
    finding_add_number(c, out, "limit", c->settings->read_dpi, 0);
    return finding_say(
        out, page->upscaled == TRI_YES ? "upscaled" : "coarse", SEVERITY_LOOK,
        pages_is_surely_coarse(page->effective_dpi, c->settings->read_dpi)
            ? ANSWER_FAIL
            : ANSWER_CANNOT_TELL);
}

static enum answer check(const struct rule_case *c, const struct document *d,
                         struct finding *out)
{
    enum state worst = SCANNED;
    const struct page_facts *page = NULL;
    if (!document_is_readable(d))
        return ANSWER_NOT_APPLICABLE;
    for (size_t k = 0; k < d->n_pages; k++) {
        enum state s = state_of(c, &d->pages[k]);
        if (s <= worst)
            continue;
        worst = s;
        page = &d->pages[k];
    }
    const struct seal *oval = find_out_of_round(c, d);
    if (oval && worst <= NOT_KNOWN)
        return say_out_of_round(c, oval, out);
    const struct page_facts *coarse = find_coarse(c, d);
    if (coarse && worst <= NOT_KNOWN)
        return say_coarse(c, d, coarse, out);
    if (!page)
        return ANSWER_PASS;
    out->slot = d->slot;
    out->page = (int)(page - d->pages) + 1;
    for (size_t k = 0; k < d->n_pages; k++)
        if (state_of(c, &d->pages[k]) == worst)
            finding_add_box(out, d->slot, (int)k + 1, (Rect){0});
    finding_add_document(c, out, "document", d->slot);
    add_class(c, out, page->capture);
    add_cues(c, out, page);
    if (worst == CAMERA) {
        weigh_distortion(c, out, d);
        return ANSWER_FAIL;
    }
    if (worst == NOT_KNOWN) {
        out->reason = "not_known";
        finding_lower(out, SEVERITY_INFO);
    }
    return ANSWER_CANNOT_TELL;
}

enum answer check_scanned(const struct rule_case *c, size_t i,
                          struct finding *out)
{
    const struct document *d = &c->facts->documents[i];
    return d->slot == SLOT_BUSINESS_LICENSE ? ANSWER_NOT_APPLICABLE
                                            : check(c, d, out);
}

enum answer check_licence_scanned(const struct rule_case *c, size_t i,
                                  struct finding *out)
{
    const struct document *d = &c->facts->documents[i];
    return d->slot != SLOT_BUSINESS_LICENSE ? ANSWER_NOT_APPLICABLE
                                            : check(c, d, out);
}
