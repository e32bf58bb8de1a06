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

#define HANDLER    "沈若溪"
#define HANDLER_ID "360102199001010018"
#define OTHER_ID   "34052419800101001X"
#define LEGAL_REP  "顾明远"
#define MOBILE     "13870001234"
#define EMAIL      "office@example.com"
#define ORDER_NO   "20260318000017"
#define PROJECT    "江西省公共资源交易（医药采购）"

enum { FIELDS = 12, SEALS = 8, PLACES = 13, PAIRS = 4 };

struct world {
    struct arena *arena;
    struct conf *conf;
    struct facts facts;
    struct document documents[SLOT_COUNT];
    struct page_facts pages[SLOT_COUNT];
    struct field fields[SLOT_COUNT][FIELDS];
    struct seal seals[SEALS];
    struct seal_impression impressions[SEALS]; /* of the seals */
    struct seal_digit digits[2][PLACES];       /* of the first two seals */
    struct seal_pair pairs[PAIRS];
    struct page_facts more[2]; /* for a document of two pages */
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
                         .clarity = 90,
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

/* One that is not there fails the test. */
static inline struct field *value_of(struct world *w, int slot,
                                     const char *name)
{
    struct document *d = &w->documents[slot];
    for (size_t i = 0; i < d->n_fields; i++)
        if (strcmp(d->fields[i].name, name) == 0)
            return &w->fields[slot][i];
    fail_msg("no field %s", name);
    return w->fields[slot];
}

/* Verified against what is known, without a result. */
static inline void leave_open(struct world *w, int slot, const char *name,
                              const char *read, const char *known)
{
    struct field *f = value_of(w, slot, name);
    f->value = read;
    f->verified = (struct verified){known, VERIFY_CANNOT_TELL, 0.5, read};
}

/* With a rare character that no reader knows, and nothing else in its place. */
static inline void leave_unseen(struct world *w, int slot, const char *name,
                                const char *read, const char *known)
{
    leave_open(w, slot, name, read, known);
    value_of(w, slot, name)->verified.rival = NULL;
}

/* The tests count on the first three of form and licence. */
static inline void make_fields(struct world *w)
{
    static const struct {
        enum slot slot;
        const char *name, *value;
    } fields[] = {
        {SLOT_APPLICATION_FORM, "org_name", NAME},
        {SLOT_APPLICATION_FORM, "credit_code", CODE},
        {SLOT_APPLICATION_FORM, "project", PROJECT},
        {SLOT_APPLICATION_FORM, "title", "数字证书用户申请表"},
        {SLOT_APPLICATION_FORM, "order_no", ORDER_NO},
        {SLOT_APPLICATION_FORM, "certificate_type", "单位证书（含签章主锁）"},
        {SLOT_APPLICATION_FORM, "legal_rep", LEGAL_REP},
        {SLOT_APPLICATION_FORM, "handler_name", HANDLER},
        {SLOT_APPLICATION_FORM, "handler_id", HANDLER_ID},
        {SLOT_APPLICATION_FORM, "handler_mobile", MOBILE},
        {SLOT_APPLICATION_FORM, "handler_email", EMAIL},
        {SLOT_BUSINESS_LICENSE, "org_name", NAME},
        {SLOT_BUSINESS_LICENSE, "credit_code", CODE},
        {SLOT_BUSINESS_LICENSE, "qr", QR_START CODE},
        {SLOT_BUSINESS_LICENSE, "license_copy", "副本"},
        {SLOT_BUSINESS_LICENSE, "legal_rep", LEGAL_REP},
        {SLOT_BUSINESS_LICENSE, "valid_to", "2039-05-11"},
        {SLOT_ID_CARD, "handler_name", HANDLER},
        {SLOT_ID_CARD, "handler_id", HANDLER_ID},
        {SLOT_ID_CARD, "valid_to", "长期"},
        {SLOT_AUTHORIZATION_LETTER, "org_name", NAME},
        {SLOT_AUTHORIZATION_LETTER, "handler_name", HANDLER},
        {SLOT_AUTHORIZATION_LETTER, "handler_id", HANDLER_ID},
        {SLOT_AUTHORIZATION_LETTER, "legal_rep", LEGAL_REP},
        {SLOT_AUTHORIZATION_LETTER, "valid_to", "2028-03-17"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct document *d = &w->documents[fields[i].slot];
        set_field(w, fields[i].slot, (int)d->n_fields, fields[i].name,
                  fields[i].value);
    }
    w->fields[SLOT_BUSINESS_LICENSE][2].source = SOURCE_QR;
}

/* The tests count on the first four. */
static inline void make_seals(struct world *w)
{
    static const char number[] = "3603021370299";
    w->seals[0] = a_seal("form-1-1", SLOT_APPLICATION_FORM, SEAL_OFFICIAL,
                         SHAPE_ROUND, 40);
    w->seals[1] =
        a_seal("sheet-1-1", SLOT_SEAL_SHEET, SEAL_OFFICIAL, SHAPE_ROUND, 40);
    w->seals[2] =
        a_seal("sheet-1-2", SLOT_SEAL_SHEET, SEAL_LEGAL_REP, SHAPE_SQUARE, 20);
    w->seals[3] = a_seal("license-1-1", SLOT_BUSINESS_LICENSE, SEAL_OFFICIAL,
                         SHAPE_ROUND, 40);
    w->seals[4] =
        a_seal("card-1-1", SLOT_ID_CARD, SEAL_OFFICIAL, SHAPE_ROUND, 40);
    w->seals[5] = a_seal("letter-1-1", SLOT_AUTHORIZATION_LETTER, SEAL_OFFICIAL,
                         SHAPE_ROUND, 40);
    w->seals[6] = a_seal("letter-1-2", SLOT_AUTHORIZATION_LETTER,
                         SEAL_LEGAL_REP, SHAPE_SQUARE, 20);
    w->seals[2].box.x = w->seals[6].box.x = 1200;
    for (int i = 0; i < SEALS; i++) {
        w->impressions[i] = (struct seal_impression){.contrast = 0.6,
                                                     .palest = 0.5,
                                                     .evenness = 0.7,
                                                     .edge_mm = 0.3,
                                                     .slip_mm = 0.1};
        w->seals[i].impression = &w->impressions[i];
    }
    for (int i = 0; i < 2; i++) {
        struct seal *s = &w->seals[i];
        s->text = NAME;
        s->text_confidence = 0.95;
        s->text_verified =
            (struct verified){NAME, VERIFY_CONFIRMED, 0.99, NULL};
        for (int k = 0; k < PLACES; k++)
            w->digits[i][k] = (struct seal_digit){
                number[k], 0.97, 95, {200.0 + 20 * k, 600, 20, 26}};
        s->digits = w->digits[i];
        s->n_digits = PLACES;
    }
    static const char *const alike[PAIRS][2] = {{"form-1-1", "sheet-1-1"},
                                                {"form-1-1", "license-1-1"},
                                                {"sheet-1-1", "card-1-1"},
                                                {"letter-1-2", "sheet-1-2"}};
    for (int i = 0; i < PAIRS; i++)
        w->pairs[i] = (struct seal_pair){.a = alike[i][0],
                                         .b = alike[i][1],
                                         .same_stamp = TRI_YES,
                                         .same_impression = TRI_NO,
                                         .confidence = 0.99};
}

static inline void make(struct world *w)
{
    *w = (struct world){.arena = arena_new(64 << 20)};
    size_t n;
    const struct conf_section *sections = engine_sections(w->arena, &n);
    w->conf = conf_new(w->arena, sections, n);
    w->facts = (struct facts){.today = "2026-03-18",
                              .order = {.order_no = ORDER_NO,
                                        .status = "正在审核",
                                        .order_type = "new",
                                        .project = PROJECT,
                                        .org_name = NAME,
                                        .credit_code = CODE,
                                        .user_class = "ordinary",
                                        .legal_rep = LEGAL_REP,
                                        .legal_rep_verification = "认证成功",
                                        .handler_name = HANDLER,
                                        .handler_id = HANDLER_ID,
                                        .handler_mobile = MOBILE,
                                        .handler_email = EMAIL,
                                        .with_seal = TRI_YES,
                                        .prior_main_key = TRI_NO},
                              .documents = w->documents,
                              .n_documents = SLOT_COUNT,
                              .seals = w->seals,
                              .n_seals = 7,
                              .pairs = w->pairs,
                              .n_pairs = PAIRS};
    for (int s = 0; s < SLOT_COUNT; s++) {
        w->pages[s] = (struct page_facts){.width = 2480,
                                          .height = 3508,
                                          .dpi_source = DPI_PAPER,
                                          .capture = CAPTURE_FLATBED,
                                          .capture_confidence = 0.95,
                                          .scale_ratio = 1,
                                          .scale_low = 0.98,
                                          .scale_high = 1.02,
                                          .anisotropy = 1,
                                          .effective_dpi = 290,
                                          .upscaled = TRI_NO,
                                          .clarity = 80,
                                          .worst_clarity = 70,
                                          .worst_box = {400, 500, 90, 90},
                                          .has_colour = TRI_YES,
                                          .shows = (enum slot)s,
                                          .shows_sure = 0.96,
                                          .is_blank = TRI_NO};
        w->documents[s] = (struct document){.slot = (enum slot)s,
                                            .recognized_as = (enum slot)s,
                                            .file = "扫描件.jpg",
                                            .pages = &w->pages[s],
                                            .n_pages = 1,
                                            .fields = w->fields[s]};
    }
    w->pages[SLOT_ID_CARD].has_portrait_side = TRI_YES;
    w->pages[SLOT_ID_CARD].has_emblem_side = TRI_YES;
    w->documents[SLOT_BUSINESS_LICENSE].certificate = "营业执照";
    make_fields(w);
    make_seals(w);
}

#endif
