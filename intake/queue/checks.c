/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/checks.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/memfile.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/measure/wire.h"
#include "intake/queue/pool.h"

enum { MAX_CHECKS = 64, KEPT_MS = 60 * 1000, ARENA = 1 << 20 };

struct check {
    struct arena *arena; /* NULL: free */
    struct checks *checks;
    const char *id;
    struct bundle_file file;
    const char *today;
    int64_t begun_ms;
    bool is_running, is_dropped;
    int code, fd; /* the answer of intake/measure/assemble.h; -1: not yet */
};

struct checks {
    struct pool *pool;
    struct check all[MAX_CHECKS];
};

struct checks *checks_new(struct arena *a, struct pool *pool)
{
    struct checks *c = arena_new_struct(a, struct checks);
    c->pool = pool;
    return c;
}

static void drop(struct check *c)
{
    if (c->is_running) { /* its lane still has it */
        c->is_dropped = true;
        return;
    }
    if (c->fd >= 0)
        close(c->fd);
    struct arena *a = c->arena;
    *c = (struct check){0};
    arena_free(a);
}

static struct check *find(struct checks *c, const char *id)
{
    for (size_t i = 0; i < MAX_CHECKS; i++)
        if (c->all[i].arena && !c->all[i].is_dropped &&
            strcmp(c->all[i].id, id) == 0)
            return &c->all[i];
    return NULL;
}

/* The end, one way or the other. */
static void conclude(struct service *s, struct check *c, int code, int fd)
{
    c->code = code;
    c->fd = fd;
    c->is_running = false;
    if (c->is_dropped)
        drop(c);
    else
        service_wake(s, c->id);
}

static void on_assembled(struct service *s, void *context,
                         const struct lane_answer *answer)
{
    conclude(s, context, answer->code, dup(answer->fd));
}

static void on_measured(struct service *s, void *context,
                        const struct lane_answer *answer)
{
    struct check *c = context;
    int fd = dup(answer->fd);
    if (c->is_dropped || fd < 0) {
        conclude(s, c, ERR_BUSY, fd);
        return;
    }
    const struct lane_task t = {.kind = LANE_ASSEMBLE,
                                .files = &c->file,
                                .n_files = 1,
                                .today = c->today};
    pool_add(c->checks->pool, URGENCY_CHECK, &t, &fd, on_assembled, c);
}

int checks_begin(struct service *s, struct checks *checks, const char *id,
                 const struct bundle_file *file, const char *today, int fd,
                 struct err *e)
{
    struct check *c = checks->all;
    struct arena *a;
    while (c < checks->all + MAX_CHECKS && c->arena)
        c++;
    if (c == checks->all + MAX_CHECKS) {
        close(fd);
        return err_set(e, ERR_BUSY, "%d checks under way", MAX_CHECKS);
    }
    a = arena_new(ARENA);
    *c = (struct check){.arena = a,
                        .checks = checks,
                        .id = arena_strdup(a, id),
                        .file = *file,
                        .today = arena_strdup(a, today),
                        .begun_ms = s->now_ms,
                        .is_running = true,
                        .fd = -1};
    c->file.file = arena_strdup(a, file->file);
    c->file.sha256 = arena_strdup(a, file->sha256);
    const struct lane_task t = {
        .kind = LANE_MEASURE, .files = &c->file, .n_files = 1};
    pool_add(checks->pool, URGENCY_CHECK, &t, &fd, on_measured, c);
    return 0;
}

static int report_of(struct arena *a, int fd, const char **ret, size_t *ret_n,
                     struct err *e)
{
    struct wire_reader reader = {0};
    struct wire_record record;
    int r = memfile_map(a, fd, &reader.bytes, &reader.n, e), got;
    if (r)
        return r;
    while ((got = wire_next(&reader, &record, e)) > 0)
        if (record.type == WIRE_REPORT) {
            *ret = (const char *)record.bytes;
            *ret_n = record.n;
            return 1;
        }
    return got < 0 ? got : err_set(e, ERR_CRASH, "protocol: no report");
}

int checks_take(struct checks *checks, struct arena *a, const char *id,
                const char **ret_report, size_t *ret_n, struct err *e)
{
    struct check *c = find(checks, id);
    if (!c)
        return err_set(e, ERR_MISSING, "no check %.60s", id);
    if (c->is_running)
        return 0;
    int r = c->code ? err_set(e, (enum err_code)c->code, "the check failed")
                    : report_of(a, c->fd, ret_report, ret_n, e);
    drop(c);
    return r;
}

void checks_expire(struct service *s, struct checks *checks)
{
    for (size_t i = 0; i < MAX_CHECKS; i++) {
        struct check *c = &checks->all[i];
        if (c->arena && !c->is_dropped && s->now_ms - c->begun_ms > KEPT_MS)
            drop(c);
    }
}
