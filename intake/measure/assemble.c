/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/assemble.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/bundle.h"
#include "intake/measure/against.h"
#include "intake/measure/examine.h"
#include "intake/measure/review.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"
#include "intake/report/report.h"
#include "rules/engine.h"

enum { MAX_ARENA = 1 << 30, MAX_REPORT = 64 << 20 };

const char *assemble_kind_name(int kind)
{
    static const char *const names[] = {
        [PICTURE_PAGE] = "page",       [PICTURE_FIELD] = "field",
        [PICTURE_SEAL] = "seal",       [PICTURE_SEAL_SOURCE] = "seal_source",
        [PICTURE_OVERLAY] = "overlay", [PICTURE_STAGE] = "stage"};
    return names[kind];
}

static struct jval *document_json(const struct document *d)
{
    struct jval *j = jval_new_object(), *pages = jval_new_array();
    jval_set_string(j, "slot", slot_name(d->slot));
    jval_set_string(j, "format", d->format ? d->format : "");
    jval_set_string(j, "error", d->error ? err_name(d->error) : "");
    for (size_t i = 0; i < d->n_pages; i++) {
        struct jval *page = jval_new_object();
        jval_set_int(page, "page", (int)i + 1);
        jval_set_int(page, "width", d->pages[i].width);
        jval_set_int(page, "height", d->pages[i].height);
        jval_append(pages, page);
    }
    jval_set(j, "pages", pages);
    return j;
}

static struct jval *picture_json(const struct picture *p)
{
    enum { RATIO = 6 };
    struct jval *j = jval_new_object();
    jval_set_string(j, "name", p->name);
    jval_set_string(j, "kind", assemble_kind_name((int)p->kind));
    jval_set_string(j, "slot", slot_name(p->slot));
    jval_set_int(j, "page", p->page);
    jval_set_string(j, "of", p->of);
    jval_set_int(j, "width", p->width);
    jval_set_int(j, "height", p->height);
    jval_set_real(j, "scale", p->scale, RATIO);
    jval_set_bool(j, "private",
                  p->kind == PICTURE_FIELD && field_is_private(p->of));
    if (p->kind == PICTURE_SEAL) {
        jval_set_real(j, "dpi", p->dpi, 3);
        jval_set_int(j, "levels", p->levels);
        jval_set_bool(j, "is_small_enough", p->is_small_enough);
    }
    return j;
}

/* X01-2: the second finding of its rule, in the order of the report. */
static struct jval *finding_json(const struct judgement *judgement, size_t i)
{
    const struct finding *f = &judgement->findings[i];
    struct jval *j = jval_new_object();
    char id[32];
    int k = 1;
    for (size_t before = 0; before < i; before++)
        k += judgement->findings[before].rule == f->rule;
    snprintf(id, sizeof id, "%s-%d", f->rule->id, k);
    jval_set_string(j, "id", id);
    jval_set_string(j, "rule", f->rule->id);
    jval_set_string(j, "severity", severity_name(f->severity));
    jval_set_string(j, "answer", answer_name(f->answer));
    if (f->slot != SLOT_UNKNOWN)
        jval_set_string(j, "slot", slot_name(f->slot));
    return j;
}

/* The seals of this set beside those of the other; NULL when there is none. */
static struct jval *compare_sets(struct arena *a, const struct assemble *c,
                                 const struct examined *x)
{
    struct examined others;
    if (c->n_against == 0)
        return NULL;
    examine_join(a, c->files + c->n_files, c->results + c->n_files,
                 c->n_against, &others);
    return against_json(x, &others);
}

static struct jval *index_json(const struct review *r)
{
    struct jval *j = jval_new_object(), *documents = jval_new_array();
    struct jval *pictures = jval_new_array(), *findings = jval_new_array();
    for (size_t i = 0; i < r->facts->n_documents; i++)
        jval_append(documents, document_json(&r->facts->documents[i]));
    for (size_t i = 0; i < r->n_pictures; i++)
        if (r->pictures[i].kind != PICTURE_STAGE)
            jval_append(pictures, picture_json(&r->pictures[i]));
    for (size_t i = 0; i < r->judgement->n_findings; i++)
        jval_append(findings, finding_json(r->judgement, i));
    struct jval *libraries = jval_new_object();
    for (size_t i = 0; i < r->n_libraries; i++)
        jval_set_string(libraries, r->libraries[i].name,
                        r->libraries[i].version);
    jval_set_string(j, "verdict", verdict_name(r->judgement->verdict));
    jval_set(j, "libraries", libraries);
    jval_set(j, "documents", documents);
    jval_set(j, "pictures", pictures);
    jval_set(j, "findings", findings);
    return j;
}

static int send_text(int fd, enum wire_type type, struct str *t, struct err *e)
{
    int r = t->failed ? err_set(e, ERR_LIMIT, "a report is too long")
                      : wire_write(fd, type, t->s, t->len, e);
    str_done(t);
    return r;
}

int assemble_job(void *context, size_t job, int fd, struct err *e)
{
    (void)job;
    const struct assemble *c = context;
    struct arena *a = arena_new(MAX_ARENA);
    struct examined x;
    struct str t;
    examine_join(a, c->files, c->results, c->n_files, &x);
    examine_list_libraries(a, c->reader, &x);
    struct facts facts = x.facts;
    facts.today = c->today;
    if (c->order)
        facts.order = *c->order;
    const struct judgement *j = c->order ? engine_judge(a, c->conf, &facts)
                                         : engine_inspect(a, c->conf, &facts);
    struct review review = examine_review(c->conf, &x, &facts, j);
    review.inspection = !c->order;
    str_init(&t, MAX_REPORT);
    report_json(a, &review, true, &t);
    int r = send_text(fd, WIRE_REPORT, &t, e);
    struct jval *index = index_json(&review);
    struct jval *against = compare_sets(a, c, &x);
    if (against)
        jval_set(index, "against", against);
    str_init(&t, MAX_REPORT);
    jval_print(index, false, &t);
    jval_free(index);
    if (r == 0)
        r = send_text(fd, WIRE_INDEX, &t, e);
    else
        str_done(&t);
    arena_free(a);
    return r;
}
