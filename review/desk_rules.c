/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Rule sets: a draft by one person, what it would change, published by another
 * person, and back again. A set is a text of settings like pipeline.conf, read
 * over the settings of the service; only thresholds and severities are in it.
 */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/core/service.h"
#include "intake/sections.h"
#include "intake/store/audit.h"
#include "intake/store/store_stats.h"
#include "review/handlers.h"
#include "review/replay.h"
#include "rules/engine.h"

enum { MAX_TEXT = 1 << 18, DECIMALS = 4, REPLAY_MOST = 500 };

static const char section[] = "rules";

/* --- settings ------------------------------------------------------------ */

/* The settings of the service with a set read over them. */
static int with_set(struct service *s, struct arena *a, const char *text,
                    struct conf **ret, struct err *e)
{
    struct str base;
    str_init(&base, MAX_TEXT);
    conf_print(s->conf, &base);
    *ret = sections_new(a);
    int r = conf_parse(*ret, "settings", base.s, base.len, e);
    if (r == 0 && text && text[0])
        r = conf_parse(*ret, "rule set", text, strlen(text), e);
    str_done(&base);
    return r;
}

static const struct conf_section *thresholds(struct arena *a)
{
    size_t n;
    const struct conf_section *all = engine_sections(a, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, section) == 0)
            return &all[i];
    return NULL;
}

/* The set in force and the draft; number 0: there is none. */
struct sets {
    struct store_ruleset current, draft, before;
};

static int find_sets(struct service *s, struct arena *a, struct sets *ret,
                     struct err *e)
{
    struct store_ruleset *rows;
    size_t n;
    *ret = (struct sets){0};
    int r = store_rulesets(s->store, a, &rows, &n, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        const struct store_ruleset *x = &rows[i];
        if (x->state == RULESET_PUBLISHED)
            ret->current = *x;
        if (x->state == RULESET_DRAFT && x->number > ret->draft.number)
            ret->draft = *x;
        if (x->state == RULESET_RETIRED &&
            x->published_ms > ret->before.published_ms)
            ret->before = *x;
    }
    return r;
}

static struct jval *setting_json(const struct param *p, const struct conf *now,
                                 const struct conf *draft)
{
    struct jval *j = jval_new_object();
    double value = conf_get(now, section, p->name);
    jval_set_string(j, "name", p->name);
    jval_set_string(j, "label", p->zh);
    jval_set_string(j, "help", p->en);
    jval_set_string(j, "unit", p->unit);
    jval_set_real(j, "value", value, DECIMALS);
    jval_set_real(j, "default", p->otherwise, DECIMALS);
    jval_set_real(j, "draft", draft ? conf_get(draft, section, p->name) : NAN,
                  DECIMALS);
    jval_set_real(j, "min", p->min, DECIMALS);
    jval_set_real(j, "max", p->max, DECIMALS);
    return j;
}

static struct jval *set_json(struct service *s, struct arena *a,
                             const struct store_ruleset *x)
{
    struct jval *j = jval_new_object();
    jval_set_int(j, "version", (long long)x->number);
    jval_set_string(j, "by", x->number ? desk_name(s, a, x->made_by) : "出厂");
    desk_set_time(a, j, "at", x->created_ms);
    desk_set_time(a, j, "published_at", x->published_ms);
    jval_set_string(j, "note", x->note ? x->note : "");
    return j;
}

static int answer(struct service *s, struct arena *a, struct response *r,
                  struct err *e)
{
    struct sets sets;
    struct conf *now, *draft = NULL;
    const struct conf_section *t = thresholds(a);
    int code = find_sets(s, a, &sets, e);
    if (code == 0)
        code = with_set(s, a, sets.current.text, &now, e);
    if (code == 0 && sets.draft.number)
        code = with_set(s, a, sets.draft.text, &draft, e);
    if (code)
        return code;
    struct jval *j = jval_new_object(), *list = jval_new_array();
    for (const struct param *p = t->params; p->name; p++)
        jval_append(list, setting_json(p, now, draft));
    jval_set(j, "current", set_json(s, a, &sets.current));
    jval_set_or_null(j, "draft",
                     sets.draft.number ? set_json(s, a, &sets.draft) : NULL);
    jval_set_bool(j, "may_roll_back", sets.before.number > 0);
    jval_set(j, "settings", list);
    return response_json(r, 200, j);
}

int desk_rulesets(struct service *s, struct arena *a, const struct request *q,
                  struct response *r, struct err *e)
{
    (void)q;
    return answer(s, a, r, e);
}

/* --- drafting ------------------------------------------------------------ */

/* The draft's text: the set in force, then what is changed. Answers 422 for an
 * unknown name or a value out of its bounds. */
