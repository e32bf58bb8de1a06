/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * libconfig parses, the sections' tables judge. Values go into a copy first
 * and are taken over only when the whole file has no mistake. libconfig 1.5
 * wraps integers that are too large without a word and follows @include, so
 * the text is looked through before it is parsed.
 */

#include "base/conf.h"

#include <assert.h>
#include <libconfig.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf_impl.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"

enum { MAX_BYTES = 1 << 20, MAX_MISTAKES = 200, MAX_NAME = 64, NEAR = 4 };

/* What a file is being read into. */
struct reading {
    struct conf *conf;
    struct arena *arena;
    const char *path;
    void **values;
};

static void set_number(const struct param *p, void *values, double v)
{
    char *at = (char *)values + p->offset;
    int i = p->type == PARAM_REAL ? 0 : (int)v;
    if (p->type == PARAM_REAL)
        memcpy(at, &v, sizeof v);
    else
        memcpy(at, &i, sizeof i);
}

double conf_number(const struct param *p, const void *values)
{
    const char *at = (const char *)values + p->offset;
    double v = 0;
    int i = 0;
    if (p->type == PARAM_REAL)
        memcpy(&v, at, sizeof v);
    else
        memcpy(&i, at, sizeof i);
    return p->type == PARAM_REAL ? v : i;
}

struct conf *conf_new(struct arena *a, const struct conf_section *sections,
                      size_t n)
{
    struct conf *c = arena_new_struct(a, struct conf);
    c->arena = a;
    c->sections = sections;
    c->n = n;
    c->values = arena_new_array(a, n, void *);
    for (size_t i = 0; i < n; i++) {
        c->values[i] = arena_alloc(a, 1, sections[i].size);
        for (const struct param *p = sections[i].params; p->name; p++)
            set_number(p, c->values[i], p->otherwise);
    }
    conf_rehash(c);
    return c;
}

__attribute__((format(printf, 3, 4))) static void mistake(struct reading *r,
                                                          unsigned line,
                                                          const char *fmt, ...)
{
    struct conf *c = r->conf;
    if (c->n_mistakes == MAX_MISTAKES)
        return;
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    if (c->n_mistakes == c->room) {
        size_t room = c->room ? 2 * c->room : 8;
        c->mistakes = arena_grow(c->arena, c->mistakes, c->n_mistakes, room,
                                 sizeof *c->mistakes);
        c->room = room;
    }
    c->mistakes[c->n_mistakes++] =
        arena_printf(c->arena, "%s:%u: %s", r->path, line, text);
}

/* --- names --------------------------------------------------------------- */

