/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/rule_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "rules/engine.h"

static const char *const papers[SLOT_COUNT] = {
    [SLOT_APPLICATION_FORM] = "申请表",
    [SLOT_BUSINESS_LICENSE] = "执照",
    [SLOT_ID_CARD] = "身份证",
    [SLOT_SEAL_SHEET] = "采集表",
    [SLOT_AUTHORIZATION_LETTER] = "委托书",
};

static bool is_paper(int slot)
{
    return slot >= 0 && slot < SLOT_COUNT;
}

const char *rule_words(struct arena *a, const char *id, enum slot slot)
{
    const struct rule *r = engine_lookup(id);
    if (!r)
        return is_paper((int)slot) ? papers[slot] : id;
    int of = r->paper == SLOT_ANY ? (int)slot : r->paper;
    return is_paper(of) ? arena_printf(a, "%s：%s", papers[of], r->title_zh)
                        : r->title_zh;
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
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *r = engine_rule(i);
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", r->id);
        jval_set_string(j, "slot",
                        is_paper(r->paper) ? slot_name((enum slot)r->paper)
                                           : NULL);
        jval_set_string(j, "zh", r->title_zh);
        jval_set_string(j, "advice", plain_advice(r->advice_zh));
        jval_append(all, j);
    }
    return all;
}
