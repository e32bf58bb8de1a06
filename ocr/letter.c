/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/letter.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/blank.h"
#include "ocr/date.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/second.h"
#include "ocr/sheet.h"
#include "ocr/value.h"

enum { MAX_BLANKS = 24, MIN_CODE = 15, MAX_NAME = 5, MIN_ORG = 6 };
enum { FIRST_PERSON = 0x6211 }; /* "I, X, am ..." */

/* Words around a blank are looked for in so many heights beside it. */
static const double context = 9, narrow = 0.5, full_row = 18;

/* The next row of the same text, in heights. */
static const double wrap = 3;

enum role { ROLE_UNKNOWN, ROLE_LEGAL, ROLE_HANDLER };

struct blank {
    Rect box, row;
    bool is_empty;
    Rect before; /* the row above */
    double from; /* the end of the blank before it on its row */
    double to;   /* where the next one begins */
    struct tess_text text;
    struct second_view view;
};

struct letter {
    struct sheet *s;
    struct value_means means;
    struct blank *blanks;
    size_t n;
};

static const struct label labels[] = {
    {SLOT_AUTHORIZATION_LETTER, "org_name", VALUE_ORG, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "legal_rep", VALUE_PERSON, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "handler_name", VALUE_PERSON, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "handler_id", VALUE_RESIDENT, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "credit_code", VALUE_CREDIT, NEED_ALWAYS, ""},
    {SLOT_AUTHORIZATION_LETTER, "valid_to", VALUE_TERM, NEED_ALWAYS, ""},
};
enum { ORG, LEGAL, HANDLER, RESIDENT, CREDIT, TERM };

/* --- blanks ---------------------------------------------------------------*/

static struct place place_of(const struct letter *k, const struct blank *b)
{
    return (struct place){.page = k->s->page->text,
                          .lines = &b->box,
                          .n = 1,
                          .seen = k->means.second ? &b->view : NULL};
}

static int look(struct letter *k, struct blank *b, struct err *e)
{
    struct place p = place_of(k, b);
    struct arena *a = k->s->a;
    p.seen = NULL;
    k->s->left--;
    if (!k->means.second)
        return name_read_text(k->s->tess, a, p, &b->text, e);
    int code = second_look(k->means.second, a, p, &b->view, e);
    b->text = b->view.lines[0].text;
    return code;
}

static int find_in_row(struct letter *k, Rect row, Rect before, struct err *e)
{
    struct sheet *s = k->s;
    size_t n;
    const struct blank_place *places = blank_find(s->a, s->page->text, row, &n);
    for (size_t j = 0; j < n && k->n < MAX_BLANKS && s->left > 0; j++) {
        struct blank *b = &k->blanks[k->n++];
        b->box = places[j].box;
        b->is_empty = places[j].is_empty;
        b->row = row;
        b->before = before;
        b->from = j > 0 ? b[-1].box.x + b[-1].box.w : row.x;
        b->to = j + 1 < n ? places[j + 1].box.x : row.x + row.w;
        int code = b->is_empty ? 0 : look(k, b, e);
        if (code < 0)
            return code;
    }
    return 0;
}

static int find_blanks(struct letter *k, struct err *e)
{
    struct sheet *s = k->s;
    size_t n;
    const Rect *rows = sheet_rows(s, &n);
    k->blanks = arena_new_array(s->a, MAX_BLANKS, struct blank);
    for (size_t i = 0; i < n; i++) {
        int code = find_in_row(k, rows[i], i > 0 ? rows[i - 1] : (Rect){0}, e);
        if (code < 0)
            return code;
    }
    return 0;
}

/* --- what fills a blank ---------------------------------------------------*/

static const uint32_t *codes_of(struct arena *a, const struct tess_text *t)
{
    uint32_t *c = arena_new_array(a, t->n + 1, uint32_t);
    for (size_t i = 0; i < t->n; i++)
        c[i] = t->symbols[i].c;
    return c;
}

/* Characters that are where a known code has them. */
static size_t agreement(const struct tess_text *t, const char *known)
{
    size_t same = 0;
    for (size_t i = 0; i < t->n && known && known[i]; i++)
        same += t->symbols[i].c == (unsigned char)known[i];
    return same;
}

