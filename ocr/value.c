/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/value.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/resident_id.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "ocr/code.h"
#include "ocr/date.h"
#include "ocr/line.h"
#include "ocr/name.h"
#include "ocr/second.h"
#include "ocr/tess.h"
#include "ocr/tick.h"

enum { MAX_DATES = 4, MIN_AUTHORITY = 4 };

/* A code that passed all its checks is what is printed. */
static const double checked = 0.995;

/* What a single reader makes of a number without checks and the order's agree
 * in by chance. */
static const double agreed = 0.98;

/* --- text -----------------------------------------------------------------*/

static int read_text(const struct value_means *m, struct arena *a,
                     struct place p, struct tess_text *ret, struct err *e)
{
    return m->second ? second_read(m->second, a, p, ret, e)
                     : name_read_text(m->tess, a, p, ret, e);
}

static struct reading reading_of(struct arena *a, const struct tess_text *t,
                                 Rect line)
{
    return (struct reading){.value = line_string(a, t),
                            .confidence = line_least(t),
                            .box = line_box(t, line),
                            .source = SOURCE_OCR};
}

static void put(struct value *v, const char *field, struct reading r)
{
    v->fields[v->n] = field;
    v->readings[v->n++] = r;
}

/* --- dates ----------------------------------------------------------------*/

static struct reading date_reading(struct arena *a, const struct tess_text *t,
                                   const struct date *d, Rect line)
{
    struct tess_text part = line_part(t, d->from, d->to);
    struct reading r = reading_of(a, &part, line);
    r.value = arena_strdup(a, d->text);
    return r;
}

static size_t dates_of(struct arena *a, const struct tess_text *t,
                       struct date dates[MAX_DATES])
{
    uint32_t *c = arena_new_array(a, t->n + 1, uint32_t);
    for (size_t i = 0; i < t->n; i++)
        c[i] = t->symbols[i].c;
    return date_find(c, t->n, dates, MAX_DATES);
}

/* Until, from ... to: a lone date behind one of these is an end. */
static bool ends_there(const struct tess_text *t, size_t at)
{
    static const uint32_t words[] = {0x81f3, 0x5230, 0x6b62, '-'};
    if (at == 0)
        return false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (t->symbols[at - 1].c == words[k])
            return true;
    return false;
}

/* A day, not "without end". */
static bool is_day(const struct date *d)
{
    return d->text[0] >= '0' && d->text[0] <= '9';
}

void value_take_term(struct arena *a, const struct tess_text *t, Rect line,
                     struct value *ret)
{
    struct date d[MAX_DATES];
    size_t n = dates_of(a, t, d);
    *ret = (struct value){0};
    if (n == 0)
        return;
    bool is_end = n == 1 && (!is_day(&d[0]) || ends_there(t, d[0].from));
    if (!is_end)
        put(ret, "valid_from", date_reading(a, t, &d[0], line));
    if (is_end || n > 1)
        put(ret, "valid_to", date_reading(a, t, &d[n > 1], line));
}

int value_read_date(const struct value_means *m, struct arena *a,
                    struct place p, struct reading *ret, struct err *e)
{
    struct tess_text t = {0};
    struct date d[MAX_DATES];
    *ret = (struct reading){0};
    int code = read_text(m, a, p, &t, e);
    if (code == 0 && dates_of(a, &t, d) == 1 && 2 * (d[0].to - d[0].from) > t.n)
        *ret = date_reading(a, &t, &d[0], p.lines[0]);
    return code;
}

/* --- other text -----------------------------------------------------------*/

static bool is_email_sign(uint32_t c)
{
    return utf8_is_latin(c) || (c && c < 128 && strchr("@._-", (int)c));
}

static void take_email(struct arena *a, struct tess_text *t, Rect line,
                       struct value *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (is_email_sign(t->symbols[i].c))
            t->symbols[n++] = t->symbols[i];
    t->n = n;
    struct reading r = reading_of(a, t, line);
    const char *at = strchr(r.value, '@');
    if (at && at > r.value && strchr(at, '.'))
        put(ret, "handler_email", r);
}

/* Bureaus, offices, committees, ministries, governments, courts, centres. */
static void take_authority(struct arena *a, struct tess_text *t, Rect line,
                           struct value *ret)
{
    static const char ends[] = "局厅委会部府院办心处队";
    name_keep(t, true);
    if (t->n >= MIN_AUTHORITY && utf8_has(ends, t->symbols[t->n - 1].c))
        put(ret, "issuer", reading_of(a, t, line));
}

