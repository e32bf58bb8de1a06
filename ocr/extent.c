/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/extent.h"

#include "base/utf8.h"
#include "imaging/page.h"
#include "ocr/second.h"
#include "ocr/sheet.h"
#include "ocr/strip.h"

/* What is to be a number, and the gap behind it, in heights. */
static const double least_number = 2.5, next_column = 0.8;

static bool is_of_name(uint32_t c)
{
    return utf8_is_han(c) || c == 0xb7;
}

Rect extent_number(struct sheet *s, Rect line)
{
    size_t n = 1;
    const Rect *pieces = strip_pieces(s->a, s->page->text, &line, &n);
    double end = line.x;
    for (size_t k = 0; k < n; k++) {
        if (end > line.x + least_number * line.h &&
            pieces[k].x > end + next_column * line.h)
            return (Rect){line.x, line.y, end - line.x, line.h};
        end = pieces[k].x + pieces[k].w;
    }
    return line;
}

/* A short word that is a label before a number and nothing else. */
static bool number_begins(const struct tess_text *t, size_t at)
{
    static const char *const words[] = {"代码", "编号", "号码", "电话", "手机"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        const char *word = words[k];
        size_t i = at;
        while (*word && i < t->n && t->symbols[i].c == utf8_next(&word))
            i++;
        if (!*word && i < t->n && utf8_is_latin(t->symbols[i].c))
            return true;
    }
    return false;
}

/* Where the next label of the row begins behind a name; t->n: there is none.
 * Organisations have words in their names that are labels of persons. */
static size_t next_label(const struct tess_text *t, const struct label *l)
{
    enum { SHORTEST_PERSON = 2, SHORTEST_ORG = 4, LABEL_IN_ORG = 6 };
    bool is_org = l->kind == VALUE_ORG;
    size_t least = is_org ? LABEL_IN_ORG : 0;
    size_t k = is_org ? SHORTEST_ORG : SHORTEST_PERSON;
    while (k < t->n && !number_begins(t, k) &&
           !fields_label_begins(l->slot, t, k, least))
        k++;
    return k;
}

int extent_name(struct sheet *s, const struct label *l, Rect *io,
                struct second_view *ret_view, bool *ret_cut, struct err *e)
{
    const struct place p = {.page = s->page->text, .lines = io, .n = 1};
    int code = second_look(s->second, s->a, p, ret_view, e);
    const struct tess_text *t = &ret_view->lines[0].text;
    size_t end = code == 0 ? next_label(t, l) : 0;
    *ret_cut = code == 0 && end < t->n;
    if (*ret_cut)
        io->w = t->symbols[end].box.x - io->x;
    return code;
}

double extent_name_end(enum slot slot, const struct tess_text *t, size_t from,
                       double right)
{
    for (size_t k = from + 1; k < t->n; k++)
        if (!is_of_name(t->symbols[k].c) || fields_label_begins(slot, t, k, 0))
            return t->symbols[k].box.x;
    return right;
}
