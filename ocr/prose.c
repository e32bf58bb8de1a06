/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * One pass over the text finds who is named where; what is cut out so is read
 * again by itself, as any value is, and verified.
 */

#include "ocr/prose.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/date.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/second.h"
#include "ocr/sheet.h"
#include "ocr/value.h"

enum {
    MAX_ROWS = 32,
    MAX_NAME = 4,
    MAX_FOREIGN = 15,
    MIN_ORG = 4,
    MAX_ORG = 40,
    MIN_NUMBER = 15,
    MAX_DATES = 8,
    TERM_GAP = 4,
    TERM_WORD = 10,
    FIRST_PERSON = 0x6211, /* "I" */
    FULL_STOP = 0x3002
};

/* In heights: of the last row of a paragraph, what is left free; and of a name,
 * with what the reader may not have seen of it. */
static const double early = 3, shortest_name = 1.6;

/* Of what is no text, numbers are read with less than that. */
static const double plain_number = 0.9;

/* The letter in one piece. */
struct prose {
    struct sheet *s;
    struct value_means means;
    Rect *rows;
    size_t n_rows;
    struct tess_text text;
    const uint32_t *codes; /* of the text, ended by 0 */
    const size_t *row_of;  /* of each symbol */
};

enum role { ROLE_NONE, ROLE_LEGAL, ROLE_HANDLER };

static const struct label fields[] = {
    {SLOT_AUTHORIZATION_LETTER, "org_name", VALUE_ORG, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "legal_rep", VALUE_PERSON, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "handler_name", VALUE_PERSON, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "handler_id", VALUE_RESIDENT, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "credit_code", VALUE_CREDIT, NEED_ALWAYS, ""},
};
enum { ORG, LEGAL, HANDLER, RESIDENT, CREDIT };

/* --- words ----------------------------------------------------------------*/

/* Who entrusts and who is entrusted, in words right before a name or what
 * describes him. */
static const struct role_word {
    enum role role;
    const char *text;
} cues[] = {
    {ROLE_HANDLER, "授权"},     {ROLE_HANDLER, "委托"},
    {ROLE_HANDLER, "委派"},     {ROLE_HANDLER, "指派"},
    {ROLE_HANDLER, "指定"},     {ROLE_HANDLER, "代理人"},
    {ROLE_HANDLER, "经办人"},   {ROLE_HANDLER, "受托人"},
    {ROLE_HANDLER, "受委托人"}, {ROLE_HANDLER, "被授权人"},
    {ROLE_LEGAL, "本人"},       {ROLE_LEGAL, "法定代表人"},
    {ROLE_LEGAL, "负责人"},     {ROLE_LEGAL, "我"},
};

/* Between such a word and the name; behind "I" they make "our unit" of it. */
static const char *const fillers[] = {
    "单位",   "公司",   "方",       "司",     "院",     "校",     "厂",
    "社",     "本单位", "我单位",   "本公司", "我公司", "我方",   "本",
    "我",     "该单位", "工作人员", "员工",   "职工",   "代理人", "经办人",
    "受托人", "姓名",   "同志",     "的",     "由",     "派",     "人",
    "：",     ":",      "，",       ",",      "、",     "兹",     NULL};
static const char *const legal_fillers[] = {"姓名", "：", ":", NULL};

/* What follows a name. */
static const char *const stops[] = {
    "（", "(",    "，",   ",",    "。",   "身份证", "公民身份", "证件",
    "系", "是",   "为",   "同志", "先生", "女士",   "性别",     "男",
    "女", "前往", "办理", "到",   "全权", "代表",   "代为",     "作为",
    "现", "电话", "手机", "联系", NULL};

/* After these it was a name for sure; after others only what the order says. */
static const char *const clear_stops[] = {
    "（",   "(",    "身份证", "公民身份", "证件", "系", "是", "为",
    "同志", "先生", "女士",   "性别",     "男",   "女", NULL};

/* Words that stand in their places, too. */
static const char *const no_names[] = {"事项", "如下", "有关", "相关", "上述",
                                       "名称", "姓名", "日期", "单位", "联系",
                                       "以下", "上列", NULL};

/* In names of persons these are not to be found next to such words. */
static const char never[] = "书期限权委托证章业务理的公司单位签范围人";

static size_t word_at(const struct prose *p, size_t i, const char *word)
{
    size_t n = 0;
    for (uint32_t c; (c = utf8_next(&word)) != 0; n++)
        if (p->codes[i + n] != c) /* the text's end is no character */
            return 0;
    return n;
}

