/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Members beyond the schema: "application" (the order, so that `judge` can
 * judge again), and in findings "evidence", every box with its slot and page.
 * "boxes" are those on the finding's own page.
 */

#include <math.h>

#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/measure/review.h"
#include "intake/report/report.h"
#include "rules/engine.h"

enum { DATA_DECIMALS = 6 };

static struct jval *data_json(const struct finding *f)
{
    struct jval *data = jval_new_object();
    if (f->reason)
        jval_set_string(data, "reason", f->reason);
    for (size_t i = 0; i < f->n_details; i++) {
        const struct detail *d = &f->details[i];
        if (isnan(d->number))
            jval_set_string(data, d->name, d->value);
        else
            jval_set_real(data, d->name, d->number, DATA_DECIMALS);
    }
    return data;
}

static void set_evidence(struct jval *j, const struct finding *f)
{
    struct jval *boxes = jval_new_array(), *all = jval_new_array();
    for (size_t i = 0; i < f->n_evidence; i++) {
        const struct evidence *e = &f->evidence[i];
        struct jval *one = jval_new_object();
        jval_set_string(one, "slot", slot_name(e->slot));
        jval_set_int(one, "page", e->page);
        if (!rect_is_empty(e->box)) {
            jval_set(one, "box", facts_json_box(e->box));
            if (e->slot == f->slot && e->page == f->page)
                jval_append(boxes, facts_json_box(e->box));
        }
        jval_append(all, one);
    }
    jval_set(j, "boxes", boxes);
    jval_set(j, "evidence", all);
}

static struct jval *finding_json(const struct finding *f)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "rule", f->rule->id);
    jval_set_string(j, "severity", severity_name(f->severity));
    jval_set_string(j, "answer", answer_name(f->answer));
    if (f->slot != SLOT_UNKNOWN)
        jval_set_string(j, "slot", slot_name(f->slot));
    if (f->page > 0)
        jval_set_int(j, "page", f->page);
    set_evidence(j, f);
    jval_set_string(j, "zh", f->zh);
    jval_set_string(j, "en", f->en);
    if (f->advice_zh[0])
        jval_set_string(j, "advice_zh", f->advice_zh);
    jval_set(j, "data", data_json(f));
    return j;
}

static struct jval *tool_json(const struct review *r)
{
    struct jval *tool = jval_new_object(), *libraries = jval_new_object();
    jval_set_string(tool, "version", r->version);
    if (r->config_hash)
        jval_set_string(tool, "config", r->config_hash);
    for (size_t i = 0; i < r->n_libraries; i++)
        jval_set_string(libraries, r->libraries[i].name,
                        r->libraries[i].version);
    jval_set(tool, "libraries", libraries);
    return tool;
}

void report_json(struct arena *a, const struct review *r, bool pretty,
                 struct str *out)
{
    (void)a;
    const struct facts *facts = r->facts;
    struct jval *j = jval_new_object(), *documents = jval_new_array();
    struct jval *seals = jval_new_array(), *findings = jval_new_array();
    struct jval *pairs = jval_new_array();
    for (size_t i = 0; i < facts->n_documents; i++)
        jval_append(documents, facts_json_document(&facts->documents[i]));
    for (size_t i = 0; i < facts->n_seals; i++)
        jval_append(seals, facts_json_seal(&facts->seals[i]));
    for (size_t i = 0; i < facts->n_pairs; i++)
        jval_append(pairs, facts_json_pair(&facts->pairs[i]));
    for (size_t i = 0; i < r->judgement->n_findings; i++)
        jval_append(findings, finding_json(&r->judgement->findings[i]));
    jval_set_string(j, "schema", "sealdesk.report/1");
    if (facts->order.order_no)
        jval_set_string(j, "order_no", facts->order.order_no);
    if (facts->today)
        jval_set_string(j, "today", facts->today);
    jval_set_string(j, "verdict", verdict_name(r->judgement->verdict));
    jval_set(j, "tool", tool_json(r));
    if (!r->inspection)
        jval_set(j, "application", facts_json_order(&facts->order));
    jval_set(j, "documents", documents);
    jval_set(j, "seals", seals);
    jval_set(j, "seal_pairs", pairs);
    jval_set(j, "findings", findings);
    jval_finish(j, pretty, out);
}
