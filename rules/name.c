/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/name.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"

static const uint_least32_t *const look_alikes[] = {
#define LOOK_ALIKE(characters) U##characters,
#include "rules/confusables.def"
#undef LOOK_ALIKE
};

enum { MIDDLE_DOT = 0xb7, DIFFERENCES_TOLD = 3, WORDS_MAX = 1024 };

/* domain study, 8.2: a look-alike costs a quarter of a real difference */
static const double look_alike_cost = 0.25;

static bool group_has(const uint_least32_t *group, uint32_t c)
{
    while (*group && *group != c)
        group++;
    return *group != 0;
}

bool name_is_confusable(uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++)
        if (group_has(look_alikes[i], a) && group_has(look_alikes[i], b))
            return true;
    return false;
}

/* Readers often drop the dot of a name like 买买提·吐尔逊. */
static double gap_cost(uint32_t c)
{
    return c == MIDDLE_DOT ? look_alike_cost : 1;
}

static double swap_cost(uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    return name_is_confusable(a, b) ? look_alike_cost : 1;
}

/* cost[i * (m + 1) + j]: cheapest way from a's first i to b's first j. */
static double *fill_table(struct arena *arena, const uint32_t *a, size_t n,
                          const uint32_t *b, size_t m)
{
    size_t w = m + 1;
    double *cost = arena_new_array(arena, (n + 1) * w, double);
    for (size_t i = 1; i <= n; i++)
        cost[i * w] = cost[(i - 1) * w] + gap_cost(a[i - 1]);
    for (size_t j = 1; j <= m; j++)
        cost[j] = cost[j - 1] + gap_cost(b[j - 1]);
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            double best =
                cost[(i - 1) * w + j - 1] + swap_cost(a[i - 1], b[j - 1]);
            double drop = cost[(i - 1) * w + j] + gap_cost(a[i - 1]);
            double insert = cost[i * w + j - 1] + gap_cost(b[j - 1]);
            best = drop < best ? drop : best;
            cost[i * w + j] = insert < best ? insert : best;
        }
    }
    return cost;
}

/* Walks the table back; the steps are filled from the end of `steps`. The
 * costs are sums of quarters, hence exact, and may be compared for equality
 * by way of <=. Of equal ways the one that leaves out at the end is taken: of
 * 甲公司乙分公司 against 甲公司 the branch is missing, not its middle. */
static size_t walk_back(const double *cost, const uint32_t *a, size_t n,
                        const uint32_t *b, size_t m, struct name_step *end)
{
    size_t i = n, j = m, w = m + 1, count = 0;
    while (i > 0 || j > 0) {
        double here = cost[i * w + j];
        struct name_step s = {0};
        if (i > 0 && cost[(i - 1) * w + j] + gap_cost(a[i - 1]) <= here) {
            s.a = a[--i];
        } else if (j > 0 && cost[i * w + j - 1] + gap_cost(b[j - 1]) <= here) {
            s.b = b[--j];
        } else {
            s.a = a[--i];
            s.b = b[--j];
        }
        uint32_t lone = s.a ? s.a : s.b;
        s.confusable = s.a != s.b && (s.a && s.b ? name_is_confusable(s.a, s.b)
                                                 : lone == MIDDLE_DOT);
        *--end = s;
        count++;
    }
    return count;
}

/* Whether one side lacks characters at the ends and differs in nothing else:
 * what a reader makes of a line that was cut off. */
static bool is_part(const struct name_match *m, bool first)
{
    size_t i = 0, n = m->n_steps;
    while (i < n && (first ? m->steps[i].a : m->steps[i].b) == 0)
        i++;
    while (n > i && (first ? m->steps[n - 1].a : m->steps[n - 1].b) == 0)
        n--;
    for (size_t k = i; k < n; k++)
        if (m->steps[k].a != m->steps[k].b)
            return false;
    return i < n && n - i < m->n_steps;
}

/* What nearly all comparisons come to. */
static struct name_match all_same(struct arena *arena, const uint32_t *codes,
                                  size_t n)
{
    struct name_step *steps = arena_new_array(arena, n, struct name_step);
    for (size_t i = 0; i < n; i++)
        steps[i] = (struct name_step){.a = codes[i], .b = codes[i]};
    return (struct name_match){.same = true,
                               .only_confusable = true,
                               .similarity = 1,
                               .steps = steps,
                               .n_steps = n};
}

