/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * desk_room - a service without processes: store, blobs and vault in a folder
 * of their own, and handlers called as the core calls them, step by step, each
 * in a savepoint that an answer of 400 and above undoes
 */

#ifndef TESTS_DESK_ROOM_H
#define TESTS_DESK_ROOM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/api/api.h"
#include "intake/blob/blob.h"
#include "intake/blob/vault.h"
#include "intake/core/route.h"
#include "intake/core/service.h"
#include "intake/store/ident.h"
#include "review/desk.h"
#include "review/handlers.h"

static const int64_t room_now = 1795392000000; /* 2026-11-23 08:00 in China */

struct room {
    char folder[64];
    struct arena *a;
    struct service s;
    int calls;
};

static struct room room;

/* One request on its way. */
struct call {
    struct request q;
    struct response r;
    route_handler *handler;
    struct jval *json, *answer; /* the answer's body, when it is JSON */
    bool done;
};

static inline void must(int r, const struct err *e)
{
    if (r) {
        fprintf(stderr, "%s: %s\n", err_name(r), e->text);
        abort();
    }
}

static inline int room_open(void **state)
{
    struct err e = {0};
    char path[128];
    (void)state;
    snprintf(room.folder, sizeof room.folder, "/tmp/sealdesk-desk-XXXXXX");
    if (!mkdtemp(room.folder))
        return -1;
    room.a = arena_new((size_t)1 << 30);
    room.s = (struct service){.now_ms = room_now, .data = room.folder};
    must(store_open(&(struct store_options){.folder = room.folder,
                                            .mode = STORE_WRITE,
                                            .sync = SYNC_NEVER},
                    &room.s.store, &e),
         &e);
    snprintf(path, sizeof path, "%s/blobs", room.folder);
    must(blob_folder_open(path, false, &room.s.blobs, &e), &e);
    snprintf(path, sizeof path, "%s/key", room.folder);
    must(vault_open(path, true, &room.s.vault, &e), &e);
    return 0;
}

static inline int room_close(void **state)
{
    char command[128];
    (void)state;
    store_close(room.s.store);
    blob_close(room.s.blobs);
    vault_close(room.s.vault);
    arena_free(room.a);
    snprintf(command, sizeof command, "rm -rf '%s'", room.folder);
    return system(command);
}

static inline void room_user(const char *id, const char *roles)
{
    struct err e = {0};
    const struct store_user row = {.id = id,
                                   .name = id,
                                   .display = id,
                                   .roles = roles,
                                   .password = "-",
                                   .created_ms = room_now};
    must(store_user_add(room.s.store, &row, &e), &e);
}

/* An application that waits for a person, measured as `report` says, with a
 * run that has these findings' rows. */
static inline const char *room_application(const char *report,
                                           const char *state,
                                           enum store_stage stage)
{
    struct err e = {0};
    char *id = arena_alloc(room.a, IDENT, 1),
         *run = arena_alloc(room.a, IDENT, 1);
    struct vault_key k;
    struct vault_file file = {0};
    struct jval *j;
    ident_new(room_now, id);
    ident_new(room_now, run);
    struct store_application row = {.id = id,
                                    .revision = 1,
                                    .state = state,
                                    .stage = stage,
                                    .order_no =
                                        arena_printf(room.a, "T-%s", id),
                                    .kind = "main",
                                    .org_name = "江西某某建设有限公司",
                                    .origin = "portal",
                                    .verdict = STORED_BLOCKED,
                                    .run = run,
                                    .submitted_ms = room_now,
                                    .created_ms = room_now};
    row.data_key = vault_new_key(room.s.vault, room.a, id);
    must(vault_key_open(room.s.vault, id, row.data_key, &k, &e), &e);
    row.form = vault_seal(&k, room.a, "form", "{}", 2);
    must(vault_put(&k, room.s.blobs, report, strlen(report), &file, &e), &e);
    vault_key_done(&k);
    must(jval_parse(report, strlen(report), &j, &e), &e);
    const struct jval *findings = jval_lookup(j, "findings");
    size_t n = jval_count(findings);
    struct store_finding *rows =
        arena_new_array(room.a, n, struct store_finding);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct store_finding){
            .run = run,
            .id = desk_finding_id(room.a, findings, i),
            .application = id,
            .code = arena_strdup(room.a,
                                 jval_string(jval_at(findings, i), "rule", "")),
            .severity = "block",
            .answer = "fail",
            .slot = ""};
    jval_free(j);
    const struct store_run r = {.id = run,
                                .application = id,
                                .revision = 1,
                                .cause = "submitted",
                                .detector = "0",
                                .settings = "",
                                .libraries = "{}",
                                .report_blob = arena_strdup(room.a, file.blob),
                                .report_sha256 =
                                    arena_strdup(room.a, file.sha256),
                                .report_size = (int64_t)file.size,
                                .verdict = STORED_BLOCKED,
                                .created_ms = room_now};
    must(store_application_add(room.s.store, &row, &e), &e);
    must(store_run_add(room.s.store, &r, rows, n, NULL, 0, &e), &e);
    return id;
}

