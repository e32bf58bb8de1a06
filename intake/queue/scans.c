/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * One file at a time:
 *
 *     thread  settle the one before; claim the next; read it
 *     turn    whose is it, and may it be taken
 *     thread  into the vault
 *     turn    the record
 *
 * Claiming is a rename into a folder that nobody else knows, so that what a
 * scanner writes under the same name meanwhile is another file. The file is
 * removed when the log is synced behind its record; taken a second time, after
 * a crash in between, it is found to be there.
 */

#define _GNU_SOURCE

#include "intake/queue/scans.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "intake/api/api.h"
#include "intake/blob/vault.h"
#include "intake/core/core.h"
#include "intake/core/log.h"
#include "intake/core/serve.h"
#include "intake/core/service.h"
#include "intake/measure/worker.h"
#include "intake/queue/drop.h"
#include "intake/queue/jobs.h"
#include "intake/queue/scan_name.h"
#include "rules/life_cycle.h"

#define TAKING "taking"
#define BAD    "bad"

enum {
    TICK_MS = 1000,
    ARENA = 512 << 20,
    MAX_WHY = 800,
    FOLDER_S = 3600, /* how long an empty folder stays */
};

enum fate { LEFT, TAKEN, REFUSED };

static const char *const own_folders[] = {TAKING, BAD, NULL};

struct scans {
    struct service *service;
    const char *dir, *taking, *bad;
    bool is_busy;
    /* What the last turn made of a file, for the next thread. */
    char name[NAME_MAX + 1], why[MAX_WHY];
    enum fate fate;
};

/* A file on its way. */
struct scan {
    struct arena *arena;
    struct scans *scans;
    const char *name; /* in the folder TAKING; NULL: nothing is there */
    const char *why;  /* in Chinese: it cannot be taken */
    struct scan_name what;
    char *bytes;
    size_t n, most_bytes;
    struct store_application row;
    struct api_file file;
    struct vault_file kept;
    struct err err;
};

/* --- on the thread ----------------------------------------------------- */

/* Moves it into the folder TAKING when it is ready; its name there, or NULL. */
static const char *claim(struct scan *x, const char *path, const char *name)
{
    const char *to = arena_printf(x->arena, "%s/%s", x->scans->taking, name);
    if (!drop_is_ready(path))
        return NULL;
    if (drop_move(path, to))
        return arena_strdup(x->arena, name);
    log_event(LOG_WARNING, "scan_claim", "error", strerror(errno));
    return NULL;
}

/* A file of the folder ORDER; an empty one is removed after a while. */
static const char *claim_below(struct scan *x, const char *folder,
                               const struct stat *st)
{
    char name[NAME_MAX + 1] = "";
    const char *claimed = NULL, *dir;
    bool is_empty = true;
    dir = arena_printf(x->arena, "%s/%s", x->scans->dir, folder);
    while (!claimed && drop_next_name(dir, NULL, name)) {
        const char *joined = arena_printf(x->arena, "%s-%s", folder, name);
        is_empty = false;
        claimed = claim(x, arena_printf(x->arena, "%s/%s", dir, name),
                        strlen(joined) <= NAME_MAX ? joined : name);
    }
    if (is_empty && time(NULL) - st->st_ctime >= FOLDER_S)
        rmdir(dir); /* only when it is empty */
    return claimed;
}

static const char *claim_next(struct scan *x)
{
    char name[NAME_MAX + 1] = "";
    const char *dir = x->scans->dir, *claimed = NULL;
    struct stat st;
    if (drop_next_name(x->scans->taking, NULL, name))
        return arena_strdup(x->arena, name); /* from before a crash */
    while (!claimed && drop_next_name(dir, own_folders, name)) {
        const char *path = arena_printf(x->arena, "%s/%s", dir, name);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            claimed = claim_below(x, name, &st);
        else
            claimed = claim(x, path, name);
    }
    return claimed;
}

