/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What operators ask: is it alive, is it ready, what does it do; and the
 * events that live pages wait for. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/core/core.h"
#include "intake/core/openapi.h"
#include "intake/core/route.h"
#include "intake/core/serve.h"
#include "intake/queue/jobs.h"
#include "intake/queue/pool.h"
#include "intake/store/store.h"
#include "intake/version.h"

route_handler api_alive, api_ready, api_metrics, api_openapi, api_events;

enum { TEXT_BYTES = 1 << 20, EVENTS_MOST = 200, MIB = 1 << 20 };

int api_alive(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    struct jval *j = jval_new_object();
    (void)s, (void)a, (void)q, (void)e;
    jval_set_string(j, "status", "alive");
    jval_set_string(j, "version", SEALDESK_VERSION);
    return response_json(r, 200, j);
}

/* English: why nothing should be sent here; NULL when all is well. */
static const char *why_not_ready(const struct service *s)
{
    const struct serve_settings *set = conf_values(s->conf, serve_section.name);
    struct statvfs fs;
    if (s->unready)
        return s->unready;
    if (s->draining)
        return "ending";
    if (s->lanes_fd < 0)
        return "nobody measures";
    if (statvfs(s->data, &fs) ||
        (uint64_t)fs.f_bavail * fs.f_frsize < (uint64_t)set->reserve_mb * MIB)
        return "the disk is full";
    return NULL;
}

int api_ready(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    const char *why = why_not_ready(s);
    struct jval *j = jval_new_object();
    (void)a, (void)q, (void)e;
    jval_set_string(j, why ? "why" : "status", why ? why : "ready");
    if (!why)
        return response_json(r, 200, j);
    r->retry_after_s = 5;
    return problem_set_more(r, PROBLEM_NOT_READY, "系统尚不能处理文件", j);
}

/* --- metrics ------------------------------------------------------------ */

static void print_times(const struct core_counts *c, struct str *t)
{
    uint64_t sum = 0;
    str_add(t, "# TYPE sealdesk_answer_seconds histogram\n");
    for (size_t i = 0; i < CORE_BUCKETS - 1; i++) {
        sum += c->by_time[i];
        str_printf(t, "sealdesk_answer_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                   core_bucket_s[i], sum);
    }
    str_printf(t,
               "sealdesk_answer_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n"
               "sealdesk_answer_seconds_sum %.3f\n"
               "sealdesk_answer_seconds_count %" PRIu64 "\n",
               sum + c->by_time[CORE_BUCKETS - 1], c->seconds, c->answers);
}

/* What the lanes do. */
static void print_pool(const struct service *s, struct str *t)
{
    static const char *const urgencies[URGENCIES] = {[URGENCY_CHECK] = "check",
                                                     [URGENCY_APPLICANT] =
                                                         "applicant",
                                                     [URGENCY_BULK] = "bulk"};
    struct pool_counts c;
    pool_count(jobs_pool(s), &c);
    str_printf(t,
               "sealdesk_lanes %zu\nsealdesk_lanes_busy %zu\n"
               "sealdesk_lane_tasks_total %lu\n"
               "sealdesk_lane_tasks_failed_total %lu\n"
               "sealdesk_lane_deaths_total %lu\n",
               c.lanes, c.running, c.done, c.failed, c.deaths);
    for (size_t i = 0; i < URGENCIES; i++)
        str_printf(t, "sealdesk_lane_tasks_waiting{urgency=\"%s\"} %zu\n",
                   urgencies[i], c.waiting[i]);
}

static void print_metrics(const struct service *s, struct str *t)
{
    struct core_counts c;
    struct store_job_counts jobs = {0};
    struct err none = {0};
    core_counts(s->core, &c);
    str_printf(t,
               "sealdesk_ready %d\nsealdesk_turns_total %" PRIu64 "\n"
               "sealdesk_requests_open %zu\nsealdesk_tasks_open %zu\n",
               why_not_ready(s) == NULL, c.turns, c.open, c.working);
    for (int i = 2; i < 6; i++)
        str_printf(t, "sealdesk_answers_total{class=\"%dxx\"} %" PRIu64 "\n", i,
                   c.by_class[i]);
    print_times(&c, t);
    print_pool(s, t);
    if (store_job_counts(s->store, &jobs, &none))
        return;
    str_printf(t,
               "sealdesk_jobs{state=\"queued\"} %" PRId64 "\n"
               "sealdesk_jobs{state=\"running\"} %" PRId64 "\n"
               "sealdesk_jobs{state=\"failed\"} %" PRId64 "\n"
               "sealdesk_oldest_job_seconds %.1f\n",
               jobs.queued, jobs.running, jobs.failed,
               jobs.oldest_ms ? (double)(s->now_ms - jobs.oldest_ms) / 1000
                              : 0.0);
}

/* What is told of the load is for this machine and what scrapes it. */
static bool is_here(const char *client)
{
    return strncmp(client, "127.", 4) == 0 || strcmp(client, "::1") == 0 ||
           strcmp(client, "local") == 0;
}

int api_metrics(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct str t;
    (void)e;
    if (!is_here(q->client))
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这个网址");
    str_init(&t, TEXT_BYTES);
    print_metrics(s, &t);
    if (q->body_n) /* the front's own counters */
        str_add_bytes(&t, q->body, q->body_n);
    response_bytes(r, 200, "text/plain; version=0.0.4",
                   arena_memdup(a, t.s, t.len), t.len);
    str_done(&t);
    return 0;
}

int api_openapi(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    const struct serve_parts *parts = core_parts(s->core);
    (void)a, (void)q, (void)e;
    r->cache = CACHE_REVALIDATE;
    r->etag = SEALDESK_VERSION;
    return response_json(r, 200,
                         openapi_new(a, parts->tables, parts->n_tables));
}

/* --- events ------------------------------------------------------------- */

/* Staff hear all, an applicant and a client what is their own. */
static bool may_hear(struct service *s, struct arena *a,
                     const struct request *q, const struct store_event *event)
{
    struct store_application row = {0};
    struct err none = {0};
    if (!(q->who.roles & (ROLE_APPLICANT | ROLE_CLIENT)))
        return true;
    return event->application &&
           store_application_get(s->store, a, event->application, &row,
                                 &none) == 0 &&
           request_owns(q, row.id, row.client);
}

/* Everything newer than Last-Event-ID, then the end: the browser asks again by
 * itself after `retry`. So no thread waits, and nothing is missed. */
int api_events(struct service *s, struct arena *a, const struct request *q,
               struct response *r, struct err *e)
{
    struct store_event *events;
    size_t n;
    const char *last =
        q->last_event_id ? q->last_event_id : request_query(q, "after", "");
    int64_t after =
        *last ? strtoll(last, NULL, 10) : store_event_last(s->store);
    int code = store_events(s->store, a, after, EVENTS_MOST, &events, &n, e);
    if (code)
        return code;
    struct str t;
    str_init(&t, TEXT_BYTES);
    str_printf(&t, "retry: 1500\nid: %" PRId64 "\n\n", after);
    for (size_t i = 0; i < n; i++)
        if (may_hear(s, a, q, &events[i]))
            str_printf(&t, "id: %" PRId64 "\nevent: %s\ndata: %s\n\n",
                       events[i].seq, events[i].type,
                       events[i].data ? events[i].data : "{}");
    response_bytes(r, 200, "text/event-stream", arena_memdup(a, t.s, t.len),
                   t.len);
    str_done(&t);
    return 0;
}
