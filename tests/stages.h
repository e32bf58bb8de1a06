/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A few stages run by hand over one page, without a reader. */

#ifndef TESTS_STAGES_H
#define TESTS_STAGES_H

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "imaging/page.h"
#include "imaging/pipeline.h"
#include "imaging/stage.h"

static inline const struct conf *stages_defaults(struct arena *a)
{
    size_t n;
    const struct conf_section *sections = pipeline_sections(a, &n);
    return conf_new(a, sections, n);
}

/* In the order of `names`; the error of the first that fails. */
static inline int stages_run(struct arena *a, const struct conf *conf,
                             const char *const *names, size_t n,
                             struct page *page, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < pipeline_count() && r == 0; k++) {
            const struct stage *s = pipeline_stage(k);
            if (strcmp(s->name, names[i]) != 0)
                continue;
            const void *params =
                s->params
                    ? conf_values(conf, arena_printf(a, "stage_%s", s->name))
                    : NULL;
            r = s->apply(a, page, params, e);
            if (r != 0)
                err_context(e, r, "%s", s->name);
        }
    return r;
}

#endif
