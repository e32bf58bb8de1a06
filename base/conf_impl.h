/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * conf_impl - what conf.c and conf_print.c share; for nobody else
 */

#ifndef BASE_CONF_IMPL_H
#define BASE_CONF_IMPL_H

#include "base/conf.h"

struct arena;

struct conf {
    struct arena *arena;
    const struct conf_section *sections;
    size_t n;
    void **values; /* one struct per section */
    const char **mistakes;
    size_t n_mistakes, room;
    const char *hash;
};

enum { CONF_NUMBER = 40 };

/* The value of a parameter in its section's struct, as a number. */
double conf_number(const struct param *p, const void *values);

/* v as it is written in the file: `7.0`, `300`, `true`, `"look"`. */
const char *conf_text(const struct param *p, double v, char buf[CONF_NUMBER]);

/* What is allowed, in words: `0.0 .. 15.0 deg, default 7.0`. */
const char *conf_allowed(struct arena *a, const struct param *p);

/* Works out the hash anew, after the values have changed. */
void conf_rehash(struct conf *c);

#endif
