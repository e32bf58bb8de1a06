/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/api/api.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "intake/api/form.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/result.h"
#include "intake/store/audit.h"
#include "rules/life_cycle.h"

enum { UTC_PLUS_8_S = 8 * 3600 };

int api_find(struct service *s, struct arena *a, const struct request *q,
             const char *id, struct store_application *ret, struct err *e)
{
    int r = store_application_get(s->store, a, id, ret, e);
    if (r)
        return r;
    return request_owns(q, ret->id, ret->client)
               ? 0
               : err_set(e, ERR_MISSING, "application %s is not theirs", id);
}

const char *api_etag(struct arena *a, const struct store_application *row)
{
    return arena_printf(a, "r%lld-%lld", (long long)row->revision,
                        (long long)row->version);
}

const char *api_time(struct arena *a, int64_t ms)
{
    time_t t = (time_t)(ms / 1000) + UTC_PLUS_8_S;
    struct tm tm;
    char text[32];
    if (ms == 0 || !gmtime_r(&t, &tm) ||
        !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+08:00", &tm))
        return "";
    return arena_strdup(a, text);
}

static enum order_state state_of(const struct store_application *row)
{
    int state = life_cycle_state_from_name(row->state);
    return state < 0 ? ORDER_DELETED : (enum order_state)state;
}

bool api_is_open(const struct store_application *row)
{
    enum order_state state = state_of(row);
    return row->erased_ms == 0 && (life_cycle_allows(state, ON_SUBMIT) ||
                                   life_cycle_allows(state, ON_RESUBMIT));
}

/* --- documents --------------------------------------------------------- */

bool api_wants(const struct order *order, enum slot slot)
{
    return slot != SLOT_SEAL_SHEET || order->with_seal != TRI_NO;
}

static const char *status_of(const struct store_document *d)
{
    static const struct {
        const char *quick, *status;
    } table[] = {{"queued", "checking"},
                 {"refused", "refused"},
                 {"failed", "failed"},
                 {"accepted", "ok"}};
    if (!d)
        return "empty";
    if (d->quick && strcmp(d->quick, "accepted") == 0 && d->quick_findings &&
        strcmp(d->quick_findings, "[]") != 0)
        return "look";
    for (size_t i = 0; d->quick && i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].quick, d->quick) == 0)
            return table[i].status;
    return "ok";
}

static const char *picture_url(struct arena *a, const char *application,
                               const char *name)
{
    return arena_printf(a, "/api/v1/applications/%s/pictures/%s", application,
                        name);
}

/* The findings of the check, the names of pictures made addresses. */
static struct jval *answers_json(struct arena *a,
                                 const struct store_document *d)
{
    struct jval *all;
    if (!d->quick_findings ||
        jval_parse(d->quick_findings, strlen(d->quick_findings), &all, NULL))
        return jval_new_array();
    for (size_t i = 0; i < jval_count(all); i++) {
        struct jval *one = jval_at(all, i);
        const char *name = jval_string(one, "picture", NULL);
        if (name)
            jval_set_string(one, "picture",
                            picture_url(a, d->application, name));
    }
    return all;
}

struct jval *api_document_json(struct arena *a,
                               const struct store_application *row,
                               enum slot slot, const struct store_document *d)
{
    struct jval *j = jval_new_object();
    const char *status = status_of(d);
    jval_set_string(j, "slot", slot_name(slot));
    jval_set_string(j, "title", slot_zh(slot));
    jval_set_string(j, "status", status);
    jval_set_bool(j, "may_upload", api_is_open(row));
    if (!d) {
        jval_set_null(j, "file");
        jval_set_int(j, "refusals", 0);
        jval_set(j, "answers", jval_new_array());
        jval_set_null(j, "preview");
        return j;
    }
    jval_set_string(j, "id", d->id);
    jval_set_string(j, "file", d->name);
    jval_set_int(j, "size", d->size);
    jval_set_string(j, "sha256", d->sha256);
    jval_set_string(j, "media", d->media);
    jval_set_string(j, "uploaded_at", api_time(a, d->created_ms));
    jval_set_int(j, "refusals", d->refusals);
    jval_set(j, "answers", answers_json(a, d));
    if (strcmp(status, "checking") == 0 || strcmp(status, "failed") == 0)
        jval_set_null(j, "preview");
    else
        jval_set_string(j, "preview",
                        picture_url(a, row->id, picture_name_page(a, slot, 1)));
    return j;
}

static const struct store_document *in_slot(const struct store_document *all,
                                            size_t n, enum slot slot)
{
    for (size_t i = n; i > 0; i--)
        if (slot_from_name(all[i - 1].slot) == (int)slot &&
            all[i - 1].replaced_ms == 0)
            return &all[i - 1];
    return NULL;
}

/* --- submission -------------------------------------------------------- */

const char *api_hindrance(struct arena *a, const struct store_application *row,
                          const struct order *order,
                          const struct store_document *documents, size_t n,
                          bool waits_for_checks)
{
    if (!api_is_open(row))
        return arena_printf(a, "订单状态为“%s”，不能提交。",
                            life_cycle_status(state_of(row)));
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        const struct store_document *d = in_slot(documents, n, (enum slot)slot);
        const char *status = status_of(d), *zh = slot_zh((enum slot)slot);
        if (!d && api_wants(order, (enum slot)slot))
            return arena_printf(a, "还没有上传%s。", zh);
        if (!waits_for_checks)
            continue;
        if (strcmp(status, "checking") == 0)
            return arena_printf(a, "%s正在检查，请稍候。", zh);
        if (strcmp(status, "refused") == 0)
            return arena_printf(a, "%s不合要求，请按提示重新上传。", zh);
    }
    return "";
}