struct name_match name_compare(struct arena *arena, const char *first,
                               const char *second)
{
    size_t n, m;
    const uint32_t *a = utf8_codes(arena, utf8_name(arena, first), &n);
    const uint32_t *b = utf8_codes(arena, utf8_name(arena, second), &m);
    struct name_match match = {.only_confusable = true};
    if (n == m && (n == 0 || memcmp(a, b, n * sizeof *a) == 0))
        return all_same(arena, a, n);
    n = n < NAME_MAX_LENGTH ? n : NAME_MAX_LENGTH;
    m = m < NAME_MAX_LENGTH ? m : NAME_MAX_LENGTH;
    const double *cost = fill_table(arena, a, n, b, m);
    struct name_step *steps = arena_new_array(arena, n + m, struct name_step);
    match.n_steps = walk_back(cost, a, n, b, m, steps + n + m);
    match.steps = steps + (n + m - match.n_steps);
    size_t longer = n > m ? n : m;
    match.length_change = longer - (n < m ? n : m);
    match.distance = cost[n * (m + 1) + m];
    match.similarity = longer > 0 ? 1 - match.distance / (double)longer : 1;
    for (size_t i = 0; i < match.n_steps; i++)
        if (match.steps[i].a != match.steps[i].b && !match.steps[i].confusable)
            match.only_confusable = false;
    match.first_is_part = is_part(&match, true);
    match.second_is_part = is_part(&match, false);
    return match;
}

enum kind { KIND_EQUAL, KIND_OTHER, KIND_MISSING, KIND_EXTRA };

static enum kind kind_of(struct name_step s)
{
    if (s.a == s.b)
        return KIND_EQUAL;
    return s.a && s.b ? KIND_OTHER : s.a ? KIND_MISSING : KIND_EXTRA;
}

static void add_character(struct str *t, uint32_t c)
{
    char bytes[4];
    if (c)
        str_add_bytes(t, bytes, utf8_put(c, bytes));
}

struct run {
    enum kind kind;
    int position; /* of its first character in the first name, from 1 */
    const char *a, *b;
};

static void tell_zh(struct str *t, const struct run *r)
{
    if (r->kind == KIND_OTHER)
        str_printf(t, "第 %d 字“%s”与“%s”不同", r->position, r->a, r->b);
    else if (r->kind == KIND_MISSING)
        str_printf(t, "后者少“%s”", r->a);
    else
        str_printf(t, "后者多“%s”", r->b);
}

static void tell_en(struct str *t, const struct run *r)
{
    if (r->kind == KIND_OTHER)
        str_printf(t, "character %d: \"%s\" against \"%s\"", r->position, r->a,
                   r->b);
    else if (r->kind == KIND_MISSING)
        str_printf(t, "the second lacks \"%s\"", r->a);
    else
        str_printf(t, "the second adds \"%s\"", r->b);
}

/* The steps of one kind from *i on; *i and *position move behind them. */
static struct run next_run(struct arena *arena, const struct name_match *m,
                           size_t *i, int *position)
{
    struct str a, b;
    str_init(&a, WORDS_MAX);
    str_init(&b, WORDS_MAX);
    struct run r = {.kind = kind_of(m->steps[*i]), .position = *position + 1};
    do {
        add_character(&a, m->steps[*i].a);
        add_character(&b, m->steps[*i].b);
        *position += m->steps[*i].a != 0;
    } while (++*i < m->n_steps && kind_of(m->steps[*i]) == r.kind);
    r.a = arena_strndup(arena, a.s, a.len);
    r.b = arena_strndup(arena, b.s, b.len);
    str_done(&a);
    str_done(&b);
    return r;
}

static const char *difference(struct arena *arena, const struct name_match *m,
                              void (*tell)(struct str *, const struct run *),
                              const char *separator, const char *more)
{
    struct str t;
    str_init(&t, WORDS_MAX);
    int position = 0, told = 0;
    for (size_t i = 0; i < m->n_steps;) {
        struct run r = next_run(arena, m, &i, &position);
        if (r.kind == KIND_EQUAL || told++ >= DIFFERENCES_TOLD)
            continue;
        str_add(&t, told > 1 ? separator : "");
        tell(&t, &r);
    }
    if (told > DIFFERENCES_TOLD)
        str_add(&t, more);
    const char *words = arena_strndup(arena, t.s, t.len);
    str_done(&t);
    return words;
}

const char *name_difference_zh(struct arena *a, const struct name_match *m)
{
    return difference(a, m, tell_zh, "，", "，等");
}

const char *name_difference_en(struct arena *a, const struct name_match *m)
{
    return difference(a, m, tell_en, ", ", ", and more");
}
