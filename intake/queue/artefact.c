/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/queue/artefact.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/core/service.h"
#include "intake/measure/measured.h"
#include "intake/queue/jobs.h"

enum { PLACES = 16, MAX_BYTES = 256 << 20 };

/* A few decrypted blobs, the one used longest ago leaves first. */
struct artefact_cache {
    pthread_mutex_t lock;
    struct arena *arenas[PLACES]; /* each holds one blob */
    char names[PLACES][BLOB_NAME];
    const char *bytes[PLACES];
    size_t n[PLACES];
    unsigned long used[PLACES], clock;
};

static void cache_done(void *object)
{
    struct artefact_cache *c = object;
    for (size_t i = 0; i < PLACES; i++)
        if (c->arenas[i])
            arena_free(c->arenas[i]);
    pthread_mutex_destroy(&c->lock);
}

struct artefact_cache *artefact_cache_new(struct arena *a)
{
    struct artefact_cache *c = arena_new_struct(a, struct artefact_cache);
    pthread_mutex_init(&c->lock, NULL);
    arena_defer(a, cache_done, c);
    return c;
}

/* What is done with a blob's bytes while they are held. */
typedef int use_bytes(void *context, const char *bytes, size_t n,
                      struct err *e);

static int place_of(const struct artefact_cache *c, const char *blob)
{
    for (int i = 0; i < PLACES; i++)
        if (c->arenas[i] && strcmp(c->names[i], blob) == 0)
            return i;
    return -1;
}

static int oldest(const struct artefact_cache *c)
{
    int k = 0;
    for (int i = 1; i < PLACES; i++)
        if (c->used[i] < c->used[k])
            k = i;
    return k;
}

static int fetch(struct artefact_cache *c, struct service *s,
                 const struct vault_key *key, const char *blob, int *ret_place,
                 struct err *e)
{
    struct arena *a = arena_new(2 * (size_t)MAX_BYTES);
    char *bytes;
    size_t n;
    int r = vault_get(key, s->blobs, blob, a, MAX_BYTES, &bytes, &n, e);
    if (r) {
        arena_free(a);
        return r;
    }
    int i = oldest(c);
    if (c->arenas[i])
        arena_free(c->arenas[i]);
    c->arenas[i] = a;
    c->bytes[i] = bytes;
    c->n[i] = n;
    memcpy(c->names[i], blob, BLOB_NAME);
    *ret_place = i;
    return 0;
}

/* Who holds the key may see what lies in the cache: it was opened with it. */
static int with_bytes(struct service *s, const struct vault_key *key,
                      const char *blob, use_bytes *use, void *context,
                      struct err *e)
{
    struct artefact_cache *c = jobs_cache(s);
    if (strlen(blob) != BLOB_NAME - 1)
        return err_set(e, ERR_MISSING, "no blob");
    pthread_mutex_lock(&c->lock);
    int i = place_of(c, blob);
    int r = i >= 0 ? 0 : fetch(c, s, key, blob, &i, e);
    if (r == 0) {
        c->used[i] = ++c->clock;
        r = use(context, c->bytes[i], c->n[i], e);
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

/* --- uses -------------------------------------------------------------- */

struct wanted {
    struct arena *arena;
    enum slot slot;
    const char *name;
    int level, x, y;
    const uint8_t *bytes; /* the answer, in the arena */
    size_t n;
};

static int take_all(void *context, const char *bytes, size_t n, struct err *e)
{
    (void)e;
    struct wanted *w = context;
    w->bytes = arena_memdup(w->arena, bytes, n);
    w->n = n;
    return 0;
}

static int take_tile(void *context, const char *bytes, size_t n, struct err *e)
{
    struct wanted *w = context;
    struct tile_pack pack;
    int r = tile_pack_open((const uint8_t *)bytes, n, &pack, e);
    if (r)
        return r;
    struct tile t = tile_pack_find(&pack, w->level, w->x, w->y);
    w->n = t.n;
    w->bytes = t.n ? arena_memdup(w->arena, t.bytes, t.n) : NULL;
    return 0;
}

static int take_picture(void *context, const char *bytes, size_t n,
                        struct err *e)
{
    struct wanted *w = context;
    struct arena *a = arena_new((size_t)MAX_BYTES * 2);
    struct measured m;
    int r = measured_read(a, w->slot, (const uint8_t *)bytes, n, &m, e);
    size_t i = 0;
    while (r == 0 && i < m.n_pictures &&
           strcmp(m.pictures[i].name, w->name) != 0)
        i++;
    if (r == 0 && i == m.n_pictures)
        r = err_set(e, ERR_MISSING, "no picture %.60s", w->name);
    if (r == 0) {
        w->n = m.pictures[i].n;
        w->bytes = arena_memdup(w->arena, m.pictures[i].bytes, w->n);
    }
    arena_free(a);
    return r;
}

int artefact_picture(struct service *s, struct arena *a,
                     const struct vault_key *key, const char *records_blob,
                     enum slot slot, const char *name,
                     const uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    struct wanted w = {.arena = a, .slot = slot, .name = name};
    int r = with_bytes(s, key, records_blob, take_picture, &w, e);
    *ret_bytes = w.bytes;
    *ret_n = w.n;
    return r;
}

static bool is_pack(const struct store_artefact *row)
{
    size_t n = strlen(row->name), k = strlen(".tiles");
    return n > k && strcmp(row->name + n - k, ".tiles") == 0;
}

int artefact_load(struct service *s, struct arena *a,
                  const struct vault_key *key, const struct store_artefact *row,
                  const uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    struct wanted w = {.arena = a};
    if (!is_pack(row))
        return artefact_picture(s, a, key, row->blob,
                                (enum slot)slot_from_name(row->slot), row->name,
                                ret_bytes, ret_n, e);
    int r = with_bytes(s, key, row->blob, take_all, &w, e);
    *ret_bytes = w.bytes;
    *ret_n = w.n;
    return r;
}

int artefact_tile(struct service *s, struct arena *a,
                  const struct vault_key *key, const struct store_artefact *row,
                  int level, int x, int y, struct tile *ret, struct err *e)
{
    struct wanted w = {.arena = a, .level = level, .x = x, .y = y};
    int r = with_bytes(s, key, row->blob, take_tile, &w, e);
    *ret = (struct tile){w.bytes, w.n};
    return r;
}