/* The length of the longest of the words that stands there, 0: none. */
static size_t any_at(const struct prose *p, size_t i, const char *const *words)
{
    size_t longest = 0;
    for (; *words; words++) {
        size_t n = word_at(p, i, *words);
        longest = n > longest ? n : longest;
    }
    return longest;
}

static enum role cue_at(const struct prose *p, size_t i, size_t *ret_n)
{
    enum role role = ROLE_NONE;
    *ret_n = 0;
    for (size_t k = 0; k < sizeof cues / sizeof *cues; k++) {
        size_t n = word_at(p, i, cues[k].text);
        if (n <= *ret_n)
            continue;
        *ret_n = n;
        role = cues[k].role;
    }
    bool is_ours = p->codes[i] == FIRST_PERSON && any_at(p, i + 1, fillers);
    return is_ours ? ROLE_NONE : role;
}

/* Whether any of the words begins in a part of the text. */
static bool has_between(const struct prose *p, size_t from, size_t to,
                        const char *const *words)
{
    for (size_t i = from; i < to; i++)
        if (any_at(p, i, words))
            return true;
    return false;
}

/* --- reading all ----------------------------------------------------------*/

static int read_row(struct prose *p, size_t row, struct tess_text *ret,
                    struct err *e)
{
    struct sheet *s = p->s;
    struct place at = {.page = s->page->text, .lines = &p->rows[row], .n = 1};
    s->left--;
    return s->second ? second_read(s->second, s->a, at, ret, e)
                     : name_read_text(s->tess, s->a, at, ret, e);
}

/* A row that ends early ends its paragraph: the marks that would tell so are
 * not read by every reader. */
static void end_paragraph(struct prose *p, size_t row, struct tess_text *io)
{
    double right = 0, end = p->rows[row].x + p->rows[row].w;
    struct tess_symbol stop = {FULL_STOP, {end, p->rows[row].y, 1, 1}, 1};
    struct tess_text mark = {&stop, 1, 1};
    for (size_t i = 0; i < p->n_rows; i++)
        right = fmax(right, p->rows[i].x + p->rows[i].w);
    if (end < right - early * p->rows[row].h)
        line_append(p->s->a, io, &mark);
}

static int read_rows(struct prose *p, struct err *e)
{
    struct sheet *s = p->s;
    size_t *row_of = arena_new_array(s->a, 1, size_t), n = 0;
    uint32_t *codes;
    for (size_t i = 0; i < p->n_rows && i < MAX_ROWS && s->left > 0; i++) {
        struct tess_text t;
        if (s->title && rect_has_point(s->title_box, rect_center(p->rows[i])))
            continue;
        int code = read_row(p, i, &t, e);
        if (code < 0)
            return code;
        end_paragraph(p, i, &t);
        row_of = arena_grow(s->a, row_of, n, n + t.n, sizeof *row_of);
        for (size_t k = 0; k < t.n; k++)
            row_of[n++] = i;
        line_append(s->a, &p->text, &t);
    }
    codes = arena_new_array(s->a, n + 1, uint32_t);
    for (size_t i = 0; i < n; i++)
        codes[i] = p->text.symbols[i].c;
    p->codes = codes;
    p->row_of = row_of;
    return 0;
}

/* --- cutting out ----------------------------------------------------------*/

/* The boxes of symbols `from` to (not with) `to`, of two rows at most. */
static size_t boxes_of(const struct prose *p, size_t from, size_t to,
                       Rect ret[2])
{
    size_t n = 0;
    for (size_t i = from, end; i < to && n < 2; i = end) {
        for (end = i; end < to && p->row_of[end] == p->row_of[i]; end++)
            ;
        struct tess_text part = line_part(&p->text, i, end);
        ret[n++] = line_box(&part, p->rows[p->row_of[i]]);
    }
    return n;
}

/* Whether the document has the field, and surely. */
static bool has(const struct sheet *s, const char *name)
{
    const struct field *f = document_field(s->d, name);
    return f &&
           (!f->verified.against || f->verified.result != VERIFY_CANNOT_TELL ||
            !f->verified.rival);
}

/* Reads what stands there as that field; one that was read unsurely gives way
 * only to what the order says, and so does a place that is not `clear`. */
