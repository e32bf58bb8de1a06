/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/seal_text.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/seal_unwrap.h"
#include "ocr/line.h"
#include "ocr/recogniser.h"
#include "ocr/tess.h"
#include "ocr/verify.h"

enum { DIGITS = 10, LOOKS = 3, LEAST_NAME = 3 };

/* A name whose weakest character is below this is read once more. */
static const double sure_name = 0.80;

/* Paper that is cut off above and below for another look, in text heights. */
static const double closer = 0.14;

/* What a look counts for. On 26 seals of both families the second reader read
 * 22 numbers whole and Tesseract 21, erring on different places; its second
 * look errs where its first did. */
static const double weight_second = 1.0, weight_tess = 0.7, weight_again = 0.5;

/* All places as sure as this after two looks: a third one adds nothing. */
static const double sure_digit = 0.90;

/* A digit of fewer rows has lost its form, whatever a network makes of it: its
 * place is reported and nothing is read there. */
static const double least_digit_px = 5.5;

/* Of a letter that looks like the digit, against the digit itself. */
static const double lookalike = 0.5;

/* The line without most of the paper around it: another size for a network. */
static const struct image *closer_look(struct arena *a,
                                       const struct seal_line *l)
{
    double cut = l->text_y - closer * l->text_h;
    Rect r = {0, fmax(0, cut), l->picture->width,
              l->picture->height - 2 * fmax(0, cut)};
    return image_crop(a, l->picture, r);
}

/* --- the name -------------------------------------------------------------*/

static void take_name(struct arena *a, const struct tess_text *t,
                      struct seal *io)
{
    if (t->n < LEAST_NAME || line_least(t) <= io->text_confidence)
        return;
    io->text = utf8_name(a, line_string(a, t));
    io->text_confidence = line_least(t);
}

static int read_by_tess(struct seal_readers r, struct arena *a,
                        const struct seal_line *l, struct tess_text *ret,
                        struct err *e)
{
    return tess_read(r.tess, a, (struct tess_how){TESS_CHINESE, TESS_RAW, NULL},
                     l->picture, ret, e);
}

/* Toner over a ring and dry spots of the pad take characters away and never
 * make others of them: a rival that only lacks some contradicts nothing. */
static void forgive_gaps(struct verified *v)
{
    if (v->result != VERIFY_CONTRADICTED || !v->rival)
        return;
    const char *known = v->against, *seen = v->rival;
    uint32_t want = utf8_next(&seen);
    for (uint32_t c; want && (c = utf8_next(&known)) != 0;)
        want = c == want ? utf8_next(&seen) : want;
    if (want == 0)
        v->result = VERIFY_CANNOT_TELL;
    if (want == 0)
        v->confidence = 0;
}

/* Who says what else stands there must say the same when he looks again: of a
 * smeared character each look makes another one. */
static void ask_again(struct verified *v, const struct verify_fit *looks,
                      size_t n)
{
    bool agree = n == 2 && looks[0].rival && looks[1].rival &&
                 strcmp(looks[0].rival, looks[1].rival) == 0;
    if (v->result == VERIFY_CONTRADICTED && !agree) {
        v->result = VERIFY_CANNOT_TELL;
        v->confidence = 0;
    }
}

/* Two looks at most; each is a fit to the known name as well. */
static int read_by_second(struct seal_readers r, struct arena *a,
                          const struct seal_line *l, const char *org_name,
                          struct seal *io, struct err *e)
{
    struct known known = {.text = org_name, .label = "", .kind = KNOWN_ORG};
    struct verify_fit fits[2];
    for (size_t i = 0; i < 2; i++) {
        struct recognition got;
        const struct image *im = i ? closer_look(a, l) : l->picture;
        int code = recogniser_read(r.second, a, im, &got, e);
        if (code < 0)
            return code;
        take_name(a, &got.text, io);
        if (org_name) {
            fits[i] = verify_look(r.second, a, &got, 1, &known);
            io->text_verified = verify_decide(fits, i + 1, org_name);
            forgive_gaps(&io->text_verified);
            ask_again(&io->text_verified, fits, i + 1);
        }
        bool open = org_name && verify_is_open(&io->text_verified);
        if (!open && io->text_confidence >= sure_name)
            break;
    }
    return 0;
}

static int read_name(struct seal_readers r, struct arena *a,
                     const struct seal_line *l, const char *org_name,
                     struct seal *io, struct err *e)
{
    int code = r.second ? read_by_second(r, a, l, org_name, io, e) : 0;
    if (code < 0 || io->text_confidence >= sure_name)
        return code;
    struct tess_text t;
    code = read_by_tess(r, a, l, &t, e);
    if (code < 0)
        return code;
    take_name(a, &t, io);
    bool same = org_name && io->text && strcmp(io->text, org_name) == 0;
    if (!r.second && org_name)
        io->text_verified = (struct verified){
            org_name, same ? VERIFY_CONFIRMED : VERIFY_CANNOT_TELL,
            same ? io->text_confidence : 0, same ? NULL : io->text};
    return 0;
}

