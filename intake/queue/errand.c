/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/errand.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/memfile.h"
#include "base/str.h"
#include "intake/core/service.h"
#include "intake/measure/wire.h"

enum {
    ARENA = 1 << 30,
    MAX_FINDINGS = 256 << 10,
    MAX_TILES = 512, /* packs of one document */
};

struct errand *errand_new(const char *application, struct store_bytes data_key,
                          void *owner, size_t which)
{
    struct arena *a = arena_new(ARENA);
    struct errand *x = arena_new_struct(a, struct errand);
    x->arena = a;
    x->owner = owner;
    x->which = which;
    x->application = arena_strdup(a, application);
    x->data_key = (struct store_bytes){arena_memdup(a, data_key.p, data_key.n),
                                       data_key.n};
    x->error = arena_new_struct(a, struct err);
    x->fd = -1;
    return x;
}

void errand_free(struct errand *x)
{
    if (x->fd >= 0)
        close(x->fd);
    jval_free(x->summary);
    arena_free(x->arena);
}

typedef int errand_step(struct service *s, struct errand *x,
                        const struct vault_key *key, struct err *e);

/* With the application's key open; what went wrong stays in the errand. */
static int with_key(struct service *s, struct errand *x, errand_step *step)
{
    struct vault_key key;
    int r =
        vault_key_open(s->vault, x->application, x->data_key, &key, x->error);
    if (r)
        return r;
    r = step(s, x, &key, x->error);
    vault_key_done(&key);
    return r;
}

/* --- load -------------------------------------------------------------- */

static int load(struct service *s, struct errand *x,
                const struct vault_key *key, struct err *e)
{
    int r = memfile_create(&x->fd, e);
    if (r == 0)
        r = vault_get_fd(key, s->blobs, x->blob, x->fd, e);
    return r ? r : memfile_seal(x->fd, e);
}

int errand_load(struct service *s, void *errand, struct err *e)
{
    (void)e;
    return with_key(s, errand, load);
}

/* --- keep -------------------------------------------------------------- */

/* One record of tiles to a blob; its head says which page. */
static int keep_tiles(struct service *s, struct errand *x,
                      const struct vault_key *key,
                      const struct wire_record *record, struct err *e)
{
    struct jval *head;
    const uint8_t *nul = memchr(record->bytes, 0, record->n);
    if (x->n_tiles == MAX_TILES || !nul ||
        jval_parse((const char *)record->bytes, (size_t)(nul - record->bytes),
                   &head, e))
        return err_set(e, ERR_CRASH, "protocol: tiles without a head");
    x->tiles = arena_grow(x->arena, x->tiles, x->n_tiles, x->n_tiles + 1,
                          sizeof *x->tiles);
    struct errand_tiles *t = &x->tiles[x->n_tiles++];
    t->page = (int)jval_int(head, "page", 0);
    t->is_private = jval_bool(head, "private", true);
    jval_free(head);
    return vault_put(key, s->blobs, nul + 1,
                     record->n - (size_t)(nul + 1 - record->bytes), &t->file,
                     e);
}

/* Everything but the tiles, as a list of its own. */
static int keep_rest(struct service *s, struct errand *x,
                     const struct vault_key *key, const struct str *rest,
                     struct err *e)
{
    int fd;
    if (rest->failed)
        return err_set(e, ERR_LIMIT, "too many records");
    int r = vault_put(key, s->blobs, rest->s, rest->len, &x->records, e);
    if (r == 0)
        r = memfile_new(rest->s, rest->len, &fd, e);
    if (r)
        return r;
    close(x->fd);
    x->fd = fd;
    return 0;
}