static int take_boxes(struct prose *p, int field, const Rect *lines, size_t n,
                      bool clear, struct err *e)
{
    struct sheet *s = p->s;
    const struct label *l = &fields[field];
    struct value v = {0};
    if (has(s, l->field))
        return 0;
    struct place at = {.page = s->page->text, .lines = lines, .n = n};
    s->left--;
    int code = value_read(&p->means, s->a, at, l, &v, e);
    if (code < 0 || v.n == 0)
        return code;
    const struct reading *r = &v.readings[0];
    bool sure = r->verified.result == VERIFY_CONFIRMED;
    bool is_doubted = r->verified.against && !sure && r->verified.rival;
    bool is_name = l->kind == VALUE_ORG || l->kind == VALUE_PERSON;
    bool is_nothing = is_name ? name_is_words(r->value, l->kind == VALUE_ORG)
                              : r->confidence < plain_number;
    if (!clear && (is_doubted || !r->verified.against))
        return 0;
    if (sure || (!is_nothing && !document_field(s->d, l->field)))
        sheet_replace(s, l->field, *r);
    return code;
}

static int take(struct prose *p, int field, size_t from, size_t to,
                struct err *e)
{
    Rect lines[2];
    size_t n = boxes_of(p, from, to, lines);
    return take_boxes(p, field, lines, n, true, e);
}

/* --- persons and their organisation ---------------------------------------*/

/* Where the name of a person that begins there ends; `from`: none does. */
static size_t name_end(const struct prose *p, size_t from)
{
    size_t to = from;
    while (to < p->text.n && to - from <= MAX_FOREIGN &&
           !any_at(p, to, stops) &&
           (utf8_is_han(p->codes[to]) || p->codes[to] == 0xb7) &&
           !utf8_has(never, p->codes[to]))
        to++;
    struct tess_text name = line_part(&p->text, from, to);
    size_t most = name_is_foreign(&name) ? MAX_FOREIGN : MAX_NAME;
    bool ends = to < p->text.n && any_at(p, to, stops);
    return ends && to - from <= most && !has_between(p, from, to, no_names)
               ? to
               : from;
}

/* The name's place from the symbol before it to the one behind it: what the
 * reader did not see of it is there, too. */
static Rect place_of(const struct prose *p, size_t from, size_t to)
{
    const struct tess_symbol *s = p->text.symbols;
    Rect row = p->rows[p->row_of[from]];
    double left = row.x, right = row.x + row.w;
    if (from > 0 && p->row_of[from - 1] == p->row_of[from])
        left = fmax(left, s[from - 1].box.x + s[from - 1].box.w);
    if (p->row_of[to] == p->row_of[from])
        right = fmin(right, s[to].box.x);
    return (Rect){left, row.y, right - left, row.h};
}

static int take_person(struct prose *p, int field, size_t from, size_t to,
                       struct err *e)
{
    Rect lines[2];
    size_t n = boxes_of(p, from, to, lines);
    if (n == 1)
        lines[0] = place_of(p, from, to);
    if (n == 1 && lines[0].w <= shortest_name * lines[0].h)
        return 0;
    return take_boxes(p, field, lines, n, any_at(p, to, clear_stops) > 0, e);
}

/* The organisation behind "am" up to its code or his office. */
static int take_org(struct prose *p, size_t from, struct err *e)
{
    static const char *const am[] = {"系", "是", NULL};
    static const char *const ends[] = {"（",       "(",      "的法定",
                                       "法定代表", "负责人", NULL};
    size_t start = from, to;
    while (start < p->text.n && start < from + MAX_ORG && !any_at(p, start, am))
        start++;
    for (to = ++start; to < p->text.n && to < start + MAX_ORG; to++) {
        bool is_code = any_at(p, to, ends) &&
                       (p->codes[to] != 0xff08 || word_at(p, to + 1, "统一") ||
                        word_at(p, to + 1, "以下"));
        if (is_code)
            return to >= start + MIN_ORG ? take(p, ORG, start, to, e) : 0;
    }
    return 0;
}

static int take_persons(struct prose *p, struct err *e)
{
    int code = 0;
    for (size_t i = 0; i < p->text.n && code == 0; i++) {
        size_t n, skip, from = i;
        enum role role = cue_at(p, i, &n);
        if (role == ROLE_NONE)
            continue;
        from += n;
        while ((skip = any_at(
                    p, from, role == ROLE_LEGAL ? legal_fillers : fillers)) > 0)
            from += skip;
        size_t to = name_end(p, from);
        if (to == from)
            continue;
        i = to - 1;
        code =
            take_person(p, role == ROLE_LEGAL ? LEGAL : HANDLER, from, to, e);
        if (code == 0 && role == ROLE_LEGAL && !has(p->s, "org_name"))
            code = take_org(p, to, e);
    }
    return code;
}

