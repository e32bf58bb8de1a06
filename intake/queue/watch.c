/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * One folder at a time: a thread reads it and puts the files into the vault, a
 * turn writes the rows, and the next thread, after that turn's commit, moves
 * the folder away. The store remembers name and content of what came in.
 */

#include "intake/queue/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "intake/api/api.h"
#include "intake/api/form.h"
#include "intake/blob/vault.h"
#include "intake/bundle.h"
#include "intake/core/log.h"
#include "intake/core/service.h"
#include "intake/measure/worker.h"
#include "intake/queue/drop.h"
#include "intake/queue/jobs.h"
#include "intake/store/ident.h"
#include "rules/life_cycle.h"

#define INBOX  "inbox"
#define DONE   "done"
#define BAD    "bad"
#define ORIGIN "folder"

enum {
    TICK_MS = 2000,
    ARENA = 512 << 20,
    MAX_FORM = 1 << 20,
};

struct watch {
    struct service *service;
    const char *inbox;
    bool is_busy;
    /* What the last turn made of a folder: to be moved by the next thread. */
    char settled[NAME_MAX + 1], why[sizeof(((struct err *)0)->text) + 1];
    bool is_taken;
};

/* One look into the folder. */
struct look {
    struct arena *arena;
    struct watch *watch;
    const char *name; /* NULL: nothing is ready */
    const char *seen; /* digest of name and application.json */
    struct bundle bundle;
    struct jval *form;
    char id[IDENT];
    struct store_bytes data_key;
    struct vault_file files[SLOT_COUNT];
    size_t most_bytes; /* of a file */
    struct err why;
};

/* --- on the thread ----------------------------------------------------- */

/* The first folder by name that is ready. */
static const char *next_folder(const struct look *l)
{
    static const char *const own_folders[] = {DONE, BAD, NULL};
    char name[NAME_MAX + 1] = "";
    struct stat st;
    while (drop_next_name(l->watch->inbox, own_folders, name)) {
        const char *dir =
            arena_printf(l->arena, "%s/%s", l->watch->inbox, name);
        if (lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && drop_is_ready(dir))
            return arena_strdup(l->arena, name);
    }
    return NULL;
}

/* done/NAME, or bad/NAME with WHY.txt in it. */
static void move_away(const struct watch *w, struct arena *a)
{
    const char *from = arena_printf(a, "%s/%s", w->inbox, w->settled);
    const char *to =
        arena_printf(a, "%s/%s", w->inbox, w->is_taken ? DONE : BAD);
    if (file_make_dir(to, NULL))
        return;
    if (!w->is_taken)
        file_write(from, "WHY.txt", w->why, strlen(w->why), 0600, NULL);
    const char *name = drop_unused_name(a, to, w->settled);
    if (!name || !drop_move(from, arena_printf(a, "%s/%s", to, name)))
        log_event(LOG_WARNING, "inbox", "error", strerror(errno));
}

static int read_form(struct look *l, const char *dir, struct err *e)
{
    char *bytes, hex[FILE_SHA256_HEX];
    size_t n;
    int r = file_read_below(l->arena, dir, "application.json", MAX_FORM, &bytes,
                            &n, e);
    if (r == 0)
        r = jval_parse(bytes, n, &l->form, e);
    if (r)
        return r;
    file_sha256(bytes, n, hex);
    l->seen = arena_printf(l->arena, INBOX ":%s:%s", l->name, hex);
    return 0;
}

static int keep_files(struct service *s, struct look *l, struct err *e)
{
    struct vault_key key;
    int r = vault_key_open(s->vault, l->id, l->data_key, &key, e);
    if (r)
        return r;
    for (size_t i = 0; i < l->bundle.n_files && r == 0; i++) {
        const struct bundle_file *f = &l->bundle.files[i];
        r = f->error
                ? err_set(e, (enum err_code)f->error, "%s: %s", f->file,
                          f->detail ? f->detail : err_summary(f->error))
                : vault_put(&key, s->blobs, f->bytes, f->n, &l->files[i], e);
    }
    vault_key_done(&key);
    return r;
}