/* The next label of the row may follow. */
static void take_sex(struct arena *a, const struct tess_text *t, Rect line,
                     struct value *ret)
{
    struct tess_text first = line_part(t, 0, 1);
    if (utf8_has("男女", first.symbols[0].c))
        put(ret, "sex", reading_of(a, &first, line));
}

/* Choices may stand below one another. */
static int take_choice(const struct value_means *m, struct arena *a,
                       struct place p, const struct label *l, struct value *ret,
                       struct err *e)
{
    struct reading all = {.value = arena_strdup(a, ""), .confidence = 1};
    for (size_t i = 0; i < p.n; i++) {
        struct place line = p;
        struct tess_text t = {0};
        line.lines = &p.lines[i];
        line.n = 1;
        int code = read_text(m, a, line, &t, e);
        if (code < 0)
            return code;
        if (t.n == 0)
            continue;
        struct reading r = reading_of(a, &t, p.lines[i]);
        r.value = arena_printf(a, "%s%s", all.value,
                               tick_text(a, p.page, p.lines[i], &t));
        r.confidence = fmin(all.confidence, r.confidence);
        r.box = rect_union(all.box, r.box);
        all = r;
    }
    if (*all.value)
        put(ret, l->field, all);
    return 0;
}

static int take_text(const struct value_means *m, struct arena *a,
                     struct place p, const struct label *l, struct value *ret,
                     struct err *e)
{
    struct tess_text t = {0};
    struct date d[MAX_DATES];
    int code = read_text(m, a, p, &t, e);
    if (code < 0 || t.n == 0)
        return code;
    if (l->kind == VALUE_TERM)
        value_take_term(a, &t, p.lines[0], ret);
    else if (l->kind == VALUE_EMAIL)
        take_email(a, &t, p.lines[0], ret);
    else if (l->kind == VALUE_SEX)
        take_sex(a, &t, p.lines[0], ret);
    else if (l->kind == VALUE_AUTHORITY)
        take_authority(a, &t, p.lines[0], ret);
    else if (l->kind == VALUE_TEXT)
        put(ret, l->field, reading_of(a, &t, p.lines[0]));
    else if (dates_of(a, &t, d) > 0)
        put(ret, l->field, date_reading(a, &t, &d[0], p.lines[0]));
    return 0;
}

/* --- names and codes ------------------------------------------------------*/

typedef int read_fn(struct tess *, struct arena *, struct place,
                    struct reading *, struct err *);

static read_fn *const readers[] = {
    [VALUE_CREDIT] = code_read_credit,
    [VALUE_ORG] = name_read_org,
    [VALUE_PERSON] = name_read_person,
    [VALUE_RESIDENT] = code_read_resident,
    [VALUE_MOBILE] = code_read_mobile,
    [VALUE_NUMBER] = code_read_number,
    [VALUE_REGISTRATION] = code_read_registration,
};

static int take_reading(const struct value_means *m, struct arena *a,
                        struct place p, const struct label *l,
                        struct value *ret, struct err *e)
{
    struct reading r = {0};
    p.is_seconded = m->second != NULL;
    int code = readers[l->kind](m->tess, a, p, &r, e);
    if (code == 0 && m->second)
        code = second_opinion(m->second, a, p, l->kind, &r, e);
    /* Of the two checks of eighteen characters it passed the other one. */
    bool is_other = l->kind == VALUE_CREDIT && r.value &&
                    resident_id_is_valid(r.value) && !uscc_is_valid(r.value);
    if (code == 0 && r.value && !is_other)
        put(ret, l->field, r);
    return code;
}

/* --- what should be there -------------------------------------------------*/

/* What the readers made of a code or number says it already. */
static bool is_settled(const struct label *l, const char *text,
                       struct reading *r)
{
    if (!r->value || r->source != SOURCE_OCR)
        return false;
    bool same = strcmp(r->value, text) == 0;
    bool is_sure =
        (l->kind == VALUE_CREDIT && uscc_is_valid(r->value)) ||
        (l->kind == VALUE_RESIDENT && resident_id_is_valid(r->value));
    if (!same && !is_sure)
        return false;
    r->verified =
        (struct verified){text, same ? VERIFY_CONFIRMED : VERIFY_CONTRADICTED,
                          is_sure ? checked : agreed, same ? NULL : r->value};
    return true;
}