static void read_it(struct scan *x)
{
    struct arena *a = x->arena;
    char *hex = arena_alloc(a, 1, FILE_SHA256_HEX);
    x->what = scan_name_read(a, x->name, &x->why);
    if (x->why)
        return;
    int r = file_read_below(a, x->scans->taking, x->name, x->most_bytes,
                            &x->bytes, &x->n, &x->err);
    const char *media = r == 0 ? api_media_of(x->bytes, x->n) : NULL;
    if (r == ERR_LIMIT)
        x->why = arena_printf(a, "文件超过 %zu MB，请用 300 dpi 重新扫描。",
                              x->most_bytes >> 20);
    else if (r)
        x->why = "这不是可以读取的文件。";
    else if (x->n == 0)
        x->why = "文件是空的（0 字节），请重新扫描。";
    else if (!media)
        x->why = "不是图片或 PDF 文件。";
    if (x->why)
        return;
    file_sha256(x->bytes, x->n, hex);
    x->file = (struct api_file){.slot = x->what.slot,
                                .name = api_plain_name(a, x->name, "scan"),
                                .media = media,
                                .sha256 = hex,
                                .origin = SCANS_ORIGIN,
                                .size = x->n,
                                .urgency = URGENCY_BULK};
}

/* bad/NAME and, before it, bad/NAME.txt. */
static bool put_aside(struct scans *w, struct arena *a, const char *from)
{
    const char *name = drop_unused_name(a, w->bad, w->name);
    return name &&
           file_write(w->bad, arena_printf(a, "%s.txt", name), w->why,
                      strlen(w->why), 0600, NULL) == 0 &&
           drop_move(from, arena_printf(a, "%s/%s", w->bad, name));
}

/* What the last turn decided: removed once it is on the disk, or aside. */
static bool settle(struct scans *w, struct arena *a)
{
    const char *from = arena_printf(a, "%s/%s", w->taking, w->name);
    struct err e = {0};
    bool done = w->fate == TAKEN ? store_flush(w->service->store, &e) == 0 &&
                                       unlink(from) == 0
                                 : put_aside(w, a, from);
    if (!done)
        log_event(LOG_WARNING, "scan_settle", "error",
                  e.code ? e.text : strerror(errno));
    return done;
}

static int find(struct service *s, void *context, struct err *e)
{
    struct scan *x = context;
    struct scans *w = x->scans;
    (void)s, (void)e;
    if (w->fate != LEFT && !settle(w, x->arena))
        return ERR_SYS; /* with the next tick again */
    w->fate = LEFT;
    x->name = claim_next(x);
    if (x->name)
        read_it(x);
    return 0;
}

static int keep(struct service *s, void *context, struct err *e)
{
    struct scan *x = context;
    struct vault_key key;
    int r = vault_key_open(s->vault, x->row.id, x->row.data_key, &key, e);
    if (r == 0)
        r = vault_put(&key, s->blobs, x->bytes, x->n, &x->kept, e);
    vault_key_done(&key);
    x->file.blob = x->kept.blob;
    return r;
}

/* --- in the turn ------------------------------------------------------- */

static void begin(struct scans *w);

/* The end of this file, one way or the other; then the next. */
static void conclude(struct scan *x, enum fate fate)
{
    struct scans *w = x->scans;
    w->is_busy = false;
    if (fate != LEFT) {
        w->fate = fate;
        snprintf(w->name, sizeof w->name, "%s", x->name);
        snprintf(w->why, sizeof w->why, "%s\n", x->why ? x->why : "");
        log_event(LOG_INFO, fate == TAKEN ? "scan_taken" : "scan_refused", "id",
                  x->row.id, "slot", slot_name(x->what.slot));
    }
    arena_free(x->arena);
    if (fate != LEFT)
        begin(w);
}

static scans_taker *papers_of(const struct service *s)
{
    return core_parts(s->core)->take_paper;
}

/* Whether the application takes papers by mail now; the desk says the rest. */
static bool awaits_papers(const struct store_application *row)
{
    int state = life_cycle_state_from_name(row->state);
    return state == ORDER_AWAITING_PAPERS || state == ORDER_PAPERS_LACKING;
}

