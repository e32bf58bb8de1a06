/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "ocr/line.h"
#include "ocr/vote.h"

enum { MIN_ORG = 4, MIN_PERSON = 2, MAX_PERSON = 15, MAX_LINES = 2 };

/*
 * Sizes at which the Chinese engine does about equally well (35 to 39 % of the
 * names of the tune family exact), but differently wrong: together 46 to 49 %.
 * Any number of looks holds only 54 %: the rest this engine cannot read.
 */
static const struct strip_how looks[] = {{40, 0.28, false, false},
                                         {28, 0.45, false, false},
                                         {44, 0.10, false, false},
                                         {48, 0.28, false, false}};
enum { LOOKS = sizeof looks / sizeof *looks };

/* A first look as sure as this is not repeated. */
static const double sure = 0.97;

uint32_t name_bracket(uint32_t c)
{
    static const char *const left = "([{<\u3008\u300a\u300c\u300e\u3010\u3014"
                                    "\uff08\uff3b";
    static const char *const right = ")]}>\u3009\u300b\u300d\u300f\u3011\u3015"
                                     "\uff09\uff3d";
    return utf8_has(left, c) ? 0xff08 : utf8_has(right, c) ? 0xff09 : c;
}

static bool is_bracket(uint32_t c)
{
    return c == 0xff08 || c == 0xff09;
}

bool name_in_remark(uint32_t c)
{
    static const char words[] = "（盖公章签字名印或处加全称）";
    return utf8_has(words, c);
}

bool name_is_remark(const char *value)
{
    uint32_t c;
    while ((c = utf8_next(&value)) != 0)
        if (!name_in_remark(c))
            return false;
    return true;
}

/* Behind the remark in brackets that the text begins with; text: there is
 * none. */
static char *remark_end(char *text)
{
    const char *s = text;
    uint32_t c = utf8_next(&s);
    if (c != 0xff08)
        return text;
    while ((c = utf8_next(&s)) != 0 && name_in_remark(c))
        if (c == 0xff09)
            return text + (s - text);
    return text;
}

char *name_without_remarks(char *value)
{
    value = remark_end(value);
    for (char *s = value; (s = strstr(s, "（")) != NULL; s++) {
        char *end = remark_end(s);
        if (end > s && *end == '\0') {
            *s = '\0';
            break;
        }
    }
    return value;
}

bool name_is_words(const char *value, bool org)
{
    static const char *const of_persons[] = {
        "委托", "授权", "身份证", "单位", "公司",   "代表人", "负责人",
        "编号", "许可", "委员会", "组委", "经营者", "姓名",   "名称"};
    static const char *const bare[] = {"有限公司", "有限责任公司",
                                       "股份有限公司", "合作社", "备注"};
    if (!org)
        for (size_t i = 0; i < sizeof of_persons / sizeof *of_persons; i++)
            if (strstr(value, of_persons[i]))
                return true;
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        if (strcmp(value, bare[i]) == 0)
            return true;
    return false;
}

static bool is_dot(uint32_t c)
{
    return c == 0xb7 || c == 0x2022 || c == 0x30fb || c == 0x2027;
}

/* What does not belong: colons, dashes, specks. */
void name_keep(struct tess_text *t, bool org)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct tess_symbol s = t->symbols[i];
        s.c = name_bracket(s.c);
        if (utf8_is_han(s.c) || is_dot(s.c) ||
            (org && (utf8_is_latin(s.c) || is_bracket(s.c))))
            t->symbols[n++] = s;
    }
    *t = line_part(t, 0, n);
}

static int look(struct tess *t, struct arena *a, struct place p, size_t line,
                struct strip_how how, struct tess_text *ret, struct err *e)
{
    struct line_how h = {{TESS_CHINESE, TESS_LINE, NULL}, how};
    return line_read(t, a, p.page, &p.lines[line], 1, &h, ret, e);
}

static int read_line(struct tess *t, struct arena *a, struct place p,
                     size_t line, bool org, struct tess_text *ret,
                     struct err *e)
{
    struct tess_text texts[LOOKS];
    size_t n = 0, most = p.is_seconded ? 1 : LOOKS;
    do {
        int code = look(t, a, p, line, looks[n], &texts[n], e);
        if (code < 0)
            return code;
        name_keep(&texts[n], org);
    } while (line_least(&texts[n++]) < sure && n < most);
    *ret = n == 1 ? texts[0] : vote(a, texts, n);
    return 0;
}

/* All lines of the value, one behind the other. */
static int read_lines(struct tess *t, struct arena *a, struct place p, bool org,
                      struct tess_text *ret, Rect *ret_box, struct err *e)
{
    *ret = (struct tess_text){0};
    *ret_box = (Rect){0};
    for (size_t i = 0; i < p.n && i < MAX_LINES; i++) {
        struct tess_text line;
        int code = read_line(t, a, p, i, org, &line, e);
        if (code < 0)
            return code;
        if (line.n == 0)
            continue;
        *ret_box = rect_union(*ret_box, line_box(&line, p.lines[i]));
        line_append(a, ret, &line);
    }
    return 0;
}

int name_read_org(struct tess *t, struct arena *a, struct place p,
                  struct reading *ret, struct err *e)
{
    struct tess_text text;
    Rect box;
    *ret = (struct reading){0};
    int code = read_lines(t, a, p, true, &text, &box, e);
    if (code < 0 || tess_count_han(&text) < MIN_ORG)
        return code;
    *ret = (struct reading){.value = utf8_name(a, line_string(a, &text)),
                            .confidence = line_least(&text),
                            .box = box,
                            .source = SOURCE_OCR};
    return 0;
}

int name_read_person(struct tess *t, struct arena *a, struct place p,
                     struct reading *ret, struct err *e)
{
    struct tess_text text;
    Rect box;
    *ret = (struct reading){0};
    int code = read_lines(t, a, p, false, &text, &box, e);
    size_t n = tess_count_han(&text);
    if (code < 0 || n < MIN_PERSON || n > MAX_PERSON)
        return code;
    *ret = (struct reading){.value = utf8_name(a, line_string(a, &text)),
                            .confidence = line_least(&text),
                            .box = box,
                            .source = SOURCE_OCR};
    return 0;
}

int name_read_text(struct tess *t, struct arena *a, struct place p,
                   struct tess_text *ret, struct err *e)
{
    int code = look(t, a, p, 0, looks[0], ret, e);
    for (size_t i = 0; i < ret->n && code == 0; i++)
        ret->symbols[i].c = name_bracket(ret->symbols[i].c);
    return code;
}

bool name_is_foreign(const struct tess_text *t)
{
    static const char ends[] = "司社店厂院所校局会站部行馆室心处场园团队";
    bool has_dot = false;
    for (size_t i = 1; i + 1 < t->n; i++)
        has_dot = has_dot || utf8_has("·•・‧", t->symbols[i].c);
    return has_dot && !utf8_has(ends, t->symbols[t->n - 1].c);
}