/* --- the whole --------------------------------------------------------- */

static int set_timeline(struct service *s, struct arena *a, struct jval *j,
                        const char *id, struct err *e)
{
    struct store_event *all;
    size_t n;
    struct jval *line = jval_new_array();
    int r = store_events_of(s->store, a, id, &all, &n, e);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct jval *data;
        if (!all[i].data ||
            jval_parse(all[i].data, strlen(all[i].data), &data, NULL))
            continue;
        int state = life_cycle_state_from_name(jval_string(data, "state", ""));
        jval_free(data);
        if (state < 0)
            continue;
        struct jval *one = jval_new_object();
        jval_set_string(one, "at", api_time(a, all[i].at_ms));
        jval_set_string(one, "public_state",
                        life_cycle_status((enum order_state)state));
        jval_append(line, one);
    }
    jval_set(j, "timeline", line);
    return r;
}

static int set_letter(struct service *s, struct arena *a, struct jval *j,
                      const char *id, struct err *e)
{
    struct store_decision *all;
    size_t n;
    bool has = false;
    int r = store_decisions(s->store, a, id, &all, &n, e);
    for (size_t i = 0; i < n && r == 0; i++)
        has |= all[i].state == DECISION_SETTLED && all[i].letter.n > 0;
    jval_set_bool(j, "letter", has);
    return r;
}

static int set_documents(struct service *s, struct arena *a, struct jval *j,
                         const struct store_application *row,
                         const struct order *order, struct err *e)
{
    struct store_document *all;
    size_t n;
    struct jval *list = jval_new_array();
    int r = store_documents(s->store, a, row->id, false, &all, &n, e);
    for (int slot = 0; slot < SLOT_COUNT && r == 0; slot++) {
        struct jval *one = api_document_json(a, row, (enum slot)slot,
                                             in_slot(all, n, (enum slot)slot));
        jval_set_bool(one, "required", api_wants(order, (enum slot)slot));
        jval_append(list, one);
    }
    jval_set(j, "documents", list);
    if (r)
        return r;
    const char *why = api_hindrance(a, row, order, all, n, true);
    jval_set_bool(j, "may_submit", *why == '\0');
    jval_set_string(j, "submit_why", why);
    return 0;
}

static int set_form(struct service *s, struct arena *a, struct jval *j,
                    const struct store_application *row, struct order *order,
                    struct err *e)
{
    struct jval *form;
    int r = form_get(s, a, row, row->form, &form, e);
    if (r)
        return r;
    jval_set(j, "form", form);
    return form_order(s, a, row, row->form, order, e);
}

static int set_paper(struct service *s, struct arena *a, struct jval *j,
                     const struct store_application *row, struct err *e)
{
    struct jval *paper;
    int r = api_paper_json(s, a, row, &paper, e);
    if (r)
        return r;
    jval_set_or_null(j, "paper", paper);
    jval_set(j, "reminders", api_reminders());
    return 0;
}

int api_application_json(struct service *s, struct arena *a,
                         const struct store_application *row, struct jval **ret,
                         struct err *e)
{
    struct jval *j = jval_new_object();
    struct order order;
    jval_set_string(j, "id", row->id);
    jval_set_string(j, "order_no", row->order_no ? row->order_no : "");
    jval_set_string(j, "state", row->state);
    jval_set_string(j, "public_state", life_cycle_status(state_of(row)));
    jval_set_int(j, "revision", row->revision);
    jval_set_string(j, "etag", api_etag(a, row));
    jval_set_string(j, "created_at", api_time(a, row->created_ms));
    jval_set_string(j, "submitted_at", api_time(a, row->submitted_ms));
    int r = set_form(s, a, j, row, &order, e);
    if (r == 0)
        r = set_documents(s, a, j, row, &order, e);
    if (r == 0)
        r = set_letter(s, a, j, row->id, e);
    if (r == 0)
        r = set_timeline(s, a, j, row->id, e);
    if (r == 0)
        r = set_paper(s, a, j, row, e);
    if (r)
        jval_free(j);
    else
        *ret = j;
    return r;
}

int api_answer(struct service *s, struct arena *a, struct response *r,
               int status, const struct store_application *row, struct err *e)
{
    struct jval *j;
    int failed = api_application_json(s, a, row, &j, e);
    if (failed)
        return failed;
    r->etag = api_etag(a, row);
    return response_json(r, status, j);
}

enum urgency api_urgency(const struct request *q)
{
    return q->who.roles & ROLE_CLIENT ? URGENCY_BULK : URGENCY_APPLICANT;
}

const char *api_actor(const struct request *q)
{
    return q && *q->who.id ? q->who.id : "applicant";
}

int api_record(struct service *s, struct arena *a, const char *actor,
               const struct store_application *row, const char *type,
               struct err *e)
{
    service_tell(s, type, row->id,
                 arena_printf(a, "{\"id\":\"%s\",\"state\":\"%s\"}", row->id,
                              row->state));
    return audit_append(s->store, s->vault, s->now_ms, actor, type, row->id,
                        NULL, e);
}
