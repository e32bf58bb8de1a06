/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/seal_name.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "imaging/seal_glyphs.h"
#include "ocr/line.h"
#include "ocr/recogniser.h"
#include "ocr/verify.h"
#include "ocr/weak.h"

/* What a name seal may end with. */
static const char *const endings[] = {"",     "印",   "章",   "之印",
                                      "之章", "印章", "私印", "印信"};

enum { N_ENDINGS = sizeof endings / sizeof *endings, LONGEST_ENDING = 2 };

/* Each character of another name, and of the ending that vouches for it. */
static const double surely_read = 0.90;

/* One character that is not as it should be may be the engraver's hand. */
enum { LEAST_LACKING = 2 };

/* --- orders ---------------------------------------------------------------*/

/* The ways in which the characters of a seal follow each other. */
enum reading_order {
    COLUMNS_FROM_RIGHT,
    ROWS_FROM_LEFT,
    ROWS_FROM_RIGHT,
    ROUND_ABOUT, /* four, from the upper right to the left: 回文 */
    N_ORDERS
};

static bool is_before(enum reading_order order, Rect a, Rect b)
{
    Point p = rect_center(a), q = rect_center(b);
    double apart = (a.h + b.h) / 4;
    if (fabs(p.y - q.y) > apart)
        return p.y < q.y;
    return order == ROWS_FROM_LEFT ? p.x < q.x : p.x > q.x;
}

/* place[i] is the how manieth to be read of the i-th, which are given in
 * columns from the right. */
static void places(const struct glyph_way *w, enum reading_order order,
                   size_t place[GLYPHS_MAX])
{
    static const size_t around[] = {0, 3, 1, 2};
    bool given = order == COLUMNS_FROM_RIGHT || order == ROUND_ABOUT;
    for (size_t i = 0; i < w->n; i++) {
        place[i] = !given                              ? 0
                   : order == ROUND_ABOUT && w->n == 4 ? around[i]
                                                       : i;
        for (size_t k = 0; k < w->n && !given; k++)
            place[i] += k != i && is_before(order, w->box[k], w->box[i]);
    }
}

/* The characters as they stand in the line when they are read in that order;
 * `back`: and the other way round. */
static const char *ordered(struct arena *a, const char *text,
                           const struct glyph_way *w, enum reading_order order,
                           bool back)
{
    size_t n, bytes = 0, place[GLYPHS_MAX] = {0};
    const uint32_t *c = utf8_codes(a, text, &n);
    uint32_t out[GLYPHS_MAX] = {0};
    places(w, order, place);
    for (size_t i = 0; i < n && i < GLYPHS_MAX; i++)
        out[back ? place[i] : i] = c[back ? i : place[i]];
    char *s = arena_alloc(a, 4 * n + 1, 1);
    for (size_t i = 0; i < n && i < GLYPHS_MAX; i++)
        bytes += out[i] ? utf8_put(out[i], s + bytes) : 0;
    s[bytes] = '\0';
    return s;
}

/* --- one division ---------------------------------------------------------*/

/* A way to divide the seal, as the network saw it. */
struct sight {
    const struct glyph_way *way;
    const struct image *line;
    struct recognition look;
};

static size_t count(struct arena *a, const char *text)
{
    size_t n;
    utf8_codes(a, text, &n);
    return n;
}

/* The name with an ending, where that makes as many characters as there are;
 * the best fit of all orders. *ret_text: name and ending that were confirmed.
 */
static struct verified fit_name(const struct recogniser *r, struct arena *a,
                                const struct sight *s, const char *person,
                                const char **ret_text)
{
    struct verified best = {person, VERIFY_CANNOT_TELL, 0, NULL};
    for (size_t k = 0; k < N_ENDINGS; k++) {
        const char *text = arena_printf(a, "%s%s", person, endings[k]);
        if (count(a, text) != s->way->n)
            continue;
        for (int order = 0; order < N_ORDERS; order++) {
            struct known known = {
                .text =
                    ordered(a, text, s->way, (enum reading_order)order, false),
                .label = "",
                .kind = KNOWN_PERSON};
            struct verify_fit f = verify_look(r, a, &s->look, 1, &known);
            struct verified v = verify_decide(&f, 1, known.text);
            if (v.result != VERIFY_CONFIRMED || v.confidence <= best.confidence)
                continue;
            best = (struct verified){person, v.result, v.confidence, NULL};
            *ret_text = text;
        }
    }
    return best;
}

/* What was read, in the order that puts an ending at the end; else in columns.
 * *ret_ending: bytes of it, 0: none. */
