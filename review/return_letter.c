/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Findings are gathered by cause and paper. Of each group the member that
 * stands first in the table gives the words, and all give their pictures.
 * Items come in the order of the papers, what concerns the order first.
 */

#include "review/return_letter.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "rules/day.h"

enum cause_scope { SCOPE_ORDER, SCOPE_OF_SLOT, SCOPE_PAPER };

enum cause_id {
#define CAUSE(name, title, scope) CAUSE_##name,
#include "review/return_letter_causes.def"
    CAUSES
};

#define SCOPE_CAUSE_ORDER SCOPE_ORDER
#define SCOPE_CAUSE_SLOT  SCOPE_OF_SLOT
#define SCOPE_CAUSE_PAPER SCOPE_PAPER
static const struct cause {
    const char *name, *title;
    enum cause_scope scope;
} causes[] = {
#define CAUSE(name, title, scope) {#name, title, SCOPE_CAUSE_##scope},
#include "review/return_letter_causes.def"
};

static const struct member {
    const char *rule, *reason;
    enum cause_id cause;
} members[] = {
#define MEMBER(rule, reason, cause) {rule, reason, CAUSE_##cause},
#include "review/return_letter_causes.def"
};

enum { MEMBERS = sizeof members / sizeof *members };

/* One cause that was found, while it is being put together. */
struct group {
    const struct cause *cause; /* NULL: a rule on its own */
    enum slot slot;
    size_t rank; /* of the finding that speaks: its line in the table */
    const struct return_letter_finding *speaker;
    struct return_letter_item item;
};

/* The line of the table for this finding; MEMBERS when there is none. */
static size_t member_of(const struct return_letter_finding *f)
{
    size_t i = 0;
    while (i < MEMBERS && !(strcmp(members[i].rule, f->rule) == 0 &&
                            (!members[i].reason[0] ||
                             strcmp(members[i].reason, f->reason) == 0)))
        i++;
    return i;
}

static bool is_same(const struct group *g, const struct cause *cause,
                    enum slot slot, const struct return_letter_finding *f)
{
    return g->cause == cause && g->slot == slot &&
           (cause || strcmp(g->speaker->rule, f->rule) == 0);
}

static bool has_picture(const struct return_letter_item *item,
                        const struct evidence *e)
{
    for (size_t i = 0; i < item->n_pictures; i++) {
        const struct evidence *p = &item->pictures[i];
        if (p->slot == e->slot && p->page == e->page &&
            rect_is_empty(rect_intersect(p->box, e->box)) == false)
            return true;
    }
    return false;
}

static void add_pictures(struct return_letter_item *item,
                         const struct return_letter_finding *f)
{
    for (size_t i = 0;
         i < f->n_evidence && item->n_pictures < RETURN_LETTER_PICTURES; i++)
        if (!rect_is_empty(f->evidence[i].box) &&
            !has_picture(item, &f->evidence[i]))
            item->pictures[item->n_pictures++] = f->evidence[i];
}

static void join(struct arena *a, struct group *g,
                 const struct return_letter_finding *f, size_t rank)
{
    struct return_letter_item *item = &g->item;
    item->findings = arena_grow(a, item->findings, item->n_findings,
                                item->n_findings + 1, sizeof *item->findings);
    item->findings[item->n_findings++] = f->id;
    if (!g->speaker || rank < g->rank) {
        g->speaker = f;
        g->rank = rank;
    }
    add_pictures(item, f);
}

/* All findings by cause, in the order in which the causes were met. */
static struct group *gather(struct arena *a, const struct return_letter_case *c,
                            size_t *ret_n)
{
    struct group *groups = arena_new_array(a, c->n_findings, struct group);
    size_t n = 0;
    for (size_t i = 0; i < c->n_findings; i++) {
        const struct return_letter_finding *f = &c->findings[i];
        size_t rank = member_of(f), k = 0;
        const struct cause *cause =
            rank < MEMBERS ? &causes[members[rank].cause] : NULL;
        enum slot slot =
            cause && cause->scope == SCOPE_ORDER ? SLOT_UNKNOWN : f->slot;
        while (k < n && !is_same(&groups[k], cause, slot, f))
            k++;
        if (k == n)
            groups[n++] = (struct group){.cause = cause, .slot = slot};
        join(a, &groups[k], f, rank);
    }
    *ret_n = n;
    return groups;
}

/* Whether a paper that has to be replaced makes the group needless. */
static bool is_replaced(const struct group *groups, size_t n,
                        const struct group *g)
{
    if (g->slot == SLOT_UNKNOWN || (g->cause && g->cause->scope == SCOPE_PAPER))
        return false;
    for (size_t i = 0; i < n; i++)
        if (groups[i].cause && groups[i].cause->scope == SCOPE_PAPER &&
            groups[i].slot == g->slot)
            return true;
    return false;
}

static struct return_letter_item finish(struct arena *a, const struct group *g)
{
    struct return_letter_item item = g->item;
    item.cause = g->cause ? g->cause->name : g->speaker->rule;
    item.slot = g->slot;
    item.title = g->slot != SLOT_UNKNOWN          ? slot_zh(g->slot)
                 : g->cause && g->cause->title[0] ? g->cause->title
                                                  : "订单信息";
    item.text = return_letter_words(a, g->speaker);
    item.advice = g->speaker->advice_zh;
    return item;
}