/* What the order knows is nearer than half; else letters other than the X at
 * its end are in no citizen's number, and none begins with a nine. */
static bool is_credit(const struct tess_text *t, const struct order *order)
{
    size_t credit = order ? agreement(t, order->credit_code) : 0;
    size_t resident = order ? agreement(t, order->handler_id) : 0;
    if (credit != resident && (2 * credit > t->n || 2 * resident > t->n))
        return credit > resident;
    size_t letters = 0;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t c = t->symbols[i].c;
        bool last = i + 1 == t->n;
        letters +=
            utf8_is_latin(c) && c > '9' && !(last && (c == 'X' || c == 'x'));
    }
    char text[RESIDENT_ID_SIZE] = "";
    for (size_t i = 0; i < t->n && i < RESIDENT_ID_LENGTH; i++)
        text[i] = t->symbols[i].c < 128 ? (char)t->symbols[i].c : '?';
    return letters > 1 || text[0] == '9' ||
           (uscc_is_valid(text) && !resident_id_is_valid(text));
}

/* The label of the blank's kind, persons as NULL. */
static const struct label *kind_of(const struct sheet *s,
                                   const struct tess_text *t, bool *ret_person)
{
    struct date d;
    size_t han = tess_count_han(t), latin = 0;
    for (size_t i = 0; i < t->n; i++)
        latin += utf8_is_latin(t->symbols[i].c);
    *ret_person = false;
    if (latin >= MIN_CODE)
        return &labels[is_credit(t, s->order) ? CREDIT : RESIDENT];
    if (date_find(codes_of(s->a, t), t->n, &d, 1) > 0)
        return &labels[TERM];
    bool is_foreign = name_is_foreign(t);
    if (han >= MIN_ORG && 2 * han > t->n && !is_foreign)
        return &labels[ORG];
    *ret_person =
        han >= 2 && (han <= MAX_NAME || is_foreign) && han + 1 >= t->n;
    return NULL;
}

/* --- whose name -----------------------------------------------------------*/

static int read_beside(struct letter *k, Rect r, struct tess_text *ret,
                       struct err *e)
{
    static const struct line_how how = {{TESS_CHINESE, TESS_LINE, NULL},
                                        {34, 0.2, false, false}};
    *ret = (struct tess_text){0};
    if (r.w < narrow * r.h)
        return 0;
    k->s->left--;
    return line_read(k->s->tess, k->s->a, k->s->page->text, &r, 1, &how, ret,
                     e);
}

static bool has_any(const struct tess_text *t, const char *const *words)
{
    for (; *words; words++)
        if (line_has(t, *words))
            return true;
    return false;
}

/* What stands before the blank: on its row, or at the end of the row above
 * when it is the first there. */
static Rect before_blank(const struct blank *b)
{
    double h = b->row.h, end = b->box.x - 0.3 * h;
    double from = end - context * h;
    from = from > b->from ? from : b->from;
    bool is_first = end - from < narrow * h && b->from <= b->row.x;
    if (!is_first || b->before.w < full_row * h)
        return (Rect){from, b->row.y, end - from, h};
    end = b->before.x + b->before.w;
    from = end - context * h > b->before.x ? end - context * h : b->before.x;
    return (Rect){from, b->before.y, end - from, b->before.h};
}

static Rect behind_blank(const struct blank *b)
{
    double h = b->row.h, from = b->box.x + b->box.w + 0.3 * h;
    double to = from + 5 * h < b->to ? from + 5 * h : b->to;
    return (Rect){from, b->row.y, to - from, h};
}

/* The clause that the text ends with; a colon at its very end is part of it. */
static struct tess_text last_clause(const struct tess_text *t)
{
    static const char ends[] = "：:，,。.；;";
    size_t from = 0;
    for (size_t i = 0; i + 1 < t->n; i++)
        if (utf8_has(ends, t->symbols[i].c))
            from = i + 1;
    return line_part(t, from, t->n);
}

