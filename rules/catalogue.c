/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/catalogue.h"

#include <string.h>

#include "base/jval.h"
#include "base/str.h"
#include "rules/engine.h"
#include "rules/settings.h"

static const char *severity_zh(enum severity s)
{
    static const char *const words[] = {"提示", "需人看", "致命"};
    return words[s];
}

static enum severity severity_of(const struct conf *conf, const struct rule *r)
{
    return conf ? settings_severity_of(conf, r) : r->severity;
}

/* The sentences of a rule: its own two, then those of its reasons. */
struct sentence {
    const char *label, *zh, *en;
};

/* The i-th sentence of the rule; false past the end. */
static bool sentence_at(const struct rule *r, size_t i, struct sentence *ret)
{
    const struct sentence own[] = {{"fail", r->zh, r->en},
                                   {"cannot_tell", r->unsure_zh, r->unsure_en}};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (own[k].zh[0] && i-- == 0) {
            *ret = own[k];
            return true;
        }
    for (size_t k = 0; k < engine_reason_count(); k++) {
        const struct reason *why = engine_reason(k);
        if (strcmp(why->rule, r->id) == 0 && i-- == 0) {
            *ret = (struct sentence){why->name, why->zh, why->en};
            return true;
        }
    }
    return false;
}

void catalogue_text(const struct conf *conf, struct str *out)
{
    struct sentence s;
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        str_printf(out, "%s%s  %s（%s）%s\n", i > 0 ? "\n" : "", r->id,
                   severity_zh(severity_of(conf, r)),
                   severity_name(severity_of(conf, r)),
                   r->alone ? "，inspect 也适用" : "");
        for (size_t k = 0; sentence_at(r, k, &s); k++)
            str_printf(out, "    %-13s %s\n", s.label, s.zh);
        if (r->advice_zh[0])
            str_printf(out, "    怎么改        %s\n", r->advice_zh);
        if (r->seed_zh[0])
            str_printf(out, "    须知原文      %s\n", r->seed_zh);
    }
}

void catalogue_markdown(const struct conf *conf, struct str *out)
{
    struct sentence s;
    str_add(out, "# Rules\n\nPrinted by `sealdesk rules --markdown` "
                 "from rules/rules.def and rules/reasons.def.\n");
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        str_printf(out, "\n## %s\n\nSeverity: `%s`%s.\n\n", r->id,
                   severity_name(severity_of(conf, r)),
                   r->alone ? "; part of `inspect`" : "");
        if (r->seed_zh[0])
            str_printf(out, "Notice: %s\n\n", r->seed_zh);
        str_add(out, "| when | 中文 | English |\n|---|---|---|\n");
        for (size_t k = 0; sentence_at(r, k, &s); k++)
            str_printf(out, "| `%s` | %s | %s |\n", s.label, s.zh, s.en);
        if (r->advice_zh[0])
            str_printf(out, "\nAdvice: %s\n", r->advice_zh);
    }
}

static struct jval *reasons_json(const struct rule *r)
{
    struct jval *list = jval_new_array();
    for (size_t i = 0; i < engine_reason_count(); i++) {
        const struct reason *why = engine_reason(i);
        if (strcmp(why->rule, r->id) != 0)
            continue;
        struct jval *o = jval_new_object();
        jval_set_string(o, "reason", why->name);
        jval_set_string(o, "zh", why->zh);
        jval_set_string(o, "en", why->en);
        jval_set_string(o, "advice_zh", why->advice_zh);
        jval_append(list, o);
    }
    return list;
}

struct jval *catalogue_json(const struct conf *conf)
{
    struct jval *rules = jval_new_array();
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        struct jval *o = jval_new_object();
        jval_set_string(o, "rule", r->id);
        jval_set_string(o, "severity", severity_name(severity_of(conf, r)));
        jval_set_bool(o, "inspect", r->alone);
        jval_set_string(o, "zh", r->zh);
        jval_set_string(o, "en", r->en);
        jval_set_string(o, "unsure_zh", r->unsure_zh);
        jval_set_string(o, "unsure_en", r->unsure_en);
        jval_set(o, "reasons", reasons_json(r));
        jval_set_string(o, "advice_zh", r->advice_zh);
        jval_set_string(o, "seed_zh", r->seed_zh);
        jval_append(rules, o);
    }
    return rules;
}