static const char *draft_text(struct arena *a, const struct jval *values,
                              struct response *r)
{
    const struct conf_section *t = thresholds(a);
    const char *name;
    struct jval *v;
    struct str out;
    bool bad = false;
    str_init(&out, MAX_TEXT);
    str_printf(&out, "%s:\n{\n", section);
    for (size_t i = 0; jval_member(values, i, &name, &v) && !bad; i++) {
        const struct param *p = t->params;
        while (p->name && strcmp(p->name, name) != 0)
            p++;
        double x = jval_real_value(v, NAN);
        bad = !p->name || !(x >= p->min && x <= p->max);
        if (bad)
            problem_set(r, PROBLEM_INVALID, "%s：没有这个值，或超出范围。",
                        p->name ? p->zh : name);
        else if (p->type != PARAM_REAL)
            str_printf(&out, "    %s = %.0f;\n", name, x);
        else
            str_printf(&out, "    %s = %.6f;\n", name, x);
    }
    str_add(&out, "};\n");
    const char *text = arena_strdup(a, out.s);
    str_done(&out);
    return bad ? NULL : text;
}

int desk_ruleset_draft(struct service *s, struct arena *a,
                       const struct request *q, struct response *r,
                       struct err *e)
{
    const char *text = draft_text(a, jval_lookup(q->json, "values"), r);
    struct conf *conf;
    if (!text)
        return 0;
    int code = with_set(s, a, text, &conf, e);
    if (code == ERR_CONFIG)
        return problem_set(r, PROBLEM_INVALID, "%s",
                           conf_mistake_count(conf) ? conf_mistake(conf, 0)
                                                    : "设置有误。");
    struct store_ruleset row = {.state = RULESET_DRAFT,
                                .text = text,
                                .note = desk_text(q, "note"),
                                .made_by = q->who.id,
                                .created_ms = q->now_ms};
    if (code == 0)
        code = store_ruleset_add(s->store, &row, e);
    return code ? code : answer(s, a, r, e);
}

/* --- publishing ---------------------------------------------------------- */

/* The set that is in force: read over the settings. */
static const char in_force[] = "rules.conf";

static int publish(struct service *s, struct arena *a, const struct request *q,
                   const struct store_ruleset *set, const char *nothing,
                   struct response *r, struct err *e)
{
    if (set->number == 0)
        return problem_set(r, PROBLEM_WRONG_STATE, "%s", nothing);
    int code =
        store_ruleset_publish(s->store, set->number, q->who.id, q->now_ms, e);
    if (code == ERR_CONFLICT)
        return problem_set(r, PROBLEM_FOUR_EYES,
                           "自己起草的规则集须由另一人发布。");
    if (code == 0)
        code = audit_append(
            s->store, s->vault, q->now_ms, q->who.id, "rules.published",
            arena_printf(a, "%lld", (long long)set->number), NULL, e);
    if (code == 0)
        code = file_write(s->data, in_force, set->text, strlen(set->text), 0600,
                          e);
    if (code == 0)
        service_reload(s);
    return code ? code : answer(s, a, r, e);
}

int desk_ruleset_publish(struct service *s, struct arena *a,
                         const struct request *q, struct response *r,
                         struct err *e)
{
    struct sets sets;
    int code = find_sets(s, a, &sets, e);
    return code ? code : publish(s, a, q, &sets.draft, "没有草稿。", r, e);
}

int desk_ruleset_rollback(struct service *s, struct arena *a,
                          const struct request *q, struct response *r,
                          struct err *e)
{
    struct sets sets;
    int code = find_sets(s, a, &sets, e);
    return code ? code
                : publish(s, a, q, &sets.before, "没有更早的规则集。", r, e);
}

/* --- replaying ----------------------------------------------------------- */

static int start_replay(struct service *s, struct arena *a,
                        const struct request *q, struct response *r,
                        struct err *e)
{
    struct sets sets;
    struct replay *p = arena_new_struct(a, struct replay);
    const struct store_period ever = {0, q->now_ms};
    struct store_run *runs;
    size_t n;
    int code = find_sets(s, a, &sets, e);
    if (code == 0 && !sets.draft.number)
        return problem_set(r, PROBLEM_WRONG_STATE, "没有草稿。");
    if (code == 0)
        code = with_set(s, a, sets.current.text, &p->before, e);
    if (code == 0)
        code = with_set(s, a, sets.draft.text, &p->after, e);
    if (code == 0)
        code = store_runs_decided(s->store, a, ever, REPLAY_MOST, &runs, &n, e);
    if (code)
        return code;
    p->arena = a;
    p->cases = arena_new_array(a, n, struct replay_case);
    for (size_t i = 0; i < n && code == 0; i++) {
        struct replay_case *c = &p->cases[p->n];
        c->run = runs[i];
        code =
            store_application_get(s->store, a, runs[i].application, &c->row, e);
        p->n += code == 0 && c->row.erased_ms == 0;
    }
    return code ? code : response_work(r, replay_run, p);
}

int desk_ruleset_replay(struct service *s, struct arena *a,
                        const struct request *q, struct response *r,
                        struct err *e)
{
    if (q->step == 0)
        return start_replay(s, a, q, r, e);
    if (q->result)
        return err_set(e, (enum err_code)q->result, "replay");
    return response_json(r, 200, replay_json(q->state));
}
