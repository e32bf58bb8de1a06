/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/heading.h"

#include <math.h>

#include "ocr/line.h"
#include "ocr/sheet.h"

/* A cell beside several rows has its words so near, in heights of the label. */
static const double beside = 4;

enum party { PARTY_UNKNOWN, PARTY_AGENT, PARTY_PRINCIPAL };

/* In this order: "principal" is a part of "agent" in Chinese. */
static const struct party_word {
    enum party party;
    const char *text;
} words[] = {
    {PARTY_AGENT, "被委托"},     {PARTY_AGENT, "受托"},
    {PARTY_AGENT, "受委托"},     {PARTY_AGENT, "被授权"},
    {PARTY_AGENT, "经办"},       {PARTY_AGENT, "代理"},
    {PARTY_PRINCIPAL, "法定代"}, {PARTY_PRINCIPAL, "法人"},
    {PARTY_PRINCIPAL, "委托"},   {PARTY_PRINCIPAL, "授权"},
    {PARTY_PRINCIPAL, "负责人"}, {PARTY_PRINCIPAL, "单位"},
};

static enum party party_of(const struct tess_text *t)
{
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (line_has(t, words[k].text))
            return words[k].party;
    return PARTY_UNKNOWN;
}

/* Of the runs to the left of the label, the nearest that names somebody. */
static int find_beside(struct sheet *s, size_t label, enum party *ret,
                       struct err *e)
{
    Rect at = s->runs[label].box;
    double nearest = beside * at.h;
    for (size_t i = 0; i < s->n; i++) {
        Rect r = s->runs[i].box;
        double off = fabs(rect_center(r).y - rect_center(at).y);
        if (i == label || r.x + r.w > at.x || off >= nearest)
            continue;
        int code = sheet_read(s, i, e);
        if (code <= 0)
            return code;
        enum party p = party_of(&s->texts[i]);
        if (p == PARTY_UNKNOWN)
            continue;
        *ret = p;
        nearest = off;
    }
    return 0;
}

/* Else the last label or heading above that names somebody. */
static enum party find_above(const struct sheet *s, size_t label)
{
    enum party p = PARTY_UNKNOWN;
    for (size_t i = label; i-- > 0 && p == PARTY_UNKNOWN;)
        if (s->is_read[i] && s->is_label[i])
            p = party_of(&s->texts[i]);
    return p;
}

int heading_is_agent(struct sheet *s, size_t label, bool *ret, struct err *e)
{
    enum party p = PARTY_UNKNOWN;
    int code = find_beside(s, label, &p, e);
    if (p == PARTY_UNKNOWN)
        p = find_above(s, label);
    *ret = p == PARTY_AGENT;
    return code;
}