static enum role role_before(const struct tess_text *t)
{
    static const char *const legal[] = {"代表人", "法人", "法定代", "本人",
                                        NULL};
    static const char *const handler[] = {"委托", "授权",   "代理", "经办",
                                          "职工", "受托人", NULL};
    return has_any(t, handler)                                  ? ROLE_HANDLER
           : has_any(t, legal)                                  ? ROLE_LEGAL
           : t->n > 0 && t->symbols[t->n - 1].c == FIRST_PERSON ? ROLE_LEGAL
                                                                : ROLE_UNKNOWN;
}

static enum role role_behind(const struct tess_text *t)
{
    static const char *const legal_remark[] = {"法定代", NULL};
    static const char *const handler_remark[] = {"身份证", "证件号", NULL};
    static const char *const legal[] = {"系", "是", NULL};
    static const char *const handler[] = {"为", "同志", "先生", "女士", NULL};
    struct tess_text first = line_part(t, 0, t->n < 2 ? t->n : 2);
    return has_any(t, legal_remark)     ? ROLE_LEGAL
           : has_any(t, handler_remark) ? ROLE_HANDLER
           : has_any(&first, legal)     ? ROLE_LEGAL
           : has_any(&first, handler)   ? ROLE_HANDLER
                                        : ROLE_UNKNOWN;
}

/* The clause before the blank tells, else the words behind it, else whatever
 * stands before it. */
static int role_of(struct letter *k, const struct blank *b, enum role *ret,
                   struct err *e)
{
    struct tess_text before, behind;
    int code = read_beside(k, before_blank(b), &before, e);
    struct tess_text clause = last_clause(&before);
    *ret = role_before(&clause);
    if (code < 0 || *ret != ROLE_UNKNOWN)
        return code;
    code = read_beside(k, behind_blank(b), &behind, e);
    *ret = role_behind(&behind);
    if (code >= 0 && *ret == ROLE_UNKNOWN)
        *ret = role_before(&before);
    return code;
}

/* --- taking ---------------------------------------------------------------*/

/* Whether what fills a blank goes on in the next one, which begins the next
 * row. */
static bool goes_on(const struct letter *k, const struct blank *b)
{
    const struct blank *next = b + 1;
    double h = b->row.h, end = b->row.x + b->row.w;
    return next < k->blanks + k->n && !next->is_empty &&
           b->box.x + b->box.w > end - h && next->row.y > b->row.y &&
           next->row.y - b->row.y < wrap * h && next->box.x - next->row.x < h;
}

static int take(struct letter *k, const struct blank *b, const struct label *l,
                struct err *e)
{
    struct value v;
    if (document_field(k->s->d, l->field))
        return 0;
    struct place p = place_of(k, b);
    Rect lines[2] = {b->box};
    if (l->kind == VALUE_ORG && goes_on(k, b)) {
        lines[1] = b[1].box;
        p = (struct place){.page = p.page, .lines = lines, .n = 2};
    }
    int code = value_read(&k->means, k->s->a, p, l, &v, e);
    for (size_t i = 0; i < v.n && code == 0; i++)
        if (!document_field(k->s->d, v.fields[i]))
            sheet_add(k->s, v.fields[i], v.readings[i]);
    return code;
}

/* The first lone date is the beginning, the second the end. */
static int take_term(struct letter *k, const struct blank *b, struct err *e)
{
    struct value v = {0};
    value_take_term(k->s->a, &b->text, b->box, &v);
    (void)e;
    for (size_t i = 0; i < v.n; i++) {
        bool second = v.n == 1 && document_field(k->s->d, "valid_from");
        const char *field = second ? "valid_to" : v.fields[i];
        if (!document_field(k->s->d, field))
            sheet_add(k->s, field, v.readings[i]);
    }
    return 0;
}