/* Levenshtein distance of two short names, case ignored. */
static size_t distance(const char *s, const char *t)
{
    size_t row[MAX_NAME + 1], m = strlen(s), n = strlen(t);
    if (m > MAX_NAME || n > MAX_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t differ = (s[i - 1] | 0x20) != (t[j - 1] | 0x20);
            size_t best = diagonal + differ;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[n];
}

/* Keeps the nearer of two names; far ones are no help. */
static void nearer(const char *wanted, const char *name, const char **best,
                   size_t *best_d)
{
    size_t d = distance(wanted, name);
    if (d < *best_d && d < strlen(name)) {
        *best = name;
        *best_d = d;
    }
}

static const char *did_you_mean(struct arena *a, const char *name)
{
    return name ? arena_printf(a, "; did you mean `%s`?", name) : "";
}

/* --- one setting ---------------------------------------------------------- */

static const char *found_text(struct arena *a, const config_setting_t *s)
{
    switch (config_setting_type(s)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return arena_printf(a, "%lld", config_setting_get_int64(s));
    case CONFIG_TYPE_FLOAT:
        return arena_printf(a, "%.12g", config_setting_get_float(s));
    case CONFIG_TYPE_STRING:
        return arena_printf(a, "\"%.60s\"", config_setting_get_string(s));
    case CONFIG_TYPE_BOOL:
        return config_setting_get_bool(s) ? "true" : "false";
    case CONFIG_TYPE_GROUP:
        return "a group { }";
    default:
        return "a list";
    }
}

static bool is_whole(const config_setting_t *s)
{
    int type = config_setting_type(s);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static int choice_index(const struct param *p, const char *word)
{
    for (int i = 0; p->choices[i]; i++)
        if (strcmp(p->choices[i], word) == 0)
            return i;
    return -1;
}

/* The value when it is of the right kind and within bounds, else NAN. */
static double value_of(const struct param *p, const config_setting_t *s)
{
    double v = NAN;
    if (p->type == PARAM_CHOICE) {
        int i = -1;
        if (config_setting_type(s) == CONFIG_TYPE_STRING)
            i = choice_index(p, config_setting_get_string(s));
        return i < 0 ? (double)NAN : i;
    }
    if (p->type == PARAM_BOOL)
        return config_setting_type(s) == CONFIG_TYPE_BOOL
                   ? config_setting_get_bool(s)
                   : (double)NAN;
    if (is_whole(s))
        v = (double)config_setting_get_int64(s);
    else if (p->type == PARAM_REAL &&
             config_setting_type(s) == CONFIG_TYPE_FLOAT)
        v = config_setting_get_float(s);
    return v >= p->min && v <= p->max ? v : NAN;
}

static void read_setting(struct reading *r, size_t section,
                         const config_setting_t *s)
{
    const struct conf_section *known = &r->conf->sections[section];
    const char *name = config_setting_name(s), *best = NULL;
    unsigned line = config_setting_source_line(s);
    size_t best_d = NEAR;
    for (const struct param *p = known->params; p->name; p++) {
        nearer(name, p->name, &best, &best_d);
        if (strcmp(p->name, name) != 0)
            continue;
        double v = value_of(p, s);
        if (!isnan(v))
            set_number(p, r->values[section], v);
        else
            mistake(r, line, "%s.%s = %s: allowed is %s", known->name, name,
                    found_text(r->arena, s), conf_allowed(r->arena, p));
        return;
    }
    mistake(r, line, "%s.%.80s: no such setting%s", known->name, name,
            did_you_mean(r->arena, best));
}

static void read_section(struct reading *r, const config_setting_t *s)
{
    const char *name = config_setting_name(s), *best = NULL;
    unsigned line = config_setting_source_line(s);
    size_t best_d = NEAR;
    for (size_t i = 0; i < r->conf->n; i++) {
        nearer(name, r->conf->sections[i].name, &best, &best_d);
        if (strcmp(r->conf->sections[i].name, name) != 0)
            continue;
        if (config_setting_type(s) != CONFIG_TYPE_GROUP) {
            mistake(r, line, "%s = %s: a group of settings is wanted: %s: { };",
                    name, found_text(r->arena, s), name);
            return;
        }
        for (int k = 0; k < config_setting_length(s); k++)
            read_setting(r, i, config_setting_get_elem(s, (unsigned)k));
        return;
    }
    mistake(r, line, "%.80s: no such section%s", name,
            did_you_mean(r->arena, best));
}

/* --- what libconfig would not say -------------------------------------- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '*';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A whole number that would not fit, of n characters at s; the value is
 * counted as a double, which is exact far beyond the limits. */
static bool is_too_large(const char *s, size_t n)
{
    bool hex = n > 2 && (s[1] | 0x20) == 'x';
    bool is_long = (s[n - 1] | 0x20) == 'l';
    double v = 0, max = is_long ? (double)LLONG_MAX : INT_MAX;
    for (size_t i = hex ? 2 : 0; i < n - is_long; i++) {
        char c = s[i];
        if (!hex && !is_digit(c))
            return false; /* a real, or no number at all */
        v = v * (hex ? 16 : 10) +
            (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v > max;
}

/* The end of a comment or string that starts at s, or s itself. */
static const char *skip_quiet(const char *s)
{
    const char *end;
    if (*s == '#' || (s[0] == '/' && s[1] == '/'))
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*') {
        end = strstr(s + 2, "*/");
        return end ? end + 2 : s + strlen(s);
    }
    if (*s != '"')
        return s;
    for (end = s + 1; *end && *end != '"'; end++)
        end += *end == '\\' && end[1];
    return *end ? end + 1 : end;
}

static unsigned count_lines(const char *from, const char *to)
{
    unsigned n = 0;
    for (; from < to; from++)
        n += *from == '\n';
    return n;
}

static void look_through(struct reading *r, const char *text)
{
    static const char include[] = "@include";
    unsigned line = 1;
    for (const char *s = text, *next; *s; s = next) {
        next = skip_quiet(s);
        if (next == s && is_word(*s)) {
            while (is_word(*next))
                next++;
            size_t n = (size_t)(next - s);
            if (is_digit(*s) && is_too_large(s, n))
                mistake(r, line, "%.40s: the number is too large", s);
        } else if (next == s) {
            next = s + 1;
        }
        if (strncmp(s, include, sizeof include - 1) == 0)
            mistake(r, line,
                    "@include: not allowed, one file holds all settings");
        line += count_lines(s, next);
    }
}

static const char *line_text(struct arena *a, const char *text, unsigned line)
{
    while (line > 1 && *text) {
        line -= *text == '\n';
        text++;
    }
    text += strspn(text, " \t");
    return arena_strndup(a, text, strcspn(text, "\r\n"));
}

/* --- the whole file ---------------------------------------------------- */

static void parse(struct reading *r, const char *text)
{
    config_t lib;
    config_init(&lib);
    if (config_read_string(&lib, text) == CONFIG_TRUE) {
        const config_setting_t *root = config_root_setting(&lib);
        for (int i = 0; i < config_setting_length(root); i++)
            read_section(r, config_setting_get_elem(root, (unsigned)i));
    } else {
        const char *why = config_error_text(&lib);
        unsigned line = (unsigned)config_error_line(&lib);
        mistake(r, line ? line : 1, "%s: `%.80s`", why ? why : "unreadable",
                line_text(r->arena, text, line));
    }
    config_destroy(&lib);
}

static void read_text(struct reading *r, const char *text, size_t n)
{
    if (!utf8_is_valid(text, n)) {
        unsigned line = 1;
        const char *end = text + n, *s = text;
        for (const char *eol; s < end; s = eol + 1, line++) {
            eol = memchr(s, '\n', (size_t)(end - s));
            if (!eol)
                eol = end;
            if (!utf8_is_valid(s, (size_t)(eol - s)))
                break;
        }
        mistake(r, line, "not UTF-8 text");
        return;
    }
    look_through(r, text);
    if (r->conf->n_mistakes == 0)
        parse(r, text);
}

int conf_parse(struct conf *c, const char *path, const char *text, size_t n,
               struct err *e)
{
    c->n_mistakes = 0;
    struct arena *scratch = arena_new((size_t)64 << 20);
    struct reading r = {c, scratch, path, NULL};
    r.values = arena_new_array(scratch, c->n, void *);
    for (size_t i = 0; i < c->n; i++)
        r.values[i] = arena_memdup(scratch, c->values[i], c->sections[i].size);
    read_text(&r, text, n);
    if (c->n_mistakes == 0) {
        for (size_t i = 0; i < c->n; i++)
            memcpy(c->values[i], r.values[i], c->sections[i].size);
        conf_rehash(c);
    }
    arena_free(scratch);
    return c->n_mistakes == 0
               ? 0
               : err_set(e, ERR_CONFIG, "%s has %zu mistake%s; first: %s", path,
                         c->n_mistakes, c->n_mistakes == 1 ? "" : "s",
                         c->mistakes[0]);
}

int conf_load(struct conf *c, const char *path, struct err *e)
{
    char *text;
    size_t n;
    c->n_mistakes = 0;
    struct arena *a = arena_new((size_t)4 << 20);
    int r = file_read(a, path, MAX_BYTES, &text, &n, e);
    if (r)
        r = e ? err_set(e, ERR_CONFIG, "%s", arena_strdup(c->arena, e->text))
              : ERR_CONFIG;
    else
        r = conf_parse(c, path, text, n, e);
    arena_free(a);
    return r;
}

static const struct param *lookup(const struct conf *c, const char *section,
                                  const char *name, void **ret_values)
{
    for (size_t i = 0; i < c->n; i++)
        for (const struct param *p = c->sections[i].params; p->name; p++)
            if (strcmp(c->sections[i].name, section) == 0 &&
                strcmp(p->name, name) == 0) {
                *ret_values = c->values[i];
                return p;
            }
    assert(false && "a setting that is not there");
    return NULL;
}

double conf_get(const struct conf *c, const char *section, const char *name)
{
    void *values = NULL;
    const struct param *p = lookup(c, section, name, &values);
    return p ? conf_number(p, values) : NAN;
}

void conf_try(struct conf *c, const char *section, const char *name, double v)
{
    void *values = NULL;
    const struct param *p = lookup(c, section, name, &values);
    if (p)
        set_number(p, values, fmin(p->max, fmax(p->min, v)));
}

size_t conf_mistake_count(const struct conf *c)
{
    return c->n_mistakes;
}

const char *conf_mistake(const struct conf *c, size_t i)
{
    return c->mistakes[i];
}
