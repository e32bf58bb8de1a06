/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/code.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/resident_id.h"
#include "base/uscc.h"
#include "ocr/line.h"

enum {
    LONGEST = 18,
    MOBILE = 11,
    REGISTRATION = 15,
    MEDICAL = 22,
    WAYS = 5,
    MAX_SYMBOLS = 40
};

/* Below this a character counts as unsure. Measured on the tune family: of
 * the characters of codes read at 0.9 or more, less than one in 2000 is wrong.
 */
static const double unsure = 0.9;
static const double certain = 0.995;         /* all checks passed */
static const double pilot_confidence = 0.95; /* two attempts agree on one */

/* A kind of code: its alphabet, its length and its checks. */
struct kind {
    const char *alphabet;
    int length;
    bool (*fold)(const char *text, char *ret);
    bool (*is_valid)(const char *code);
    bool (*repair)(const char *code, const double *confidence, double limit,
                   char *ret);
};

static bool fold_plain(const char *text, char *ret)
{
    strcpy(ret, text);
    return true;
}

static bool is_mobile(const char *s)
{
    return s[0] == '1' && s[1] >= '3';
}

static const struct kind credit = {uscc_alphabet, USCC_LENGTH, uscc_fold,
                                   uscc_is_valid, uscc_repair};
static const struct kind resident = {"0123456789X", RESIDENT_ID_LENGTH,
                                     fold_plain, resident_id_is_valid, NULL};
/* Of the register before 2015: ISO 7064, MOD 11,10. */
static bool registration_is_valid(const char *s)
{
    int p = 10;
    for (int i = 0; i < REGISTRATION - 1; i++) {
        int q = (p + s[i] - '0') % 10;
        p = (q == 0 ? 10 : q) * 2 % 11;
    }
    return s[REGISTRATION - 1] - '0' == (11 - p) % 10;
}

static const struct kind registration = {"0123456789", REGISTRATION, fold_plain,
                                         registration_is_valid, NULL};
static const struct kind mobile = {"0123456789", MOBILE, fold_plain, is_mobile,
                                   NULL};

/* Ways of reading, best first (one wrong in eleven on plain crops each, one in
 * a hundred together). The line mode bears slope; the last
 * is a different engine. */
static const struct {
    enum tess_engine engine;
    enum tess_mode mode;
    struct strip_how strip;
} ways[WAYS] = {
    {TESS_LATIN, TESS_RAW, {40, 0.28, false, false}},
    {TESS_LATIN, TESS_RAW, {32, 0.28, false, false}},
    {TESS_LATIN, TESS_RAW, {40, 0.28, true, false}},
    {TESS_LATIN, TESS_LINE, {40, 0.28, false, false}},
    {TESS_CHINESE, TESS_LINE, {40, 0.28, false, false}},
};

struct attempt {
    char code[LONGEST + 1];
    double confidence[LONGEST];
    Rect box;
    bool is_valid;
};

/* The symbols from `from` on as a code. */
static bool take(const struct kind *k, const struct tess_text *t, size_t from,
                 struct attempt *ret)
{
    char text[LONGEST + 1] = "";
    size_t n = (size_t)k->length;
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)t->symbols[from + i].c;
        ret->confidence[i] = t->symbols[from + i].confidence;
        ret->box = i == 0 ? t->symbols[from].box
                          : rect_union(ret->box, t->symbols[from + i].box);
    }
    if (!k->fold(text, ret->code))
        return false;
    ret->is_valid = k->is_valid(ret->code);
    return true;
}

/* Drops what is not of the alphabet: the whitelist does not bind an engine
 * that sees nothing else. */
static void keep_alphabet(struct tess_text *t, const char *alphabet)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t c = t->symbols[i].c;
        if (c < 128 && c && strchr(alphabet, (char)c))
            t->symbols[n++] = t->symbols[i];
    }
    t->n = n;
}

static double mean(const struct attempt *a, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += a->confidence[i];
    return sum / n;
}

/*
 * The best code in a read text: one that is valid, else the surest. A label's
 * colon or a rule may have become a character at either end.
 */
static bool best_of(const struct kind *k, struct tess_text *t,
                    struct attempt *ret)
{
    bool found = false;
    keep_alphabet(t, k->alphabet);
    for (size_t i = 0; i + (size_t)k->length <= t->n; i++) {
        struct attempt a;
        if (!take(k, t, i, &a))
            continue;
        if (!found || (a.is_valid && !ret->is_valid) ||
            (a.is_valid == ret->is_valid &&
             mean(&a, k->length) > mean(ret, k->length)))
            *ret = a;
        found = true;
    }
    return found;
}

static void report(struct arena *a, const struct attempt *at, struct place p,
                   double confidence, struct reading *ret)
{
    Rect line = p.lines[0];
    Rect box =
        rect_intersect((Rect){at->box.x, line.y, at->box.w, line.h}, line);
    *ret = (struct reading){.value = arena_strdup(a, at->code),
                            .confidence = confidence,
                            .box = rect_is_empty(box) ? line : box,
                            .source = SOURCE_OCR};
}