static const char *in_order(struct arena *a, const struct sight *s,
                            size_t *ret_ending)
{
    const char *line = line_string(a, &s->look.text);
    *ret_ending = 0;
    if (count(a, line) != s->way->n)
        return line;
    for (int order = 0; order < N_ORDERS; order++) {
        const char *text =
            ordered(a, line, s->way, (enum reading_order)order, true);
        for (size_t k = N_ENDINGS; k-- > 1;) {
            size_t n = strlen(text), m = strlen(endings[k]);
            if (n > m && strcmp(text + n - m, endings[k]) == 0) {
                *ret_ending = m;
                return text;
            }
        }
    }
    return line;
}

static int look_at(struct seal_readers r, struct arena *a,
                   const struct seal_glyphs *g, const struct glyph_way *way,
                   struct sight *ret, struct err *e)
{
    ret->way = way;
    ret->line = seal_glyphs_line(a, g, way);
    return recogniser_read(r.second, a, ret->line, &ret->look, e);
}

/* How many characters of the name the text lacks; -1: the network hardly knows
 * one of them, so that what it saw instead says nothing. */
static int lacking(const struct recogniser *r, struct arena *a,
                   const char *person, const char *text)
{
    size_t n, m;
    int lacks = 0;
    const uint32_t *name = utf8_codes(a, person, &n);
    const uint32_t *seen = utf8_codes(a, text, &m);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        for (size_t k = 0; k < m; k++)
            there = there || seen[k] == name[i];
        if (!there && (recogniser_class(r, name[i]) <= 0 || weak_find(name[i])))
            return -1;
        lacks += !there;
    }
    return lacks;
}

/* Another name may stand there, if a second look sees the same. */
static bool may_be_other(const struct recogniser *r, struct arena *a,
                         const struct sight *s, const char *text, size_t ending,
                         const char *person)
{
    return ending > 0 && line_least(&s->look.text) >= surely_read &&
           lacking(r, a, person, text) >= LEAST_LACKING;
}

/* Takes a reading that is surer than the one before; one that shows the name
 * is the right one. */
static void take(struct arena *a, const struct recogniser *r,
                 const struct sight *s, const char *person, struct seal *io)
{
    size_t ending;
    const char *text = in_order(a, s, &ending), *confirmed = NULL;
    double sure = line_least(&s->look.text);
    if (person)
        io->text_verified = fit_name(r, a, s, person, &confirmed);
    bool whole = count(a, text) == s->way->n;
    if (confirmed || (whole && sure > io->text_confidence)) {
        io->text = confirmed ? confirmed : text;
        io->text_confidence = sure;
    }
}

/* Of the best division alone: a wrong one makes characters of its own. The
 * second look has less paper above and below. */
static int settle_other(struct recogniser *r, struct arena *a,
                        const struct sight *s, const char *person,
                        struct seal *io, struct err *e)
{
    size_t ending;
    const char *text = in_order(a, s, &ending);
    if (io->text_verified.result == VERIFY_CONFIRMED ||
        !may_be_other(r, a, s, text, ending, person))
        return 0;
    Rect closer = {0, 4, s->line->width, s->line->height - 8};
    struct recognition again;
    int code = recogniser_read(r, a, image_crop(a, s->line, closer), &again, e);
    if (code < 0 || line_least(&again.text) < surely_read ||
        strcmp(line_string(a, &s->look.text), line_string(a, &again.text)) != 0)
        return code;
    char *name = arena_strdup(a, text);
    name[strlen(name) - ending] = '\0';
    io->text_verified = (struct verified){person, VERIFY_CONTRADICTED,
                                          line_least(&s->look.text), name};
    return 0;
}

int seal_name_read(struct seal_readers r, struct arena *a,
                   const struct image *cut, const char *person, struct seal *io,
                   struct err *e)
{
    size_t least = person ? count(a, person) : 2;
    size_t most = person ? least + LONGEST_ENDING : GLYPHS_MAX;
    if (!r.second || least == 0 || most > GLYPHS_MAX)
        return 0;
    struct seal_glyphs g = seal_glyphs_find(a, cut, least, most);
    struct sight first = {0};
    for (size_t i = 0; i < g.n_ways; i++) {
        struct sight s;
        int code = look_at(r, a, &g, &g.way[i], &s, e);
        if (code < 0)
            return code;
        if (i == 0)
            first = s;
        take(a, r.second, &s, person, io);
        if (io->text_verified.result == VERIFY_CONFIRMED)
            break;
    }
    return person && first.way
               ? settle_other(r.second, a, &first, person, io, e)
               : 0;
}
