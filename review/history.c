/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What has happened to an application, in the words of the desk; and what is
 * another than in the submission before. */

#include "review/history.h"

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "review/rule_words.h"

static const struct {
    const char *type, *zh;
} words[] = {
    {"application.created", "新建申请"},
    {"application.submitted", "提交审核"},
    {"application.changed", "修改申请信息"},
    {"application.withdrawn", "删除订单"},
    {"document.uploaded", "上传材料"},
    {"run.finished", "检查完成"},
    {"run.failed", "检查失败"},
    {"lease.taken_over", "接手"},
    {"revealed", "查看完整号码"},
    {"decided.pass", "通过"},
    {"decided.return", "退回修改"},
    {"decided.refuse", "不予受理"},
    {"decided.hold", "挂起"},
    {"hold.over", "挂起到期，回到队列"},
    {"undone", "撤销决定"},
    {"second.agreed", "复核同意"},
    {"second.disagreed", "复核不同意，退回重审"},
    {"settled.pass", "审核通过已生效"},
    {"settled.return", "退回通知已发出"},
    {"settled.refuse", "不予受理通知已发出"},
    {"paper.scanned", "扫描纸质资料"},
    {"paper.measured", "纸质资料检查完成"},
    {"paper.checked", "核对纸质资料"},
    {"seal.edited", "修整印章"},
    {"seal.proposed", "提交制章稿，等待复核"},
    {"seal.produced", "定为制章稿"},
    {"seal.linked", "生成印章下载链接"},
    {"seal.exported", "导出印章"},
    {"event.pay", "已付款"},
    {"event.paper_pass", "纸质资料合格"},
    {"event.paper_deficient", "纸质资料不合格"},
    {"event.make", "证书已制作"},
    {"event.dispatch", "证书已寄出"},
};

static const char *words_of(const char *type)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].type, type) == 0)
            return words[i].zh;
    return NULL;
}

/* Applicants have no name here; what they do bears no user's. */
static const char *actor_of(struct service *s, struct arena *a,
                            const struct store_event *event)
{
    static const char *const theirs[] = {
        "application.created", "application.submitted", "application.changed",
        "application.withdrawn", "document.uploaded"};
    bool has_name = event->actor && event->actor[0];
    for (size_t i = 0; !has_name && i < sizeof theirs / sizeof *theirs; i++)
        if (strcmp(theirs[i], event->type) == 0)
            return "申请人";
    return desk_name(s, a, event->actor);
}

int history_json(struct service *s, struct arena *a, const char *application,
                 struct jval **ret, struct err *e)
{
    struct store_event *events;
    size_t n;
    struct jval *all = jval_new_array();
    int r = store_events_of(s->store, a, application, &events, &n, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        const char *zh = words_of(events[i].type);
        if (!zh)
            continue;
        struct jval *j = jval_new_object();
        desk_set_time(a, j, "at", events[i].at_ms);
        jval_set_string(j, "who", actor_of(s, a, &events[i]));
        jval_set_string(j, "zh", zh);
        jval_append(all, j);
    }
    *ret = all;
    return r;
}

int history_run_before(struct service *s, struct arena *a,
                       const struct store_application *row,
                       struct store_run *ret, struct err *e)
{
    struct store_run *runs;
    size_t n;
    *ret = (struct store_run){0};
    int r = store_runs(s->store, a, row->id, &runs, &n, e);
    for (size_t i = 0; i < n && r == 0; i++)
        if (runs[i].revision < row->revision &&
            (!ret->id || runs[i].created_ms >= ret->created_ms))
            *ret = runs[i];
    return r;
}

int history_before(struct service *s, struct arena *a,
                   const struct store_application *row, struct history *ret,
                   struct err *e)
{
    struct store_run run;
    *ret = (struct history){0};
    int r = history_run_before(s, a, row, &run, e);
    if (r || !run.id)
        return r;
    ret->is_again = true;
    return store_findings(s->store, a, run.id, &ret->findings, &ret->n, e);
}

static bool is_same(const struct store_finding *f, const char *rule,
                    const char *slot)
{
    return strcmp(f->code, rule) == 0 &&
           strcmp(f->slot ? f->slot : "", slot) == 0;
}

bool history_had(const struct history *h, const struct jval *finding)
{
    for (size_t i = 0; i < h->n; i++)
        if (is_same(&h->findings[i], jval_string(finding, "rule", ""),
                    jval_string(finding, "slot", "")))
            return true;
    return false;
}

struct jval *history_gone(struct arena *a, const struct history *h,
                          const struct jval *findings)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < h->n; i++) {
        bool still = false;
        for (size_t k = 0; k < jval_count(findings); k++)
            still |= is_same(&h->findings[i],
                             jval_string(jval_at(findings, k), "rule", ""),
                             jval_string(jval_at(findings, k), "slot", ""));
        if (still)
            continue;
        struct jval *j = jval_new_object();
        int slot =
            slot_from_name(h->findings[i].slot ? h->findings[i].slot : "");
        jval_set_string(j, "rule", h->findings[i].code);
        jval_set_string(j, "zh",
                        rule_words(a, h->findings[i].code, (enum slot)slot));
        jval_append(all, j);
    }
    return all;
}

/* A preview's address, or null. */
static void set_preview(const struct desk_load *l, struct jval *j,
                        const char *name, enum slot slot, const char *run)
{
    if (run)
        jval_set_string(
            j, name,
            arena_printf(l->arena,
                         "/api/v1/applications/%s/pictures/"
                         "%s?run=%s",
                         l->row.id, picture_name_page(l->arena, slot, 1), run));
    else
        jval_set_null(j, name);
}

struct jval *history_changes(const struct desk_load *l,
                             const struct store_application *row,
                             const struct store_document *documents, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n && row->revision > 1; i++) {
        int slot = slot_from_name(documents[i].slot);
        if (documents[i].revision != row->revision || slot < 0)
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "slot", slot_name((enum slot)slot));
        jval_set_string(j, "label", slot_zh((enum slot)slot));
        jval_set_string(j, "what", "重新上传");
        set_preview(l, j, "before", (enum slot)slot, l->before_run.id);
        set_preview(l, j, "after", (enum slot)slot, l->run.id);
        jval_append(all, j);
    }
    return all;
}
