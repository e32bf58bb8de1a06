/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/api/checklist.h"

#include <string.h>

#include "base/arena.h"
#include "rules/catalogue.h"
#include "rules/engine.h"
#include "rules/rule.h"

static const struct check_item items[] = {
    {"M01", CHECK_CLERK, SLOT_APPLICATION_FORM, NULL},
    {"M02", CHECK_CLERK, SLOT_BUSINESS_LICENSE, NULL},
    {"M03", CHECK_CLERK, SLOT_ID_CARD, NULL},
    {"M04", CHECK_CLERK, SLOT_SEAL_SHEET, NULL},
    {"M05", CHECK_MACHINE, SLOT_AUTHORIZATION_LETTER,
     "请看寄来的授权委托书：要同时盖公章和法人章的原章。"},
    {"M06", CHECK_TOLD, SLOT_UNKNOWN, NULL},
    {"M07", CHECK_TOLD, SLOT_UNKNOWN, NULL},
    {"M08", CHECK_TOLD, SLOT_UNKNOWN, NULL},
    {"M09", CHECK_MACHINE, SLOT_APPLICATION_FORM,
     "请看申请表上经办人的电话：是能打通的号码，资料有问题时要打这个电话。"},
    {"M10", CHECK_MACHINE, SLOT_APPLICATION_FORM,
     "请看申请表上的邮箱：格式正确，发票会发到这个邮箱。"},
    {"M11", CHECK_TOLD, SLOT_UNKNOWN, NULL},
    {"W05", CHECK_NOTE, SLOT_UNKNOWN, NULL},
};

enum { ITEMS = sizeof items / sizeof *items };

size_t checklist_count(void)
{
    return ITEMS;
}

const struct check_item *checklist_item(size_t i)
{
    return &items[i];
}

const struct check_item *checklist_find(const char *id)
{
    for (size_t i = 0; i < ITEMS; i++)
        if (strcmp(items[i].id, id) == 0)
            return &items[i];
    return NULL;
}

const char *checklist_kind(enum check_kind k)
{
    static const char *const names[] = {[CHECK_CLERK] = "clerk",
                                        [CHECK_MACHINE] = "machine",
                                        [CHECK_NOTE] = "note",
                                        [CHECK_TOLD] = "told"};
    return names[k];
}

static const struct duty *duty_of(const struct check_item *item)
{
    for (size_t i = 0; i < catalogue_duty_count(); i++)
        if (strcmp(catalogue_duty(i)->id, item->id) == 0)
            return catalogue_duty(i);
    return NULL;
}

const char *checklist_zh(const struct check_item *item)
{
    const struct duty *duty = item->zh ? NULL : duty_of(item);
    return item->zh ? item->zh : duty ? duty->zh : "";
}

const char *checklist_seed(const struct check_item *item)
{
    const struct duty *duty = duty_of(item);
    const struct rule *rule = duty ? NULL : engine_lookup(item->id);
    return duty ? duty->seed_zh : rule ? rule->seed_zh : "";
}

bool checklist_is_wanted(const struct check_item *item, enum tri with_seal)
{
    return (item->kind == CHECK_CLERK || item->kind == CHECK_MACHINE) &&
           (item->slot != SLOT_SEAL_SHEET || with_seal != TRI_NO);
}

const struct store_paper_check *checklist_answer(
    const struct store_paper_check *answers, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(answers[i].item, id) == 0)
            return &answers[i];
    return NULL;
}

const char *checklist_hinders_pass(struct arena *a,
                                   const struct store_paper_check *answers,
                                   size_t n, enum tri with_seal)
{
    int open = 0, bad = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        const struct store_paper_check *c =
            checklist_answer(answers, n, items[i].id);
        open += !c && checklist_is_wanted(&items[i], with_seal);
        bad += c && strcmp(c->answer, "bad") == 0;
    }
    if (bad)
        return arena_printf(a, "有 %d 项核对为不合格。", bad);
    return open ? arena_printf(a, "还有 %d 项没有核对。", open) : "";
}

const char *checklist_hinders_lacking(const struct store_paper_check *answers,
                                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(answers[i].answer, "bad") == 0)
            return "";
    return "要至少有一项核对为不合格，并写明问题。";
}
