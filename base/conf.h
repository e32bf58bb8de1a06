/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * conf - pipeline.conf, typed and bounded; the only door to libconfig
 *
 * A section is a C struct and a table that says for each member its name,
 * unit, bounds, default and meaning. That table is the one source for the
 * defaults, the checks, the messages and the documentation. Every mistake in
 * a file is told, with file and line, what was found and what is allowed; a
 * file with a mistake changes nothing.
 */

#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;
struct str;

enum param_type { PARAM_REAL, PARAM_INT, PARAM_BOOL, PARAM_CHOICE };

struct param {
    const char *name;
    enum param_type type;
    const char *unit;           /* "mm", "deg", "ratio", ...; "" for none */
    double min, max, otherwise; /* PARAM_CHOICE: otherwise is an index */
    const char *const *choices; /* PARAM_CHOICE only; ends with NULL */
    size_t offset;              /* of a double, or of an int for the others */
    const char *zh, *en;
};

#define PARAM_REAL_OF(type, member, unit, min, max, otherwise, zh, en)         \
    {                                                                          \
#member, PARAM_REAL, unit, min, max, otherwise, NULL,                  \
            offsetof(type, member), zh, en                                     \
    }
#define PARAM_INT_OF(type, member, unit, min, max, otherwise, zh, en)          \
    {                                                                          \
#member, PARAM_INT, unit, min, max, otherwise, NULL,                   \
            offsetof(type, member), zh, en                                     \
    }
#define PARAM_BOOL_OF(type, member, otherwise, zh, en)                         \
    {                                                                          \
#member, PARAM_BOOL, "", 0, 1, otherwise, NULL,                        \
            offsetof(type, member), zh, en                                     \
    }

struct conf_section {
    const char *name;           /* "limits", "stage_deskew", ... */
    const struct param *params; /* ends with a NULL name */
    size_t size;                /* of the struct that holds the values */
};

struct conf;

/* All sections at their defaults. The tables are borrowed. */
struct conf *conf_new(struct arena *a, const struct conf_section *sections,
                      size_t n);

/*
 * Reads a file over the present values. ERR_CONFIG when it has mistakes;
 * conf_mistakes() then lists them all, one "file:line: ..." each.
 */
int conf_load(struct conf *c, const char *path, struct err *e);

/* The same for a text of n bytes and a terminator that was read from there. */
int conf_parse(struct conf *c, const char *path, const char *text, size_t n,
               struct err *e);
size_t conf_mistake_count(const struct conf *c);
const char *conf_mistake(const struct conf *c, size_t i);

/* The struct of a section; a section that is not there is a bug. */
const void *conf_values(const struct conf *c, const char *section);

/* One number by name; a setting that is not there is a bug. */
double conf_get(const struct conf *c, const char *section, const char *name);

/*
 * Sets one number, within its bounds, to see what would become of it. The hash
 * stays that of what was loaded: nothing is ever reported under a trial.
 */
void conf_try(struct conf *c, const char *section, const char *name, double v);

/* The whole table as a pipeline.conf with the present values, documented. */
void conf_print(const struct conf *c, struct str *t);

/* The same as a Markdown table, for docs/settings.md. */
void conf_print_reference(const struct conf *c, struct str *t);

/* SHA-256 over all names and present values: which settings judged. */
const char *conf_hash(const struct conf *c);

#endif
