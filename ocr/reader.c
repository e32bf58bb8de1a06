/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The order of reading is by price: titles are few and large; labels are
 * short; of a long run only the beginning tells whether a label is in it. The
 * search ends as soon as the fields that need it are there.
 */

#include "ocr/reader.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "ocr/barcode.h"
#include "ocr/code.h"
#include "ocr/fields.h"
#include "ocr/heading.h"
#include "ocr/kind.h"
#include "ocr/letter.h"
#include "ocr/line.h"
#include "ocr/models.h"
#include "ocr/prose.h"
#include "ocr/recogniser.h"
#include "ocr/seal_name.h"
#include "ocr/seal_text.h"
#include "ocr/second.h"
#include "ocr/sheet.h"
#include "ocr/signature.h"
#include "ocr/stray.h"
#include "ocr/tess.h"
#include "ocr/title.h"
#include "ocr/upright.h"

enum { SECOND_AUTO, SECOND_OFF };

struct reading_params {
    int max_lines, second_reader;
};

static const char *const second_choices[] = {"auto", "off", NULL};

static const struct param params[] = {
    PARAM_INT_OF(struct reading_params, max_lines, "", 10, 400, 90,
                 "每页最多识别的行数",
                 "How many lines of a page are read at most."),
    {"second_reader", PARAM_CHOICE, "", 0, 0, SECOND_AUTO, second_choices,
     offsetof(struct reading_params, second_reader),
     "是否使用第二识别引擎：auto 已安装就用，off 不用",
     "the second reader: auto, when it is installed; off, never"},
    {0},
};

const struct conf_section reader_section = {"reading", params,
                                            sizeof(struct reading_params)};

struct reader {
    struct tess *tess;
    const struct reading_params *params;
    struct recogniser *second; /* NULL: there is none */
    struct upright *upright;   /* comes with it, or NULL */
    const char *about_second;  /* its folder, or why there is none */
    const char *versions[4];
};

enum { SCORE_ARENA = 64 << 20, SCORE_PX = 36 };

/* Of a label in running text so much is read right, or it is other words. */
static const double plain_label = 0.7;

/* In heights of the line. */
static const double short_run = 20;
static const double same_column = 0.8;
static const double lost_start = 3.5; /* a first character that was not seen */
static const double lone_run = 1.7;
static const double below_last = 1.5;
static const double code_min = 6, code_max = 20;

/* One that is missing or broken costs certainty, not the review. */
static void open_second(struct arena *a, struct reader *r)
{
    struct models m;
    struct err e = {0};
    r->versions[1] = "pp-ocrv4-rec none";
    r->about_second = "turned off";
    if (r->params->second_reader == SECOND_OFF)
        return;
    r->about_second = "not installed";
    if (!models_find(a, &m))
        return;
    r->about_second = m.folder;
    if (recogniser_open(a, &m, &r->second, &e) < 0) {
        r->second = NULL;
        r->about_second = arena_strdup(a, e.text);
        return;
    }
    if (!m.direction || upright_open(a, &m, &r->upright, &e) < 0)
        r->upright = NULL;
    r->versions[1] = recogniser_model(r->second);
    r->versions[2] = recogniser_runtime(r->second);
}

int reader_open(struct arena *a, const struct conf *conf, struct reader **ret,
                struct err *e)
{
    struct reader *r = arena_new_struct(a, struct reader);
    r->params = conf_values(conf, reader_section.name);
    int code = tess_open(a, &r->tess, e);
    if (code == 0)
        code = barcode_open(a, e);
    if (code < 0)
        return code;
    r->versions[0] = arena_printf(a, "tesseract %s", tess_version());
    open_second(a, r);
    *ret = r;
    return 0;
}

const char *const *reader_versions(const struct reader *r)
{
    return r->versions;
}

bool reader_has_second(const struct reader *r, const char **ret_about)
{
    *ret_about = r->about_second;
    return r->second != NULL;
}

/* --- which end is up ------------------------------------------------------*/

/* The mean confidence with which the line reads as Chinese text. */
static double score_line(void *reader, const struct image *line)
{
    struct reader *r = reader;
    struct arena *a = arena_new(SCORE_ARENA);
    struct tess_text text;
    int w = (int)((double)line->width * SCORE_PX / line->height);
    const struct image *grey = image_resize(a, line, w > 0 ? w : 1, SCORE_PX);
    int code =
        tess_read(r->tess, a, (struct tess_how){TESS_CHINESE, TESS_LINE, NULL},
                  grey, &text, NULL);
    double score = code == 0 ? text.confidence : 0;
    arena_free(a);
    return score;
}

