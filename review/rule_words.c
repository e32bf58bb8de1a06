/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/rule_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "rules/engine.h"

enum { SLOT_ANY = SLOT_COUNT, SLOT_ORDER = SLOT_UNKNOWN };

static const struct title {
    const char *rule;
    int slot;
    const char *zh;
} titles[] = {
#define TITLE(rule, slot, zh) {#rule, SLOT_##slot, zh},
#include "review/rule_titles.def"
#undef TITLE
};

static const char *const papers[SLOT_COUNT] = {
    [SLOT_APPLICATION_FORM] = "申请表",
    [SLOT_BUSINESS_LICENSE] = "执照",
    [SLOT_ID_CARD] = "身份证",
    [SLOT_SEAL_SHEET] = "采集表",
    [SLOT_AUTHORIZATION_LETTER] = "委托书",
};

static const struct title *find(const char *rule)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i].rule, rule) == 0)
            return &titles[i];
    return NULL;
}

static bool is_paper(int slot)
{
    return slot >= 0 && slot < SLOT_COUNT;
}

const char *rule_words(struct arena *a, const char *rule, enum slot slot)
{
    const struct title *t = find(rule);
    if (!t)
        return is_paper((int)slot) ? papers[slot] : rule;
    int of = t->slot == SLOT_ANY ? (int)slot : t->slot;
    return is_paper(of) ? arena_printf(a, "%s：%s", papers[of], t->zh) : t->zh;
}

/* The advice as far as it can be given before anything was measured. */
static const char *plain_advice(const char *advice)
{
    static const char known[] = "{document}";
    for (const char *p = strchr(advice, '{'); p; p = strchr(p + 1, '{'))
        if (strncmp(p, known, sizeof known - 1) != 0)
            return "";
    return advice;
}

struct jval *rule_words_choices(void)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        const struct title *t = &titles[i];
        const struct rule *rule = engine_lookup(t->rule);
        if (!rule)
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", t->rule);
        if (is_paper(t->slot))
            jval_set_string(j, "slot", slot_name((enum slot)t->slot));
        else
            jval_set_null(j, "slot");
        jval_set_string(j, "zh", t->zh);
        jval_set_string(j, "advice", plain_advice(rule->advice_zh));
        jval_append(all, j);
    }
    return all;
}