static inline struct store_application room_row(const char *id)
{
    struct err e = {0};
    struct store_application row;
    must(store_application_get(room.s.store, room.a, id, &row, &e), &e);
    return row;
}

/* params: name, value, ..., NULL. */
static inline struct call call_new(route_handler *handler, const char *user,
                                   unsigned roles, const char *const *params,
                                   const char *if_match, const char *body)
{
    struct err e = {0};
    struct call c = {.handler = handler};
    c.q = (struct request){
        .method = body ? METHOD_POST : METHOD_GET,
        .id = "test",
        .path = "/",
        .if_match = if_match,
        .upload.fd = -1,
        .who = {.roles = roles, .id = user, .name = user, .application = ""},
        .client = "127.0.0.1",
        .now_ms = room.s.now_ms};
    for (size_t i = 0; params && params[2 * i]; i++)
        c.q.params[c.q.n_params++] =
            (struct pair){params[2 * i], params[2 * i + 1]};
    if (body)
        must(jval_parse(body, strlen(body), &c.json, &e), &e);
    c.q.json = c.json;
    return c;
}

/* One step, and the work that it asks for. */
static inline void call_step(struct call *c)
{
    struct err e = {0};
    c->r = (struct response){.arena = room.a, .fd = -1};
    must(store_begin(room.s.store, STORE_FACT, &e), &e);
    must(store_savepoint(room.s.store, &e), &e);
    int r = c->handler(&room.s, room.a, &c->q, &c->r, &e);
    if (r && !c->r.work)
        problem_from_err(&c->r, &e);
    if (!c->r.work && c->r.status >= 400 && !c->r.keep)
        must(store_rollback_to(room.s.store, &e), &e);
    else
        must(store_release(room.s.store, &e), &e);
    must(store_commit(room.s.store, &e), &e);
    c->done = !c->r.work;
    if (c->done)
        return;
    c->q.result = c->r.work(&room.s, c->r.context, &e);
    c->q.state = c->r.state;
    c->q.step++;
}

static inline int call_end(struct call *c)
{
    while (!c->done)
        call_step(c);
    if (c->r.type && strstr(c->r.type, "json"))
        jval_parse(c->r.bytes, c->r.n, &c->answer, NULL);
    return c->r.status;
}

static inline void call_free(struct call *c)
{
    jval_free(c->json);
    jval_free(c->answer);
}

/* The whole of it, for its status; *ret_answer (or NULL) lives in the arena. */
static inline int room_call(route_handler *handler, const char *user,
                            unsigned roles, const char *const *params,
                            const char *if_match, const char *body,
                            const char **ret_answer)
{
    struct call c = call_new(handler, user, roles, params, if_match, body);
    int status = call_end(&c);
    if (ret_answer)
        *ret_answer = c.r.bytes ? arena_strndup(room.a, c.r.bytes, c.r.n) : "";
    call_free(&c);
    return status;
}

#endif