/* --- numbers --------------------------------------------------------------*/

/* Whom the last such word before the number names. */
static enum role owner_of(const struct prose *p, size_t number)
{
    size_t n;
    enum role role = ROLE_NONE;
    for (size_t i = number; i-- > 0 && role == ROLE_NONE;)
        role = cue_at(p, i, &n);
    return role;
}

static bool is_ordered(const struct prose *p, size_t from, const char *number)
{
    return number && word_at(p, from, number) > 0;
}

static int take_numbers(struct prose *p, struct err *e)
{
    const struct order *o = p->s->order;
    int code = 0;
    for (size_t i = 0, end; i < p->text.n && code == 0; i = end + 1) {
        size_t letters = 0;
        for (end = i; utf8_is_latin(p->codes[end]); end++)
            letters += p->codes[end] > '9';
        if (end - i < MIN_NUMBER)
            continue;
        bool is_code = (letters > 1 || p->codes[i] == '9') &&
                       !(o && is_ordered(p, i, o->handler_id));
        bool is_his = owner_of(p, i) != ROLE_LEGAL ||
                      (o && is_ordered(p, i, o->handler_id));
        if (is_code || is_his)
            code = take(p, is_code ? CREDIT : RESIDENT, i, end, e);
    }
    return code;
}

/* --- the term -------------------------------------------------------------*/

static void add_date(struct prose *p, const char *field, const struct date *d)
{
    Rect boxes[2];
    struct tess_text part = line_part(&p->text, d->from, d->to);
    boxes_of(p, d->from, d->to, boxes);
    if (!document_field(p->s->d, field))
        sheet_add(p->s, field,
                  (struct reading){.value = arena_strdup(p->s->a, d->text),
                                   .confidence = line_least(&part),
                                   .box = boxes[0],
                                   .source = SOURCE_OCR});
}

static void take_term(struct prose *p)
{
    static const char *const until[] = {"至", "到", "-", "止", NULL};
    static const char *const term[] = {"期限", "有效期", "有效至", NULL};
    struct date d[MAX_DATES];
    size_t n = date_find(p->codes, p->text.n, d, MAX_DATES);
    for (size_t i = 0; i < n; i++) {
        size_t before = d[i].from > TERM_WORD ? d[i].from - TERM_WORD : 0;
        if (i + 1 < n && d[i + 1].from - d[i].to <= TERM_GAP &&
            has_between(p, d[i].to, d[i + 1].from, until)) {
            add_date(p, "valid_from", &d[i]);
            add_date(p, "valid_to", &d[i + 1]);
            return;
        }
        if (has_between(p, before, d[i].from, term) &&
            has_between(p, before, d[i].from, until)) {
            add_date(p, "valid_to", &d[i]);
            return;
        }
    }
}

/* --- what the order knows -------------------------------------------------*/

/* Where the order's text is read to the letter. */
static int take_known(struct prose *p, int field, struct err *e)
{
    const struct order *o = p->s->order;
    const char *text = o ? order_value(o, fields[field].field) : NULL;
    text = text ? utf8_name(p->s->a, text) : "";
    for (size_t i = 0; *text && i < p->text.n; i++) {
        size_t n = word_at(p, i, text);
        if (n > 0)
            return take(p, field, i, i + n, e);
    }
    return 0;
}

static bool has_all(const struct sheet *s)
{
    static const char *const needed[] = {"org_name", "handler_name",
                                         "handler_id", "valid_to"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!has(s, needed[i]))
            return false;
    return true;
}

int prose_read(struct sheet *s, struct err *e)
{
    struct prose p = {.s = s, .means = {s->tess, s->second, s->order}};
    if (has_all(s))
        return 0;
    p.rows = sheet_rows(s, &p.n_rows);
    int code = read_rows(&p, e);
    if (code == 0)
        code = take_persons(&p, e);
    if (code == 0)
        code = take_numbers(&p, e);
    if (code == 0)
        code = take_known(&p, ORG, e);
    if (code == 0)
        code = take_known(&p, HANDLER, e);
    if (code == 0)
        take_term(&p);
    return code;
}