static double line_is_upright(void *reader, const struct image *line)
{
    struct reader *r = reader;
    struct arena *a = arena_new(SCORE_ARENA);
    double odds = 0;
    if (upright_log_odds(r->upright, a, line, &odds, NULL) < 0)
        odds = 0;
    arena_free(a);
    return odds;
}

struct legibility reader_legibility(struct reader *r)
{
    return (struct legibility){score_line, r->upright ? line_is_upright : NULL,
                               r};
}

/* --- fields ---------------------------------------------------------------*/

/* Whether the document has all fields of its slot that are needed so much. */
static bool has_all(const struct sheet *s, enum need need)
{
    const struct label *l;
    for (size_t i = 0; (l = fields_label(i)) != NULL; i++)
        if (l->slot == s->page->slot && l->field && l->need <= need &&
            !document_field(s->d, l->field))
            return false;
    return true;
}

/* Whether a label that was read begins where the run does. */
static bool is_below_label(const struct sheet *s, size_t run)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->is_label[i]) {
            double off = s->runs[run].box.x - s->runs[i].box.x;
            double h = s->runs[run].box.h;
            if (off > -same_column * h && off < lost_start * h)
                return true;
        }
    return false;
}

/* A single character, or half of one: ornament, mostly. */
static bool is_lone(const struct run *r)
{
    return r->n_parts == 1 && r->box.w < lone_run * r->box.h;
}

/* Lines of text are long; but the line of a label and its value may be, below
 * other labels. */
static bool is_worth_reading(const struct sheet *s, size_t i, bool all)
{
    Rect r = s->runs[i].box;
    if (r.h < 0.5 * s->height || r.h > 2 * s->height || is_lone(&s->runs[i]) ||
        s->is_value[i] ||
        (s->title && rect_has_point(s->title_box, rect_center(r))))
        return false;
    return all || r.w <= short_run * r.h || s->runs[i].n_parts > 1 ||
           is_below_label(s, i);
}

/* Reads the runs, of long ones the beginnings, for labels. In a letter any
 * sentence may begin with the words of one: there a label is what stands alone
 * or before a colon. */
static int read_labels(struct sheet *s, bool all, enum need need, struct err *e)
{
    bool in_sentences = s->page->slot == SLOT_AUTHORIZATION_LETTER;
    double end = s->page->text->height;
    for (size_t i = 0; i < s->n && !has_all(s, need); i++) {
        if (s->is_label[i] || !is_worth_reading(s, i, all) ||
            (s->runs[i].box.y > end && document_field(s->d, "credit_code")))
            continue;
        struct label_match m;
        int code = sheet_find_label(s, i, &m, e);
        if (code <= 0)
            return code;
        bool is_alone = m.has_colon || m.end >= s->texts[i].n;
        bool is_plain = is_alone && m.score > plain_label;
        if (!m.label || (in_sentences && !is_plain))
            continue;
        s->is_label[i] = true;
        if (m.label->need == NEED_LAST)
            end = s->runs[i].box.y + below_last * s->runs[i].box.h;
        bool is_ours = m.label->need != NEED_LEFT_OVER;
        if (m.label->need == NEED_BY_HEADING)
            code = heading_is_agent(s, i, &is_ours, e);
        if (code >= 0 && is_ours)
            code = sheet_take_value(s, i, &m, e);
        if (code < 0)
            return code;
    }
    return 0;
}

/* The fields that no better label had. */
static int read_left_over(struct sheet *s, struct err *e)
{
    int code = 0;
    for (size_t i = 0; i < s->n && code == 0; i++) {
        struct label_match m;
        if (s->is_label[i] &&
            fields_match_label(s->page->slot, &s->texts[i], &m) &&
            m.label->need == NEED_LEFT_OVER)
            code = sheet_take_value(s, i, &m, e);
    }
    return code;
}

/* A code without a readable label: runs of its shape, taken only when all its
 * checks are right. */
