/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * From the clerk's words to the applicant's. A sentence that still speaks to a
 * clerk after all that gives way to a general one, and the advice says the
 * rest: an applicant never reads "please look at the picture".
 */

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "review/return_letter.h"

enum { MAX_SENTENCE = 8192 };

static const struct {
    const char *rule, *reason, *zh;
} said[] = {
#define SAID(rule, reason, zh) {rule, reason, zh},
#include "review/return_letter_words.def"
};

static const struct {
    const char *from, *to;
} phrases[] = {
#define PHRASE(from, to) {from, to},
#include "review/return_letter_words.def"
};

static const struct {
    const char *from, *to, *with;
} cuts[] = {
#define CUT(from, to, with) {from, to, with},
#include "review/return_letter_words.def"
};

static const char *const clerks[] = {
#define CLERK(word) word,
#include "review/return_letter_words.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* All `from` in s become `to`. */
static const char *replace(struct arena *a, const char *s, const char *from,
                           const char *to)
{
    const char *hit = strstr(s, from);
    if (!hit)
        return s;
    struct str t;
    str_init(&t, MAX_SENTENCE);
    for (; hit; hit = strstr(s, from)) {
        str_add_bytes(&t, s, (size_t)(hit - s));
        str_add(&t, to);
        s = hit + strlen(from);
    }
    str_add(&t, s);
    const char *r = arena_strndup(a, t.s, t.len);
    str_done(&t);
    return r;
}

static const char *cut(struct arena *a, const char *s, size_t i)
{
    const char *begin = strstr(s, cuts[i].from);
    const char *end = begin ? strstr(begin, cuts[i].to) : NULL;
    return end ? arena_printf(a, "%.*s%s%s", (int)(begin - s), s, cuts[i].with,
                              end + strlen(cuts[i].to))
               : s;
}

static const char *paper_of(const struct return_letter_finding *f)
{
    return f->slot == SLOT_UNKNOWN ? "材料" : slot_zh(f->slot);
}

/* The sentence that stands for this finding, or NULL. */
static const char *lookup(const struct return_letter_finding *f)
{
    if (!f->is_unsure && !f->reason[0])
        return NULL;
    for (size_t i = 0; i < COUNT(said); i++)
        if (strcmp(said[i].rule, f->rule) == 0 &&
            strcmp(said[i].reason, f->reason) == 0)
            return said[i].zh;
    return NULL;
}

static bool is_for_clerks(const char *s)
{
    for (size_t i = 0; i < COUNT(clerks); i++)
        if (strstr(s, clerks[i]))
            return true;
    return false;
}

const char *return_letter_words(struct arena *a,
                                const struct return_letter_finding *f)
{
    const char *s = lookup(f);
    if (s)
        return replace(a, s, "{paper}", paper_of(f));
    s = f->zh;
    for (size_t i = 0; i < COUNT(phrases); i++)
        s = replace(a, s, phrases[i].from, phrases[i].to);
    for (size_t i = 0; i < COUNT(cuts); i++)
        s = cut(a, s, i);
    if (!is_for_clerks(s))
        return s;
    return f->slot == SLOT_UNKNOWN
               ? "订单里的信息需要核对、更正。"
               : arena_printf(a, "%s不符合要求。", slot_zh(f->slot));
}
