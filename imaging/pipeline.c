/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/pipeline.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "imaging/page.h"
#include "imaging/stage.h"

#define STAGE(name) extern const struct stage stage_##name;
#include "imaging/stages.def"
#undef STAGE

static const struct stage *const stages[] = {
#define STAGE(name) &stage_##name,
#include "imaging/stages.def"
#undef STAGE
};

enum { STAGE_COUNT = sizeof stages / sizeof *stages };

size_t pipeline_count(void)
{
    return STAGE_COUNT;
}

const struct stage *pipeline_stage(size_t i)
{
    return stages[i];
}

static const struct param no_params[] = {{0}};

static const char *section_name(struct arena *a, const struct stage *s)
{
    return arena_printf(a, "stage_%s", s->name);
}

const struct conf_section *pipeline_sections(struct arena *a, size_t *ret_n)
{
    struct conf_section *sections =
        arena_new_array(a, STAGE_COUNT, struct conf_section);
    size_t n = 0;
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (stages[i]->params)
            sections[n++] = (struct conf_section){section_name(a, stages[i]),
                                                  stages[i]->params,
                                                  stages[i]->params_size};
    *ret_n = n;
    return sections;
}

int pipeline_validate(struct err *e)
{
    unsigned given = 0;
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        if (stages[i]->needs & ~given)
            return err_set(e, ERR_CONFIG,
                           "stages.def: nothing before '%s' gives what it "
                           "needs (bits 0x%x)",
                           stages[i]->name, stages[i]->needs & ~given);
        given |= stages[i]->gives;
    }
    return 0;
}

/* Checks and applies one stage; commits the copy only when it succeeded. */
static int run_stage(struct arena *a, const struct stage *s, const void *params,
                     struct page *page, enum stage_outcome *ret_outcome,
                     struct err *e)
{
    *ret_outcome = STAGE_FAILED;
    int wanted = s->check ? s->check(page, params, e) : 1;
    if (wanted < 0)
        return wanted;
    if (wanted == 0) {
        *ret_outcome = STAGE_PASSED;
        return 0;
    }
    struct page next = *page;
    int r = s->apply(a, &next, params, e);
    if (r < 0)
        return r;
    *page = next;
    *ret_outcome = STAGE_APPLIED;
    return 0;
}

/* The picture that shows what a stage made; NULL when it makes none. */
static const struct image *stage_picture(const struct stage *s,
                                         const struct page *page)
{
    if (s->gives & GIVES_TEXT)
        return page->text;
    if (s->gives & GIVES_INK)
        return page->ink;
    if (s->gives & GIVES_CLARITY)
        return page->heat;
    return NULL;
}

int pipeline_run(struct arena *a, const struct conf *conf, struct page *page,
                 const struct pipeline_watch *watch, struct err *e)
{
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        const struct stage *s = stages[i];
        const void *params =
            s->params ? conf_values(conf, section_name(a, s)) : no_params;
        struct trace_step step = {.stage = s, .why = ""};
        struct err why = {0};
        double start = clock_cpu_ms();
        int r = run_stage(a, s, params, page, &step.outcome, &why);
        step.ms = clock_cpu_ms() - start;
        if (r < 0)
            step.why = why.text;
        if (watch && watch->step)
            watch->step(watch->context, &step);
        const struct image *picture = stage_picture(s, page);
        if (step.outcome == STAGE_APPLIED && picture && watch && watch->dump)
            watch->dump(watch->context, s->name, picture);
        if (r < 0 && s->required)
            return err_set(e, (enum err_code)r, "stage %s: %s", s->name,
                           why.text);
    }
    return 0;
}