static int read_stray_code(struct sheet *s, struct err *e)
{
    for (size_t i = 0;
         i < s->n && !document_field(s->d, "credit_code") && s->left > 0; i++) {
        Rect box = s->runs[i].box;
        if (box.w < code_min * box.h || box.w > code_max * box.h)
            continue;
        struct reading r;
        struct place p = {.page = s->page->text, .lines = &box, .n = 1};
        s->left--;
        int code = code_read_credit(s->tess, s->a, p, &r, e);
        if (code == 0 && s->second)
            code = second_opinion(s->second, s->a, p, VALUE_CREDIT, &r, e);
        if (code < 0)
            return code;
        if (r.value && r.source == SOURCE_OCR && uscc_is_valid(r.value))
            sheet_add(s, "credit_code", r);
    }
    return 0;
}

static int read_fields(struct sheet *s, struct err *e)
{
    int code = read_labels(s, false, NEED_IF_SEEN, e);
    if (code == 0)
        code = read_labels(s, true, NEED_ALWAYS, e);
    if (code == 0)
        code = read_left_over(s, e);
    if (code == 0 && s->page->slot == SLOT_ID_CARD)
        code = stray_read_term(s, e);
    if (code == 0 && s->page->slot != SLOT_ID_CARD)
        code = read_stray_code(s, e);
    if (code == 0)
        code = stray_find_names(s, e);
    if (code == 0 && s->page->slot == SLOT_APPLICATION_FORM)
        code = stray_read_date(s, e);
    return code;
}

/* Blanks first: they are filled with values and nothing else. */
static int read_letter(struct sheet *s, struct err *e)
{
    struct letter *letter;
    int code = letter_read(s, &letter, e);
    if (code == 0)
        code = read_labels(s, true, NEED_ALWAYS, e);
    if (code == 0)
        code = prose_read(s, e);
    if (code == 0)
        code = stray_find_names(s, e);
    if (code == 0)
        code = letter_settle(letter, e);
    if (code < 0)
        return code;
    sheet_settle(s);
    return signature_find(s, e);
}

/* --- QR code --------------------------------------------------------------*/

/* Its modules look like characters to whoever finds lines. */
static void drop_runs(struct sheet *s, Rect code)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        Rect r = s->runs[i].box;
        if (r.w > code.w || !rect_has_point(code, rect_center(r)))
            s->runs[n++] = s->runs[i];
    }
    s->n = n;
}

static int read_barcode(struct sheet *s, struct err *e)
{
    struct barcode b;
    bool found;
    int code = barcode_find(s->a, s->page->text, &found, &b, e);
    if (code < 0 || !found)
        return code;
    drop_runs(s, b.box);
    sheet_add(s, "qr",
              (struct reading){.value = arena_strdup(s->a, b.payload),
                               .confidence = 1,
                               .box = b.box,
                               .source = SOURCE_QR});
    return 0;
}

int reader_read_page(struct reader *r, struct arena *a, struct page *page,
                     int number, const struct order *order, struct document *d,
                     struct err *e)
{
    struct sheet *s =
        sheet_new(r->tess, a, page, number, d, r->params->max_lines);
    s->second = r->second;
    s->order = order;
    if (number == 1)
        d->recognized_as = SLOT_UNKNOWN;
    int code = 0;
    bool is_licence = page->slot == SLOT_BUSINESS_LICENSE;
    if (is_licence && !document_field(d, "qr"))
        code = read_barcode(s, e);
    if (code == 0)
        code = title_read(s, e);
    bool is_letter = page->slot == SLOT_AUTHORIZATION_LETTER;
    if (code == 0)
        code = is_letter ? read_letter(s, e) : read_fields(s, e);
    if (code == 0 && !is_licence && !is_letter && page->slot != SLOT_SEAL_SHEET)
        code = stray_read_resident(s, e);
    return code < 0 ? code : kind_settle(s, &page->facts, e);
}

int reader_read_seal(struct reader *r, struct arena *a,
                     const struct found_seal *found, const struct order *order,
                     struct seal *io, struct err *e)
{
    struct seal_readers readers = {r->tess, r->second};
    bool is_name = io->role == SEAL_LEGAL_REP;
    const char *name = !order    ? NULL
                       : is_name ? order->legal_rep
                                 : order->org_name;
    name = name ? utf8_name(a, name) : NULL;
    if (is_name)
        return seal_name_read(readers, a, found->cut, name, io, e);
    return seal_text_read(readers, a, found->lines, name, io, e);
}
