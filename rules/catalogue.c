/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/catalogue.h"

#include <string.h>

#include "base/jval.h"
#include "base/str.h"
#include "rules/engine.h"
#include "rules/settings.h"

static const struct duty duties[] = {
#define DUTY(id, keeper, zh, en, seed_zh)                                      \
    {#id, KEEPER_##keeper, zh, en, seed_zh},
#include "rules/rules.def"
};

static const struct {
    const char *name, *zh;
} keepers[] = {[KEEPER_CLERK] = {"clerk", "工作人员"},
               [KEEPER_APPLICANT] = {"applicant", "告诉申请人"},
               [KEEPER_PROGRAM] = {"program", "程序保证"}};

static const struct reminder reminders[] = {
#define REMINDER(rule, zh, en) {#rule, zh, en},
#include "rules/reminders.def"
};

size_t catalogue_reminder_count(void)
{
    return sizeof reminders / sizeof *reminders;
}

const struct reminder *catalogue_reminder(const char *rule)
{
    for (size_t i = 0; i < catalogue_reminder_count(); i++)
        if (strcmp(reminders[i].rule, rule) == 0)
            return &reminders[i];
    return NULL;
}

size_t catalogue_duty_count(void)
{
    return sizeof duties / sizeof *duties;
}

const struct duty *catalogue_duty(size_t i)
{
    return &duties[i];
}

/* One entry of the catalogue: a rule or a duty, the other is NULL. */
struct entry {
    const struct rule *rule;
    const struct duty *duty;
};

/* How many of each were walked over; begins as {0}. */
struct place {
    size_t rule, duty;
};

/* The next entry by id; false: that was all. */
static bool next_entry(struct place *at, struct entry *ret)
{
    bool rules = at->rule < engine_rule_count();
    bool more = at->duty < catalogue_duty_count();
    const struct rule *r = rules ? engine_rule(at->rule) : NULL;
    const struct duty *d = more ? catalogue_duty(at->duty) : NULL;
    if (r && (!d || strcmp(r->id, d->id) < 0)) {
        *ret = (struct entry){r, NULL};
        at->rule++;
    } else {
        *ret = (struct entry){NULL, d};
        at->duty++;
    }
    return r || d;
}

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

static void rule_text(const struct conf *conf, const struct rule *r,
                      struct str *out)
{
    struct sentence s;
    enum severity severity = severity_of(conf, r);
    str_printf(out, "%s  %s（%s）%s\n", r->id, severity_zh(severity),
               severity_name(severity), r->alone ? "，inspect 也适用" : "");
    for (size_t k = 0; sentence_at(r, k, &s); k++)
        str_printf(out, "    %-13s %s\n", s.label, s.zh);
    if (r->advice_zh[0])
        str_printf(out, "    怎么改        %s\n", r->advice_zh);
    const struct reminder *person = catalogue_reminder(r->id);
    if (person)
        str_printf(out, "    仍要人看      %s\n", person->zh);
    if (r->seed_zh[0])
        str_printf(out, "    须知原文      %s\n", r->seed_zh);
}

static void duty_text(const struct duty *d, struct str *out)
{
    str_printf(out, "%s  %s\n    %s\n", d->id, keepers[d->keeper].zh, d->zh);
    if (d->seed_zh[0])
        str_printf(out, "    须知原文      %s\n", d->seed_zh);
}

void catalogue_text(const struct conf *conf, struct str *out)
{
    struct entry entry;
    for (struct place at = {0}; next_entry(&at, &entry);) {
        if (at.rule + at.duty > 1)
            str_add(out, "\n");
        if (entry.rule)
            rule_text(conf, entry.rule, out);
        else
            duty_text(entry.duty, out);
    }
}

static void rule_markdown(const struct conf *conf, const struct rule *r,
                          struct str *out)
{
    struct sentence s;
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
    const struct reminder *person = catalogue_reminder(r->id);
    if (person)
        str_printf(out, "\nA person's: %s %s\n", person->zh, person->en);
}

static void duty_markdown(const struct duty *d, struct str *out)
{
    str_printf(out, "\n## %s\n\nNot checked; kept by: `%s`.\n\n", d->id,
               keepers[d->keeper].name);
    if (d->seed_zh[0])
        str_printf(out, "Notice: %s\n\n", d->seed_zh);
    str_printf(out, "%s\n\n%s\n", d->zh, d->en);
}

void catalogue_markdown(const struct conf *conf, struct str *out)
{
    struct entry entry;
    str_add(out, "# Rules\n\nPrinted by `sealdesk rules --markdown` "
                 "from rules/rules.def and rules/reasons.def.\n");
    for (struct place at = {0}; next_entry(&at, &entry);)
        if (entry.rule)
            rule_markdown(conf, entry.rule, out);
        else
            duty_markdown(entry.duty, out);
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

static struct jval *rule_json(const struct conf *conf, const struct rule *r)
{
    struct jval *o = jval_new_object();
    jval_set_string(o, "rule", r->id);
    jval_set_string(o, "keeper", "check");
    jval_set_string(o, "severity", severity_name(severity_of(conf, r)));
    jval_set_bool(o, "inspect", r->alone);
    jval_set_string(o, "zh", r->zh);
    jval_set_string(o, "en", r->en);
    jval_set_string(o, "unsure_zh", r->unsure_zh);
    jval_set_string(o, "unsure_en", r->unsure_en);
    jval_set(o, "reasons", reasons_json(r));
    jval_set_string(o, "advice_zh", r->advice_zh);
    jval_set_string(o, "seed_zh", r->seed_zh);
    const struct reminder *person = catalogue_reminder(r->id);
    if (person) {
        jval_set_string(o, "person_zh", person->zh);
        jval_set_string(o, "person_en", person->en);
    }
    return o;
}

static struct jval *duty_json(const struct duty *d)
{
    struct jval *o = jval_new_object();
    jval_set_string(o, "rule", d->id);
    jval_set_string(o, "keeper", keepers[d->keeper].name);
    jval_set_string(o, "zh", d->zh);
    jval_set_string(o, "en", d->en);
    jval_set_string(o, "seed_zh", d->seed_zh);
    return o;
}

struct jval *catalogue_json(const struct conf *conf)
{
    struct jval *all = jval_new_array();
    struct entry entry;
    for (struct place at = {0}; next_entry(&at, &entry);)
        jval_append(all, entry.rule ? rule_json(conf, entry.rule)
                                    : duty_json(entry.duty));
    return all;
}
