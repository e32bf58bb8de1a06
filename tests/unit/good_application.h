/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * good_application - an application in which no rule finds anything, as facts;
 * tests of the rules change one thing of it at a time. Invented data.
 */

#ifndef TESTS_GOOD_APPLICATION_H
#define TESTS_GOOD_APPLICATION_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/facts.h"
#include "rules/engine.h"

#define CODE       "91360302136631127Y"
#define OTHER_CODE "913603021366N1126Y"
#define QR_START   "http://www.gsxt.gov.cn/index.html?uniscid="
#define NAME       "青岚盛腾医药股份有限公司"

enum { FIELDS = 3, SEALS = 4 };

struct world {
    struct arena *arena;
    struct conf *conf;
    struct facts facts;
    struct document documents[SLOT_COUNT];
    struct page_facts pages[SLOT_COUNT];
    struct field fields[SLOT_COUNT][FIELDS];
    struct seal seals[SEALS];
};

static inline struct seal a_seal(const char *id, enum slot slot,
                                 enum seal_role role, enum seal_shape shape,
                                 double size)
{
    return (struct seal){.id = id,
                         .slot = slot,
                         .page = 1,
                         .role = role,
                         .shape = shape,
                         .box = {100, 200, size * 12, size * 12},
                         .size_mm = {size, size},
                         .ink = INK_WET,
                         .colour = COLOUR_RED,
                         .confidence = 0.95,
                         .clarity = 80,
                         .completeness = 0.98};
}

static inline void set_field(struct world *w, enum slot slot, int i,
                             const char *name, const char *value)
{
    w->fields[slot][i] = (struct field){.name = name,
                                        .value = value,
                                        .confidence = 0.95,
                                        .page = 1,
                                        .box = {10, 20, 300, 40},
                                        .source = SOURCE_OCR};
    w->documents[slot].n_fields = (size_t)i + 1;
}

static inline void make(struct world *w)
{
    *w = (struct world){.arena = arena_new(64 << 20)};
    size_t n;
    const struct conf_section *sections = engine_sections(w->arena, &n);
    w->conf = conf_new(w->arena, sections, n);
    w->facts = (struct facts){.today = "2026-03-18",
                              .order = {.org_name = NAME,
                                        .credit_code = CODE,
                                        .legal_rep_verification = "认证成功",
                                        .with_seal = TRI_YES,
                                        .prior_main_key = TRI_NO},
                              .documents = w->documents,
                              .n_documents = SLOT_COUNT,
                              .seals = w->seals,
                              .n_seals = 3};
    for (int s = 0; s < SLOT_COUNT; s++) {
        w->pages[s] = (struct page_facts){.width = 2480,
                                          .height = 3508,
                                          .clarity = 80,
                                          .has_colour = TRI_YES};
        w->documents[s] = (struct document){.slot = (enum slot)s,
                                            .file = "扫描件.jpg",
                                            .pages = &w->pages[s],
                                            .n_pages = 1,
                                            .fields = w->fields[s]};
    }
    set_field(w, SLOT_APPLICATION_FORM, 0, "org_name", NAME);
    set_field(w, SLOT_APPLICATION_FORM, 1, "credit_code", CODE);
    set_field(w, SLOT_BUSINESS_LICENSE, 0, "org_name", NAME);
    set_field(w, SLOT_BUSINESS_LICENSE, 1, "credit_code", CODE);
    set_field(w, SLOT_BUSINESS_LICENSE, 2, "qr", QR_START CODE);
    w->fields[SLOT_BUSINESS_LICENSE][2].source = SOURCE_QR;
    w->seals[0] = a_seal("form-1-1", SLOT_APPLICATION_FORM, SEAL_OFFICIAL,
                         SHAPE_ROUND, 40);
    w->seals[1] =
        a_seal("sheet-1-1", SLOT_SEAL_SHEET, SEAL_OFFICIAL, SHAPE_ROUND, 40);
    w->seals[2] =
        a_seal("sheet-1-2", SLOT_SEAL_SHEET, SEAL_LEGAL_REP, SHAPE_SQUARE, 20);
}

#endif