/* SLOT_UNKNOWN is below all papers, so what concerns the order comes first. */
static void set_items(struct arena *a, const struct group *groups, size_t n,
                      struct return_letter *l)
{
    l->items = arena_new_array(a, n, struct return_letter_item);
    for (int slot = SLOT_UNKNOWN; slot < SLOT_COUNT; slot++)
        for (size_t i = 0; i < n; i++)
            if ((int)groups[i].slot == slot &&
                !is_replaced(groups, n, &groups[i]))
                l->items[l->n_items++] = finish(a, &groups[i]);
}

/* Whether an item is about the paper, shows it, or speaks of it: then nobody
 * can promise that it need not be sent again. */
static bool is_named(const struct return_letter *l, enum slot slot)
{
    static const char *const words[SLOT_COUNT] = {
        "申请表", "营业执照", "身份证", "授权委托书", "采集表"};
    for (size_t i = 0; i < l->n_items; i++) {
        const struct return_letter_item *item = &l->items[i];
        bool named = item->slot == slot || strstr(item->text, words[slot]) ||
                     strstr(item->advice, words[slot]);
        for (size_t k = 0; k < item->n_pictures; k++)
            named |= item->pictures[k].slot == slot;
        if (named)
            return true;
    }
    return false;
}

static const char *kept_papers(struct arena *a, const struct return_letter *l,
                               const enum slot *slots, size_t n)
{
    const char *list = "";
    for (size_t i = 0; i < n; i++)
        if (!is_named(l, slots[i]))
            list = arena_printf(a, "%s%s%s", list, list[0] ? "、" : "",
                                slot_zh(slots[i]));
    return list[0] ? arena_printf(a, "%s已经看过，没有发现问题，不用重新上传。",
                                  list)
                   : "";
}

/* The day `days` after "2026-03-18", as it is written in Chinese. */
static const char *day_zh(struct arena *a, const char *today, int days)
{
    long from;
    struct tm t;
    if (days <= 0 || !today || !day_parse(today, &from))
        return "";
    time_t at = ((time_t)from + days) * 86400;
    gmtime_r(&at, &t);
    return arena_printf(a, "%d年%d月%d日", t.tm_year + 1900, t.tm_mon + 1,
                        t.tm_mday);
}

/* An order for the wrong kind of key cannot be mended, only made anew. */
static bool must_be_deleted(const struct return_letter *l)
{
    for (size_t i = 0; i < l->n_items; i++)
        if (strcmp(l->items[i].cause, causes[CAUSE_key].name) == 0)
            return true;
    return false;
}

struct return_letter *return_letter_make(struct arena *a,
                                         const struct return_letter_case *c)
{
    struct return_letter *l = arena_new_struct(a, struct return_letter);
    size_t n;
    const struct group *groups = gather(a, c, &n);
    set_items(a, groups, n, l);
    l->title = "资料审核退回通知书";
    l->order_no = c->order_no ? c->order_no : "";
    l->to = c->org_name ? c->org_name : "";
    l->kept = kept_papers(a, l, c->slots, c->n_slots);
    l->deadline = day_zh(a, c->today, c->deadline_days);
    l->contact = c->contact ? c->contact : "";
    if (must_be_deleted(l)) {
        l->kept = "";
        l->intro =
            "您好！您的申请已经审核。订单选择的证书类型不对，无法在原订单"
            "上修改，请删除这个订单后重新申请。具体情况如下：";
        l->closing = "请删除本订单，按上面的说明重新提交。";
    } else {
        l->intro = arena_printf(
            a, "您好！您的申请已经审核，有 %zu 处需要修改，一次列出如下：",
            l->n_items);
        l->closing = l->deadline[0]
                         ? arena_printf(a,
                                        "请在%s前修改好并重新提交，"
                                        "我们会尽快为您再次审核。",
                                        l->deadline)
                         : "请修改好后重新提交，我们会尽快为您再次审核。";
    }
    return l;
}

const struct return_letter_page *return_letter_find_page(
    const struct return_letter_page *pages, size_t n, const struct evidence *e)
{
    for (size_t i = 0; i < n; i++)
        if (pages[i].slot == e->slot && pages[i].page == e->page)
            return &pages[i];
    return NULL;
}

/* Some paper on every side, and never less than a third of the page's width,
 * so that a reader sees where on the page it is. */
struct return_letter_view return_letter_view(
    const struct return_letter_page *page, Rect box)
{
    const double k = page->scale;
    int turns = ((page->rotation_deg / 90) % 4 + 4) % 4;
    struct return_letter_view v = {
        .upright = affine_quarter_turn(turns, page->width, page->height)};
    Rect all = affine_rect(v.upright, (Rect){0, 0, page->width, page->height});
    v.box = affine_rect(v.upright,
                        (Rect){box.x * k, box.y * k, box.w * k, box.h * k});
    double pad = 0.03 * all.w, w = fmax(v.box.w + 2 * pad, all.w / 3),
           h = fmax(v.box.h + 2 * pad, all.w / 8);
    v.shown = rect_inset(v.box, (v.box.w - w) / 2, (v.box.h - h) / 2);
    v.shown = rect_intersect(v.shown, all);
    return v;
}