/* The order's application into x->row, or why there is none for this scan. */
static int look_up(struct service *s, struct scan *x, struct err *e)
{
    const char *order = x->what.order_no;
    int r = store_application_by_order(s->store, x->arena, order, &x->row, e);
    if (r == ERR_MISSING) {
        x->why = arena_printf(
            x->arena, "没有订单编号为“%s”的申请，请核对文件名。", order);
        return 0;
    }
    if (r)
        return r;
    int state = life_cycle_state_from_name(x->row.state);
    if (x->row.erased_ms || (!api_is_open(&x->row) && !awaits_papers(&x->row)))
        x->why = arena_printf(
            x->arena, "订单 %s 现在的状态是“%s”，不接收扫描件。", order,
            state < 0 ? x->row.state
                      : life_cycle_status((enum order_state)state));
    return 0;
}

/* As an upload: what there is against it, and whether it is there already. */
static bool is_answered(struct service *s, struct scan *x, struct response *r)
{
    return api_is_open(&x->row) &&
           api_is_settled(s, x->arena, &x->row, &x->file, r);
}

/* The fate that an answer of a handler means. */
static enum fate fate_of(struct scan *x, const struct response *r)
{
    if (r->status >= 400)
        x->why = r->detail;
    return x->why ? REFUSED : TAKEN;
}

static void fail(struct scan *x, int code, const char *text)
{
    log_event(LOG_WARNING, "scan", "error", code ? text : "");
    conclude(x, LEFT); /* it lies there; with the next tick again */
}

/* To its order, which may have moved on meanwhile: all of it or nothing. */
static int record(struct service *s, struct scan *x, struct response *r,
                  struct err *e)
{
    struct store_document d;
    int code = store_savepoint(s->store, e);
    if (code)
        return code;
    code = look_up(s, x, e);
    if (code == 0 && !x->why && !is_answered(s, x, r))
        code = api_is_open(&x->row)
                   ? api_add_document(s, x->arena, &x->row, &x->file, &d, e)
                   : papers_of(s)(s, x->arena, &x->row, &x->file, r, e);
    struct err none = {0};
    int ended =
        code ? store_rollback_to(s->store, &none) : store_release(s->store, e);
    return code ? code : ended;
}

static void on_kept(struct service *s, void *context, int code)
{
    struct scan *x = context;
    struct response r = {.arena = x->arena, .fd = -1};
    if (code == 0)
        code = record(s, x, &r, &x->err);
    if (code)
        fail(x, code, x->err.text);
    else
        conclude(x, fate_of(x, &r));
}

static void on_found(struct service *s, void *context, int code)
{
    struct scan *x = context;
    struct response r = {.arena = x->arena, .fd = -1};
    if (code || !x->name) {
        conclude(x, LEFT);
        return;
    }
    if (!x->why && (code = look_up(s, x, &x->err)) != 0) {
        fail(x, code, x->err.text);
        return;
    }
    if (x->why || is_answered(s, x, &r))
        conclude(x, fate_of(x, &r));
    else if (service_work(s, keep, x, on_kept, &x->err))
        fail(x, x->err.code, x->err.text);
}

static void begin(struct scans *w)
{
    struct service *s = w->service;
    const struct worker_limits *limits =
        conf_values(s->conf, worker_section.name);
    int retry_s;
    if (w->is_busy || s->draining || jobs_is_full(s, &retry_s))
        return;
    struct arena *a = arena_new(ARENA);
    struct scan *x = arena_new_struct(a, struct scan);
    x->arena = a;
    x->scans = w;
    x->most_bytes = (size_t)limits->file_mb << 20;
    w->is_busy = service_work(s, find, x, on_found, NULL) == 0;
    if (!w->is_busy)
        arena_free(a);
}

static void tick(struct service *s, void *context)
{
    (void)s;
    begin(context);
}

int scans_open(struct service *s, struct arena *a, struct err *e)
{
    struct scans *w = arena_new_struct(a, struct scans);
    w->service = s;
    w->dir = arena_printf(a, "%s/scans", s->data);
    w->taking = arena_printf(a, "%s/" TAKING, w->dir);
    w->bad = arena_printf(a, "%s/" BAD, w->dir);
    int r = file_make_dir(w->taking, e);
    if (r == 0)
        r = file_make_dir(w->bad, e);
    if (r == 0)
        service_every(s, TICK_MS, tick, w);
    return r;
}
