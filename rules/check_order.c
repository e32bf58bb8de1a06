/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * G03, G04, G09, K01 to K06, W02: what the order alone decides. K01 and K02 ask
 * about the choice of key when the history is known; when it is not, K03 says
 * so once and they stay silent.
 */

#include <string.h>

#include "base/str.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "rules/check.h"
#include "rules/finding.h"
#include "rules/life_cycle.h"
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

/* Adds the numbers of the open orders that are for the project, or of those of
 * which it is not known, and says whether there are any. */
static bool add_orders(const struct rule_case *c, bool same_project,
                       struct finding *out)
{
    const struct order *o = &c->facts->order;
    const char *own = utf8_name(c->arena, o->project ? o->project : "");
    struct str list;
    size_t n = 0;
    str_init(&list, 1024);
    for (size_t i = 0; i < o->n_others; i++) {
        const struct other_order *other = &o->others[i];
        const char *project =
            utf8_name(c->arena, other->project ? other->project : "");
        bool known = own[0] && project[0];
        if (same_project ? known && strcmp(own, project) == 0 : !known)
            str_printf(&list, "%s%s", n++ ? "、" : "",
                       other->order_no ? other->order_no : "—");
    }
    if (n > 0)
        finding_add_text(c, out, "orders", list.s);
    str_done(&list);
    return n > 0;
}

/* K06: the same thing asked for twice. Several keys may be wanted indeed, so
 * it is for a person. */
enum answer check_other_orders(const struct rule_case *c, size_t i,
                               struct finding *out)
{
    (void)i;
    if (add_orders(c, true, out))
        return ANSWER_FAIL;
    return add_orders(c, false, out) ? ANSWER_CANNOT_TELL : ANSWER_PASS;
}

/* G03. */
enum answer check_order_type(const struct rule_case *c, size_t i,
                             struct finding *out)
{
    static const struct {
        const char *type, *zh;
    } words[] = {{"reissue", "补办"}, {"change", "变更"}, {"renewal", "续期"}};
    (void)i;
    const char *type = c->facts->order.order_type;
    if (!type || !type[0])
        return ANSWER_CANNOT_TELL;
    if (strcmp(type, "new") == 0)
        return ANSWER_PASS;
    const char *zh = type;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(words[k].type, type) == 0)
            zh = words[k].zh;
    finding_add_words(c, out, "type", type, zh);
    return ANSWER_FAIL;
}

/* Whether the code's or the name's own words are those of an authority. */
static bool may_be_authority(const struct order *o)
{
    static const char *const words[] = {"管理局", "监督",   "监管",
                                        "委员会", "办公室", "公共资源交易"};
    char code[USCC_SIZE];
    bool known = o->credit_code && uscc_fold(o->credit_code, code);
    if (known && code[0] == '1' && (code[1] == '1' || code[1] == '9'))
        return true;
    if (!o->org_name || (known && code[0] != '1'))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(o->org_name, words[i]))
            return true;
    return false;
}

/*
 * G04. That the order says "ordinary" is the applicant's word; authorities are
 * pointed out by their code (GB 32100: 11, organs) or their name.
 */
enum answer check_user_class(const struct rule_case *c, size_t i,
                             struct finding *out)
{
    static const struct {
        const char *class, *zh;
    } words[] = {{"supervisor", "监管单位"},
                 {"cost_engineer", "造价师"},
                 {"expert", "专家"}};
    (void)i;
    const struct order *o = &c->facts->order;
    const char *class = o->user_class;
    for (size_t k = 0; class && k < sizeof words / sizeof *words; k++)
        if (strcmp(words[k].class, class) == 0) {
            finding_add_words(c, out, "class", class, words[k].zh);
            return ANSWER_FAIL;
        }
    if (may_be_authority(o)) {
        out->reason = "authority";
        finding_add_text(c, out, "name",
                         o->org_name ? o->org_name : o->credit_code);
        finding_lower(out, SEVERITY_LOOK);
        return ANSWER_CANNOT_TELL;
    }
    return class && strcmp(class, "ordinary") == 0 ? ANSWER_PASS
                                                   : ANSWER_CANNOT_TELL;
}

/* W02: an order that says its status says that it waits for the review. */
enum answer check_status(const struct rule_case *c, size_t i,
                         struct finding *out)
{
    (void)i;
    const char *status = c->facts->order.status;
    if (!status || !status[0])
        return ANSWER_NOT_APPLICABLE;
    if (strcmp(status, life_cycle_status(ORDER_REVIEWING)) == 0)
        return ANSWER_PASS;
    finding_add_text(c, out, "status", status);
    return life_cycle_state_from_status(status) >= 0 ? ANSWER_FAIL
                                                     : ANSWER_CANNOT_TELL;
}
