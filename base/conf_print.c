/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Everything that is written from the tables: a documented pipeline.conf, the
 * reference page, the words of a mistake, and the hash. Reals are written
 * with as many digits as give the same double back.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/conf_impl.h"
#include "base/file.h"
#include "base/str.h"

enum { EXACT = 17 };

/* The shortest decimal that reads back as v, always with a point. */
static void real_text(double v, char buf[CONF_NUMBER])
{
    for (int decimals = 1; decimals <= 9; decimals++) {
        snprintf(buf, CONF_NUMBER, "%.*f", decimals, v);
        if (strtod(buf, NULL) == v)
            return; /* as people write it: 300.0, not 3e+02 */
    }
    for (int digits = 1; digits <= EXACT; digits++) {
        snprintf(buf, CONF_NUMBER, "%.*g", digits, v);
        if (strtod(buf, NULL) == v)
            break;
    }
    size_t whole = strspn(buf, "-0123456789");
    if (buf[whole] == '.')
        return;
    memmove(buf + whole + 2, buf + whole, strlen(buf + whole) + 1);
    buf[whole] = '.';
    buf[whole + 1] = '0';
}

const char *conf_text(const struct param *p, double v, char buf[CONF_NUMBER])
{
    switch (p->type) {
    case PARAM_REAL:
        real_text(v, buf);
        break;
    case PARAM_INT:
        snprintf(buf, CONF_NUMBER, "%d", (int)v);
        break;
    case PARAM_BOOL:
        snprintf(buf, CONF_NUMBER, "%s", v != 0 ? "true" : "false");
        break;
    case PARAM_CHOICE:
        snprintf(buf, CONF_NUMBER, "\"%s\"", p->choices[(int)v]);
        break;
    }
    return buf;
}

/* The bounds: `0.0 .. 15.0 deg`, `true or false`, `"a", "b"`. */
static const char *bounds(struct arena *a, const struct param *p)
{
    char low[CONF_NUMBER], high[CONF_NUMBER];
    if (p->type == PARAM_BOOL)
        return "true or false";
    if (p->type != PARAM_CHOICE)
        return arena_printf(a, "%s .. %s%s%s", conf_text(p, p->min, low),
                            conf_text(p, p->max, high), *p->unit ? " " : "",
                            p->unit);
    const char *text = "";
    for (int i = 0; p->choices[i]; i++)
        text =
            arena_printf(a, "%s%s\"%s\"", text, i ? ", " : "", p->choices[i]);
    return text;
}

const char *conf_allowed(struct arena *a, const struct param *p)
{
    char otherwise[CONF_NUMBER];
    return arena_printf(a, "%s%s, default %s",
                        p->type == PARAM_INT ? "a whole number " : "",
                        bounds(a, p), conf_text(p, p->otherwise, otherwise));
}

const void *conf_values(const struct conf *c, const char *section)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->sections[i].name, section) == 0)
            return c->values[i];
    fprintf(stderr, "sealdesk: no section of settings is called %s\n", section);
    abort(); /* a bug */
}

void conf_print(const struct conf *c, struct str *t)
{
    char value[CONF_NUMBER];
    struct arena *a = arena_new((size_t)16 << 20);
    str_add(t, "# 本文件列出全部设置。删去的行取默认值；"
               "改动后用 `sealdesk config --check 文件` 检查。\n"
               "# All settings. A line that is left out has its default; check "
               "changes with\n# `sealdesk config --check FILE`.\n");
    for (size_t i = 0; i < c->n; i++) {
        str_printf(t, "\n%s: {\n", c->sections[i].name);
        for (const struct param *p = c->sections[i].params; p->name; p++)
            str_printf(t, "%s    # %s\n    # %s\n    # %s\n    %s = %s;\n",
                       p == c->sections[i].params ? "" : "\n", p->zh, p->en,
                       conf_allowed(a, p), p->name,
                       conf_text(p, conf_number(p, c->values[i]), value));
        str_add(t, "};\n");
    }
    arena_free(a);
}

/* A bar would end the cell. */
static void add_cell(struct str *t, const char *s)
{
    str_add(t, " ");
    for (; *s; s++) {
        if (*s == '|')
            str_add(t, "\\");
        str_add_bytes(t, s, 1);
    }
    str_add(t, " |");
}

void conf_print_reference(const struct conf *c, struct str *t)
{
    char otherwise[CONF_NUMBER];
    struct arena *a = arena_new((size_t)16 << 20);
    str_add(t, "# Settings\n\nThe sections and settings of `pipeline.conf`; "
               "made by `sealdesk config --markdown`.\n");
    for (size_t i = 0; i < c->n; i++) {
        str_printf(t,
                   "\n## %s\n\n| setting | allowed | default | meaning |\n"
                   "|---|---|---|---|\n",
                   c->sections[i].name);
        for (const struct param *p = c->sections[i].params; p->name; p++) {
            str_printf(t, "| `%s` |", p->name);
            add_cell(t, bounds(a, p));
            add_cell(t, conf_text(p, p->otherwise, otherwise));
            add_cell(t, arena_printf(a, "%s<br>%s", p->en, p->zh));
            str_add(t, "\n");
        }
    }
    arena_free(a);
}

void conf_rehash(struct conf *c)
{
    char value[CONF_NUMBER], hex[FILE_SHA256_HEX];
    struct str t;
    str_init(&t, (size_t)16 << 20);
    for (size_t i = 0; i < c->n; i++)
        for (const struct param *p = c->sections[i].params; p->name; p++)
            str_printf(&t, "%s.%s=%s\n", c->sections[i].name, p->name,
                       conf_text(p, conf_number(p, c->values[i]), value));
    file_sha256(t.s, t.len, hex);
    str_done(&t);
    c->hash = arena_strdup(c->arena, hex);
}

const char *conf_hash(const struct conf *c)
{
    return c->hash;
}