/* Who is left over is who is missing. */
static int take_persons(struct letter *k, const size_t *at, size_t n,
                        struct err *e)
{
    enum role roles[MAX_BLANKS] = {ROLE_UNKNOWN};
    bool legal = false, handler = false;
    for (size_t i = 0; i < n; i++) {
        int code = role_of(k, &k->blanks[at[i]], &roles[i], e);
        if (code < 0)
            return code;
        legal |= roles[i] == ROLE_LEGAL;
        handler |= roles[i] == ROLE_HANDLER;
    }
    for (size_t i = 0; i < n; i++) {
        if (roles[i] == ROLE_UNKNOWN && legal == handler)
            continue;
        bool is_legal =
            roles[i] == ROLE_UNKNOWN ? handler : roles[i] == ROLE_LEGAL;
        int code =
            take(k, &k->blanks[at[i]], &labels[is_legal ? LEGAL : HANDLER], e);
        if (code < 0)
            return code;
    }
    return 0;
}

static int take_blanks(struct letter *k, struct err *e)
{
    size_t persons[MAX_BLANKS], n = 0;
    for (size_t i = 0; i < k->n; i++) {
        bool person;
        const struct blank *b = &k->blanks[i];
        if (b->is_empty)
            continue;
        const struct label *l = kind_of(k->s, &b->text, &person);
        if (person)
            persons[n++] = i;
        if (!l)
            continue;
        int code =
            l->kind == VALUE_TERM ? take_term(k, b, e) : take(k, b, l, e);
        if (code < 0)
            return code;
    }
    return take_persons(k, persons, n, e);
}

/* --- what was left open ---------------------------------------------------*/

/* What an empty blank is for; the words nearest to it come first. */
static const char *field_of(const struct tess_text *before,
                            const struct tess_text *behind)
{
    static const char *const others[] = {"电话", "手机", "邮箱", "地址",
                                         "代码", "职务", NULL};
    static const char *const number[] = {"身份证", "证件号", NULL};
    static const char *const org[] = {"单位全称", "单位名称", "的法定代表",
                                      "公司", NULL};
    static const char *const agent[] = {"授权",   "委托", "员工",
                                        "经办人", "职工", NULL};
    static const char *const polite[] = {"同志", "先生", "女士", "身份证",
                                         NULL};
    static const char *const term[] = {"期限", "有效期", "至", NULL};
    if (has_any(before, others))
        return NULL;
    if (has_any(before, number))
        return "handler_id";
    if (has_any(before, term))
        return "valid_to";
    if (has_any(behind, org))
        return "org_name";
    return has_any(before, agent) || has_any(behind, polite) ? "handler_name"
                                                             : NULL;
}

/* The words before the blank, those at the end of the row above with them when
 * few stand between. */
static int read_words_before(struct letter *k, const struct blank *b,
                             struct tess_text *ret, struct err *e)
{
    struct tess_text on_row = {0};
    Rect beside = before_blank(b), above = b->before;
    int code = read_beside(k, beside, ret, e);
    if (code < 0 || beside.y < b->row.y || beside.x > b->row.x + 1 ||
        b->before.w < full_row * b->row.h)
        return code;
    on_row = *ret;
    above.x = fmax(above.x, above.x + above.w - context * above.h);
    above.w = b->before.x + b->before.w - above.x;
    if ((code = read_beside(k, above, ret, e)) == 0)
        line_append(k->s->a, ret, &on_row);
    return code;
}

static int settle_empty(struct letter *k, const struct blank *b, struct err *e)
{
    struct tess_text before, behind;
    int code = read_words_before(k, b, &before, e);
    if (code == 0)
        code = read_beside(k, behind_blank(b), &behind, e);
    const char *field = code == 0 ? field_of(&before, &behind) : NULL;
    if (field && !document_field(k->s->d, field))
        sheet_add_unread(k->s, field, b->box, TRI_NO);
    return code;
}

int letter_settle(struct letter *k, struct err *e)
{
    int code = 0;
    for (size_t i = 0; i < k->n && code == 0 && k->s->left > 0; i++)
        if (k->blanks[i].is_empty)
            code = settle_empty(k, &k->blanks[i], e);
    return code;
}

int letter_read(struct sheet *s, struct letter **ret, struct err *e)
{
    struct letter *k = arena_new_struct(s->a, struct letter);
    *k = (struct letter){.s = s, .means = {s->tess, s->second, s->order}};
    *ret = k;
    int code = find_blanks(k, e);
    return code < 0 ? code : take_blanks(k, e);
}