static int verify_place(const struct value_means *m, struct arena *a,
                        struct place p, const struct label *l, const char *text,
                        struct reading *ret, struct err *e)
{
    struct known known = {.text = utf8_name(a, text),
                          .label = l->text,
                          .kind = l->kind == VALUE_PERSON  ? KNOWN_PERSON
                                  : l->kind == VALUE_ORG   ? KNOWN_ORG
                                  : l->kind == VALUE_EMAIL ? KNOWN_EMAIL
                                                           : KNOWN_TEXT,
                          .is_within = p.is_within};
    int code = second_verify(m->second, a, p, &known, ret, e);
    if (code == 0 && ret->verified.result == VERIFY_CONFIRMED) {
        bool is_name = l->kind == VALUE_PERSON || l->kind == VALUE_ORG;
        ret->value = arena_strdup(a, is_name ? known.text : text);
        ret->confidence = ret->verified.confidence;
    }
    return code;
}

/* The place shows the text, as far as that can be seen. */
static bool is_answered(const struct verified *v)
{
    return v->result == VERIFY_CONFIRMED ||
           (v->against && v->result == VERIFY_CANNOT_TELL && !v->rival);
}

/* Where several choices are printed and one of them is ticked: that one. */
static int find_ticked(const struct value_means *m, struct arena *a,
                       struct place p, Rect *ret, bool *ret_found,
                       struct err *e)
{
    struct tess_text t = {0};
    int code = read_text(m, a, p, &t, e);
    struct tess_text part = {0};
    if (code == 0 && t.n > 0)
        part = tick_part(a, p.page, p.lines[0], &t);
    *ret_found = part.n > 0;
    if (*ret_found)
        *ret = line_box(&part, p.lines[0]);
    return code;
}

static bool is_code(enum value_kind k)
{
    return k == VALUE_CREDIT || k == VALUE_RESIDENT || k == VALUE_MOBILE ||
           k == VALUE_NUMBER || k == VALUE_REGISTRATION;
}

static int read_plain(const struct value_means *m, struct arena *a,
                      struct place p, const struct label *l, struct value *ret,
                      struct err *e)
{
    *ret = (struct value){0};
    if (l->kind == VALUE_CHOICE)
        return take_choice(m, a, p, l, ret, e);
    return (size_t)l->kind < sizeof readers / sizeof *readers &&
                   readers[l->kind]
               ? take_reading(m, a, p, l, ret, e)
               : take_text(m, a, p, l, ret, e);
}

/* What verifying the place settles; *ret_seen: what it saw where it does not.
 */
static int read_known(const struct value_means *m, struct arena *a,
                      struct place p, const struct label *l, const char *text,
                      struct value *ret, struct reading *ret_seen,
                      struct err *e)
{
    int code = verify_place(m, a, p, l, text, ret_seen, e);
    if (code == 0 && is_answered(&ret_seen->verified) && ret_seen->value)
        put(ret, l->field, *ret_seen);
    return code;
}

int value_read(const struct value_means *m, struct arena *a, struct place p,
               const struct label *l, struct value *ret, struct err *e)
{
    const char *text = m->order ? order_value(m->order, l->field) : NULL;
    struct reading seen = {0};
    bool has_second = text && m->second, is_ticked = false;
    Rect ticked;
    int code = 0;
    *ret = (struct value){0};
    if (has_second && !is_code(l->kind))
        code = read_known(m, a, p, l, text, ret, &seen, e);
    if (code == 0 && ret->n == 0 && l->kind == VALUE_TEXT && p.n == 1)
        code = find_ticked(m, a, p, &ticked, &is_ticked, e);
    if (is_ticked) {
        p.lines = &ticked;
        p.seen = NULL;
        if (has_second)
            code = read_known(m, a, p, l, text, ret, &seen, e);
    }
    if (code < 0 || ret->n > 0)
        return code;
    code = read_plain(m, a, p, l, ret, e);
    if (code < 0 || !text || ret->n == 0)
        return code;
    struct reading *r = &ret->readings[0];
    if (is_settled(l, text, r))
        return 0;
    if (m->second && is_code(l->kind) &&
        (code = verify_place(m, a, p, l, text, &seen, e)) < 0)
        return code;
    if (seen.verified.result == VERIFY_CONFIRMED)
        *r = seen;
    r->verified = m->second ? seen.verified
                            : verify_reading(a, r->value, r->confidence, text);
    return 0;
}
