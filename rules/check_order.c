/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What the order alone decides. K01 and K02 ask about the choice of key when
 * the history is known; when it is not, K03 says so once and they stay silent.
 */

#include <string.h>

#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/reading.h"

enum answer check_verification(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    const char *result = c->facts->order.legal_rep_verification;
    if (!result || !result[0])
        return ANSWER_CANNOT_TELL;
    if (strcmp(utf8_fold(c->arena, result), "认证成功") == 0)
        return ANSWER_PASS;
    finding_add_text(c, out, "result", result);
    return ANSWER_FAIL;
}

/* The key must be `wanted` when the history is `history`. */
static enum answer check_key(const struct order *o, enum tri history,
                             enum tri wanted)
{
    if (o->prior_main_key != history)
        return ANSWER_NOT_APPLICABLE;
    if (o->with_seal == TRI_UNKNOWN)
        return ANSWER_CANNOT_TELL;
    return o->with_seal == wanted ? ANSWER_PASS : ANSWER_FAIL;
}

enum answer check_first_key(const struct rule_case *c, size_t i,
                            struct finding *out)
{
    (void)i;
    (void)out;
    return check_key(&c->facts->order, TRI_NO, TRI_YES);
}

enum answer check_second_main_key(const struct rule_case *c, size_t i,
                                  struct finding *out)
{
    (void)i;
    (void)out;
    return check_key(&c->facts->order, TRI_YES, TRI_NO);
}

enum answer check_key_history(const struct rule_case *c, size_t i,
                              struct finding *out)
{
    (void)i;
    (void)out;
    return c->facts->order.prior_main_key == TRI_UNKNOWN ? ANSWER_CANNOT_TELL
                                                         : ANSWER_PASS;
}

enum answer check_sheet_not_needed(const struct rule_case *c, size_t i,
                                   struct finding *out)
{
    (void)i;
    if (c->facts->order.with_seal == TRI_YES)
        return ANSWER_NOT_APPLICABLE;
    if (!reading_is_present(c->facts, SLOT_SEAL_SHEET))
        return ANSWER_PASS;
    out->slot = SLOT_SEAL_SHEET;
    return c->facts->order.with_seal == TRI_NO ? ANSWER_FAIL
                                               : ANSWER_CANNOT_TELL;
}