/* --- the straight line ---------------------------------------------------*/

static int read_straight(struct seal_readers r, struct arena *a,
                         const struct image *line, struct seal *io,
                         struct err *e)
{
    struct tess_text t;
    struct recognition got;
    int code = r.second
                   ? recogniser_read(r.second, a, line, &got, e)
                   : tess_read(r.tess, a,
                               (struct tess_how){TESS_CHINESE, TESS_RAW, NULL},
                               line, &t, e);
    if (code < 0)
        return code;
    const struct tess_text *text = r.second ? &got.text : &t;
    if (text->n >= LEAST_NAME) {
        io->line_text = utf8_name(a, line_string(a, text));
        io->line_confidence = line_least(text);
    }
    return 0;
}

/* --- whose seal -----------------------------------------------------------*/

/* What the names of the offices that issue certificates end with, 登记专用章
 * and the like left off. */
static const char *const offices[] = {"局",   "厅",   "委员会",
                                      "政府", "编办", "办公室"};

/* What such an office puts on the seals of its counters. */
static const char *const counters[] = {"登记专用章", "注册登记", "审批专用章",
                                       "业务专用章", "专用章"};

static bool ends_with(const char *s, size_t n, const char *end)
{
    size_t k = strlen(end);
    return n >= k && memcmp(s + n - k, end, k) == 0;
}

bool seal_text_names_office(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        if (ends_with(text, n, counters[i])) {
            n -= strlen(counters[i]);
            break;
        }
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (ends_with(text, n, offices[i]))
            return true;
    return false;
}

/* A certificate's only seal may be its issuer's: an office's name on the ring,
 * unless the applicant is that office itself. */
static void settle_owner(struct seal *io)
{
    bool of_office = io->slot == SLOT_BUSINESS_LICENSE &&
                     io->role == SEAL_OFFICIAL && io->text &&
                     io->text_verified.result != VERIFY_CONFIRMED &&
                     seal_text_names_office(io->text);
    if (of_office)
        io->role = SEAL_AUTHORITY;
}

/* On a certificate the place tells the two seals apart; one that is alone has
 * to be read. */
static bool stands_alone(const struct page *page)
{
    for (size_t i = 0; i < page->n_seals; i++)
        if (page->seals[i].seal.role == SEAL_AUTHORITY)
            return false;
    return true;
}

bool seal_text_is_wanted(const struct page *page, const struct found_seal *s)
{
    if (s->seal.role == SEAL_LEGAL_REP)
        return s->seal.shape == SHAPE_SQUARE && s->cut &&
               (page->slot == SLOT_SEAL_SHEET ||
                page->slot == SLOT_AUTHORIZATION_LETTER);
    if (!s->lines || s->seal.role != SEAL_OFFICIAL)
        return false;
    return page->slot == SLOT_SEAL_SHEET ||
           page->slot == SLOT_APPLICATION_FORM ||
           (page->slot == SLOT_BUSINESS_LICENSE && stands_alone(page));
}

/* --- the number -----------------------------------------------------------*/

struct votes {
    double digit[COMB_MAX][DIGITS];
    double looks; /* what all looks so far count for together */
};

/* The digit that a symbol is, or looks like; -1: none. */
static int digit_of(uint32_t c, double *io_confidence)
{
    static const struct {
        char c, digit;
    } alike[] = {{'O', 0}, {'o', 0}, {'D', 0}, {'Q', 0}, {'I', 1}, {'l', 1},
                 {'i', 1}, {'Z', 2}, {'z', 2}, {'S', 5}, {'s', 5}, {'b', 6},
                 {'G', 6}, {'T', 7}, {'B', 8}, {'g', 9}, {'q', 9}};
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    *io_confidence *= lookalike;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (c == (uint32_t)alike[i].c)
            return alike[i].digit;
    return -1;
}

/* A text with one symbol for each place is taken in order; of another the
 * symbols' own places have to do. */
static void cast(struct votes *v, const struct seal_line *l,
                 const struct tess_text *t, double weight)
{
    v->looks += weight;
    for (size_t i = 0; i < t->n; i++) {
        double x = t->symbols[i].box.x + t->symbols[i].box.w / 2;
        double confidence = t->symbols[i].confidence;
        int digit = digit_of(t->symbols[i].c, &confidence);
        int place = t->n == (size_t)l->n_places
                        ? (int)i
                        : (int)floor((x - l->text_x) / l->pitch);
        if (digit >= 0 && place >= 0 && place < l->n_places)
            v->digit[place][digit] += weight * confidence;
    }
}