static int keep_records(struct service *s, struct errand *x,
                        const struct vault_key *key, struct err *e)
{
    struct wire_reader reader = {0};
    struct wire_record record;
    struct str rest;
    int got = 0;
    int r = memfile_map(x->arena, x->fd, &reader.bytes, &reader.n, e);
    str_init(&rest, WIRE_MAX_BYTES);
    while (r == 0 && (got = wire_next(&reader, &record, e)) > 0) {
        if (record.type == WIRE_TILES)
            r = keep_tiles(s, x, key, &record, e);
        else
            wire_add2(&rest, record.type, record.bytes, record.n, NULL, 0);
    }
    wire_add2(&rest, WIRE_END, NULL, 0, NULL, 0);
    if (r == 0)
        r = got < 0 ? got : keep_rest(s, x, key, &rest, e);
    str_done(&rest);
    return r;
}

int errand_keep(struct service *s, void *errand, struct err *e)
{
    (void)e;
    return with_key(s, errand, keep_records);
}

/* --- conclude ---------------------------------------------------------- */

static int find_record(struct errand *x, enum wire_type type,
                       struct wire_record *ret, struct err *e)
{
    struct wire_reader reader = {0};
    int r = memfile_map(x->arena, x->fd, &reader.bytes, &reader.n, e), got;
    if (r)
        return r;
    while ((got = wire_next(&reader, ret, e)) > 0)
        if (ret->type == type)
            return 0;
    return got < 0 ? got : err_set(e, ERR_CRASH, "protocol: no report");
}

/* The preview of the page that a finding speaks of. */
static void set_preview(struct jval *to, const struct jval *pictures, int page)
{
    for (size_t i = 0; i < jval_count(pictures); i++) {
        const struct jval *p = jval_at(pictures, i);
        if (strcmp(jval_string(p, "kind", ""), "page") != 0 ||
            jval_int(p, "page", 0) != (page ? page : 1))
            continue;
        jval_set(to, "picture", jval_copy(jval_lookup(p, "name")));
        jval_set(to, "scale", jval_copy(jval_lookup(p, "scale")));
        return;
    }
}

/* What the applicant is told at once, from the report's findings. */
static void tell_findings(struct errand *x, const struct jval *report)
{
    static const char *const members[] = {
        "rule", "severity", "answer", "page", "boxes", "zh", "advice_zh"};
    const struct jval *all = jval_lookup(report, "findings");
    const struct jval *pictures = jval_lookup(x->summary, "pictures");
    struct jval *told = jval_new_array();
    struct str t;
    for (size_t i = 0; i < jval_count(all); i++) {
        const struct jval *f = jval_at(all, i);
        struct jval *one = jval_new_object();
        for (size_t k = 0; k < sizeof members / sizeof *members; k++)
            if (jval_lookup(f, members[k]))
                jval_set(one, members[k],
                         jval_copy(jval_lookup(f, members[k])));
        set_preview(one, pictures, (int)jval_int(f, "page", 0));
        jval_append(told, one);
        x->refuses |= strcmp(jval_string(f, "severity", ""), "block") == 0 &&
                      strcmp(jval_string(f, "answer", ""), "fail") == 0;
    }
    str_init(&t, MAX_FINDINGS);
    jval_print(told, false, &t);
    x->findings = t.failed ? "[]" : arena_strndup(x->arena, t.s, t.len);
    str_done(&t);
    jval_free(told);
}

static int conclude(struct service *s, struct errand *x,
                    const struct vault_key *key, struct err *e)
{
    struct wire_record report, index;
    struct jval *j;
    int r = find_record(x, WIRE_REPORT, &report, e);
    if (r == 0)
        r = find_record(x, WIRE_INDEX, &index, e);
    if (r == 0)
        r = jval_parse((const char *)index.bytes, index.n, &x->summary, e);
    if (r == 0)
        r = jval_parse((const char *)report.bytes, report.n, &j, e);
    if (r)
        return r;
    tell_findings(x, j);
    jval_free(j);
    if (x->keeps_report)
        r = vault_put(key, s->blobs, report.bytes, report.n, &x->report, e);
    if (x->keeps_report && r == 0)
        r = vault_put(key, s->blobs, index.bytes, index.n, &x->index, e);
    return r;
}

int errand_conclude(struct service *s, void *errand, struct err *e)
{
    (void)e;
    return with_key(s, errand, conclude);
}
