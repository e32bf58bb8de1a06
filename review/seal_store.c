/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/seal_store.h"

#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "intake/core/service.h"
#include "intake/queue/artefact.h"
#include "intake/store/store_seal.h"
#include "review/bitmap.h"
#include "review/seal_set.h"

enum { MAX_PNG = 8 << 20 };

int seal_store_work(struct service *s, void *context, struct err *e)
{
    struct seal_work *w = context;
    struct vault_key k;
    char *bytes;
    int r = vault_key_open(s->vault, w->row.id, w->row.data_key, &k, e);
    if (r)
        return r;
    if (w->artefact.name) {
        r = artefact_load(s, w->arena, &k, &w->artefact, &w->png, &w->n, e);
    } else if (w->blob) {
        r = vault_get(&k, s->blobs, w->blob, w->arena, MAX_PNG, &bytes, &w->n,
                      e);
        w->png = (const uint8_t *)bytes;
    }
    if (r == 0 && w->keeps)
        r = vault_put(&k, s->blobs, w->png, w->n, &w->file, e);
    vault_key_done(&k);
    return r;
}

int seal_store_find(struct service *s, struct arena *a,
                    const struct store_application *row, const char *seal,
                    int64_t version, struct store_seal_version *ret,
                    struct err *e)
{
    struct store_artefact art;
    struct seal_set set;
    const char *name;
    int r = store_seal_get(s->store, a, row->id, seal, version, ret, NULL);
    if (r != ERR_MISSING)
        return r ? err_set(e, (enum err_code)r, "seal %s", seal) : 0;
    if (version != 1)
        return err_set(e, ERR_MISSING, "seal %s has no version %lld", seal,
                       (long long)version);
    r = seal_set_of(s, a, row, seal, &set, &name, e);
    if (r == 0)
        r = store_artefact_get(s->store, a, set.run,
                               arena_printf(a, "%s.png", name), &art, e);
    *ret = (struct store_seal_version){.seal = seal,
                                       .version = 1,
                                       .application = row->id,
                                       .run = set.run,
                                       .made_by = SEAL_MACHINE};
    return r;
}

int seal_store_read(struct service *s, struct arena *a,
                    const struct store_application *row,
                    const struct store_seal_version *v, struct seal_work *ret,
                    struct err *e)
{
    *ret = (struct seal_work){
        .arena = a, .row = *row, .blob = v->blob, .version = *v};
    return v->blob ? 0
                   : store_artefact_get(
                         s->store, a, v->run,
                         arena_printf(a, "%s.png", seal_set_name(v->seal)),
                         &ret->artefact, e);
}

int seal_store_keep_first(struct service *s, const struct seal_work *w,
                          struct err *e)
{
    struct bitmap b;
    double dpi = bitmap_png_dpi(w->png, w->n);
    int r = bitmap_read_png(w->arena, w->png, w->n, &b, e);
    if (r)
        return r;
    struct store_seal_version v = w->version;
    v.made_by = SEAL_MACHINE;
    v.blob = w->file.blob;
    v.sha256 = w->file.sha256;
    v.size = (int64_t)w->file.size;
    v.width_mm = dpi > 0 ? mm_from_px(b.width, dpi) : 0;
    v.height_mm = dpi > 0 ? mm_from_px(b.height, dpi) : 0;
    v.created_ms = s->now_ms;
    return store_seal_add(s->store, &v, e);
}

const char *seal_store_first_person(const struct store_seal_version *v)
{
    return strcmp(v->made_by, SEAL_MACHINE) == 0 ? v->proposed_by : v->made_by;
}

const struct store_seal_version *seal_store_production(
    const struct store_seal_version *rows, size_t n, const char *seal)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].production_ms > 0 && strcmp(rows[i].seal, seal) == 0)
            return &rows[i];
    return NULL;
}