static int best_digit(const struct votes *v, int place, double *ret_share)
{
    int best = 0;
    for (int d = 1; d < DIGITS; d++)
        if (v->digit[place][d] > v->digit[place][best])
            best = d;
    *ret_share = v->looks > 0 ? fmin(1, v->digit[place][best] / v->looks) : 0;
    return best;
}

static bool is_settled(const struct votes *v, int n)
{
    for (int i = 0; i < n; i++) {
        double share;
        best_digit(v, i, &share);
        if (share < sure_digit)
            return false;
    }
    return true;
}

/* Symbols of a picture without the rows that were cut off lie as before along
 * the line. */
static int cast_second(struct seal_readers r, struct arena *a,
                       const struct seal_line *l, const struct image *im,
                       double weight, struct votes *v, struct err *e)
{
    struct recognition got;
    int code = recogniser_read(r.second, a, im, &got, e);
    if (code == 0)
        cast(v, l, &got.text, weight);
    return code;
}

static int collect(struct seal_readers r, struct arena *a,
                   const struct seal_line *l, struct votes *v, struct err *e)
{
    static const struct tess_how how = {TESS_LATIN, TESS_RAW, "0123456789"};
    struct tess_text t;
    int code =
        r.second ? cast_second(r, a, l, l->picture, weight_second, v, e) : 0;
    if (code == 0)
        code = tess_read(r.tess, a, how, l->picture, &t, e);
    if (code == 0)
        cast(v, l, &t, weight_tess);
    if (code == 0 && r.second && !is_settled(v, l->n_places))
        code = cast_second(r, a, l, closer_look(a, l), weight_again, v, e);
    return code;
}

static int read_number(struct seal_readers r, struct arena *a,
                       const struct seal_line *l, struct seal *io,
                       struct err *e)
{
    struct votes *v = arena_new_struct(a, struct votes);
    int code = l->scan_px >= least_digit_px ? collect(r, a, l, v, e) : 0;
    if (code < 0)
        return code;
    size_t n = (size_t)l->n_places;
    struct seal_digit *d = arena_new_array(a, n, struct seal_digit);
    for (size_t i = 0; i < n; i++) {
        int digit = best_digit(v, (int)i, &d[i].confidence);
        d[i].c = d[i].confidence > 0 ? (char)('0' + digit) : 0;
        d[i].clarity = l->clarity[i];
        d[i].box =
            seal_line_scan_rect(l, (Rect){l->text_x + (double)i * l->pitch,
                                          l->text_y, l->pitch, l->text_h});
    }
    io->digits = d;
    io->n_digits = n;
    return 0;
}

int seal_text_read(struct seal_readers r, struct arena *a,
                   const struct seal_lines *lines, const char *org_name,
                   struct seal *io, struct err *e)
{
    int code = 0;
    if (lines->ring.picture)
        code = read_name(r, a, &lines->ring, org_name, io, e);
    if (code == 0 && lines->straight)
        code = read_straight(r, a, lines->straight, io, e);
    if (code == 0 && lines->number.picture)
        code = read_number(r, a, &lines->number, io, e);
    if (code == 0)
        settle_owner(io);
    return code;
}

/* --- several impressions --------------------------------------------------*/

static struct seal *seal_lookup(struct facts *f, const char *id)
{
    for (size_t i = 0; i < f->n_seals; i++)
        if (strcmp(f->seals[i].id, id) == 0)
            return &f->seals[i];
    return NULL;
}

/* One place of two impressions. */
static void settle(struct seal_digit *a, struct seal_digit *b)
{
    if (a->c == b->c) {
        a->confidence = b->confidence =
            1 - (1 - a->confidence) * (1 - b->confidence);
        return;
    }
    struct seal_digit *sure = a->confidence >= b->confidence ? a : b;
    double other = fmin(a->confidence, b->confidence);
    double c = sure->confidence * (1 - other * other);
    a->c = b->c = sure->c;
    a->confidence = b->confidence = c;
}

void seal_text_vote(struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < f->n_pairs; i++) {
        struct seal *s = seal_lookup(f, f->pairs[i].a);
        struct seal *t = seal_lookup(f, f->pairs[i].b);
        if (f->pairs[i].same_stamp != TRI_YES || !s || !t ||
            s->n_digits != t->n_digits || s->n_digits == 0)
            continue;
        struct seal_digit *u =
            arena_memdup(a, s->digits, s->n_digits * sizeof *u);
        struct seal_digit *v =
            arena_memdup(a, t->digits, t->n_digits * sizeof *v);
        for (size_t k = 0; k < s->n_digits; k++)
            settle(&u[k], &v[k]);
        s->digits = u;
        t->digits = v;
    }
}