/* The code that most attempts agree on; of equals the surest. */
static size_t favourite(const struct kind *k, const struct attempt *a, size_t n,
                        int *ret_votes)
{
    size_t best = 0;
    *ret_votes = 0;
    for (size_t i = 0; i < n; i++) {
        int votes = 0;
        for (size_t j = 0; j < n; j++)
            votes += strcmp(a[i].code, a[j].code) == 0;
        if (votes > *ret_votes ||
            (votes == *ret_votes &&
             mean(&a[i], k->length) > mean(&a[best], k->length))) {
            best = i;
            *ret_votes = votes;
        }
    }
    return best;
}

/* How sure all attempts together are of each character of one of them. */
static void pool(const struct kind *k, const struct attempt *a, size_t n,
                 const struct attempt *of, double ret[LONGEST])
{
    for (int i = 0; i < k->length; i++) {
        ret[i] = 0;
        for (size_t j = 0; j < n; j++)
            if (a[j].code[i] == of->code[i])
                ret[i] += a[j].confidence[i] / (double)n;
    }
}

static double least(const double *v, int n)
{
    double l = 1;
    for (int i = 0; i < n; i++)
        l = v[i] < l ? v[i] : l;
    return l;
}

/* No attempt passed the checks. */
static void decide(struct arena *a, const struct kind *k,
                   const struct attempt *attempts, size_t n, struct place p,
                   struct reading *ret)
{
    int votes;
    const struct attempt *best = attempts + favourite(k, attempts, n, &votes);
    double sure[LONGEST];
    char fixed[LONGEST + 1];
    pool(k, attempts, n, best, sure);
    report(a, best, p, least(sure, k->length), ret);
    /* A pilot code is right as it is: it must not be made a valid one. */
    bool pilot = k == &credit && uscc_is_pilot(best->code);
    if (pilot && votes > 1 && ret->confidence < pilot_confidence)
        ret->confidence = pilot_confidence;
    if (pilot || !k->repair || !k->repair(best->code, sure, unsure, fixed))
        return;
    ret->raw = ret->value;
    ret->value = arena_strdup(a, fixed);
    ret->source = SOURCE_OCR_REPAIRED;
    ret->confidence = 0.6;
}

static int read_checked(struct tess *t, struct arena *a, struct place p,
                        const struct kind *k, struct reading *ret,
                        struct err *e)
{
    struct attempt attempts[WAYS];
    size_t n = 0;
    *ret = (struct reading){0};
    for (int i = 0; i < WAYS; i++) {
        struct line_how how = {{ways[i].engine, ways[i].mode, k->alphabet},
                               ways[i].strip};
        struct tess_text text;
        int code = line_read(t, a, p.page, p.lines, 1, &how, &text, e);
        if (code < 0)
            return code;
        if (!best_of(k, &text, &attempts[n]))
            continue;
        if (attempts[n++].is_valid) {
            report(a, &attempts[n - 1], p, certain, ret);
            return 0;
        }
    }
    if (n > 0)
        decide(a, k, attempts, n, p, ret);
    return 0;
}

int code_read_credit(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e)
{
    return read_checked(t, a, p, &credit, ret, e);
}

int code_read_resident(struct tess *t, struct arena *a, struct place p,
                       struct reading *ret, struct err *e)
{
    return read_checked(t, a, p, &resident, ret, e);
}

int code_read_mobile(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e)
{
    int code = read_checked(t, a, p, &mobile, ret, e);
    /* No check character: one read is worth what its characters are. */
    if (code == 0 && ret->value && ret->confidence > 0.9)
        ret->confidence = 0.9;
    return code;
}

int code_read_number(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    struct line_how how = {{TESS_LATIN, TESS_RAW, alphabet},
                           {40, 0.28, false, false}};
    struct tess_text text;
    *ret = (struct reading){0};
    int code = line_read(t, a, p.page, p.lines, 1, &how, &text, e);
    if (code < 0 || text.n < 6)
        return code;
    *ret = (struct reading){.value = line_string(a, &text),
                            .confidence = line_least(&text),
                            .box = line_box(&text, p.lines[0]),
                            .source = SOURCE_OCR};
    return 0;
}

/* The digits of old registers are fifteen; a medical institution has
 * twenty-two signs, letters among them, without a check. */
int code_read_registration(struct tess *t, struct arena *a, struct place p,
                           struct reading *ret, struct err *e)
{
    struct reading fifteen;
    int code = code_read_number(t, a, p, ret, e);
    if (code < 0 || (ret->value && strlen(ret->value) >= MEDICAL - 2))
        return code;
    code = read_checked(t, a, p, &registration, &fifteen, e);
    if (code == 0 && fifteen.value &&
        (fifteen.confidence >= certain || !ret->value))
        *ret = fifteen;
    return code;
}