static int look_into(struct service *s, void *context, struct err *e)
{
    struct look *l = context;
    struct watch *w = l->watch;
    if (*w->settled)
        move_away(w, l->arena);
    *w->settled = '\0';
    l->name = next_folder(l);
    if (!l->name)
        return 0;
    const char *dir = arena_printf(l->arena, "%s/%s", w->inbox, l->name);
    l->data_key = vault_new_key(s->vault, l->arena, l->id);
    int r = bundle_load(l->arena, dir, l->most_bytes, &l->bundle, &l->why);
    if (r == 0)
        r = read_form(l, dir, &l->why);
    if (r == 0)
        r = keep_files(s, l, &l->why);
    (void)e;
    return r;
}

/* --- in the turn ------------------------------------------------------- */

static int add_documents(struct service *s, struct look *l,
                         const struct store_application *row, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < l->bundle.n_files && r == 0; i++) {
        const struct bundle_file *f = &l->bundle.files[i];
        char id[IDENT];
        ident_new(s->now_ms, id);
        const struct store_document d = {.id = arena_strdup(l->arena, id),
                                         .application = row->id,
                                         .slot = slot_name(f->slot),
                                         .revision = 1,
                                         .blob = l->files[i].blob,
                                         .sha256 = l->files[i].sha256,
                                         .size = (int64_t)l->files[i].size,
                                         .name = f->file,
                                         .origin = ORIGIN,
                                         .quick = "none",
                                         .quick_findings = "[]",
                                         .created_ms = s->now_ms};
        r = store_document_add(s->store, &d, e);
    }
    return r;
}

/* Opened and submitted in one go. */
static int take_in(struct service *s, struct look *l, struct err *e)
{
    struct store_application row = {.id = l->id,
                                    .state = life_cycle_state_name(ORDER_DRAFT),
                                    .stage = STAGE_DRAFT,
                                    .origin = ORIGIN,
                                    .client = ORIGIN,
                                    .data_key = l->data_key,
                                    .created_ms = s->now_ms,
                                    .updated_ms = s->now_ms};
    struct store_document *all = NULL;
    size_t n = 0;
    const struct form form = {l->form, l->bundle.order, true};
    int r = form_put(s, l->arena, &row, &form, e);
    if (r == 0)
        r = store_application_add(s->store, &row, e);
    if (r == 0)
        r = add_documents(s, l, &row, e);
    if (r == 0)
        r = store_application_get(s->store, l->arena, l->id, &row, e);
    if (r == 0)
        r = store_documents(s->store, l->arena, l->id, false, &all, &n, e);
    if (r == 0)
        r = store_meta_put(s->store, l->seen, l->id, e);
    return r ? r
             : api_submit_row(s, l->arena, NULL, &row, all, n, URGENCY_BULK, e);
}

static void settle(struct watch *w, const struct look *l, bool is_taken)
{
    snprintf(w->settled, sizeof w->settled, "%s", l->name);
    snprintf(w->why, sizeof w->why, "%s", l->why.text);
    w->is_taken = is_taken;
}

static void on_looked(struct service *s, void *context, int code)
{
    struct look *l = context;
    struct watch *w = l->watch;
    const char *before = NULL;
    if (l->name && code == 0 &&
        store_meta_get(s->store, l->arena, l->seen, &before, &l->why) == 0 &&
        !before)
        code = take_in(s, l, &l->why);
    if (l->name && code != ERR_STORE && code != ERR_SYS)
        settle(w, l, code == 0);
    jval_free(l->form);
    arena_free(l->arena);
    w->is_busy = false;
}

static void tick(struct service *s, void *context)
{
    struct watch *w = context;
    int retry_s;
    if (w->is_busy || s->draining || jobs_is_full(s, &retry_s))
        return;
    struct arena *a = arena_new(ARENA);
    struct look *l = arena_new_struct(a, struct look);
    const struct worker_limits *limits =
        conf_values(s->conf, worker_section.name);
    *l = (struct look){
        .arena = a, .watch = w, .most_bytes = (size_t)limits->file_mb << 20};
    ident_new(s->now_ms, l->id);
    w->is_busy = service_work(s, look_into, l, on_looked, NULL) == 0;
    if (!w->is_busy)
        arena_free(a);
}

int watch_open(struct service *s, struct arena *a, struct err *e)
{
    struct watch *w = arena_new_struct(a, struct watch);
    w->service = s;
    w->inbox = arena_printf(a, "%s/" INBOX, s->data);
    int r = file_make_dir(w->inbox, e);
    if (r == 0)
        service_every(s, TICK_MS, tick, w);
    return r;
}
