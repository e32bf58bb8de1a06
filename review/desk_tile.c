/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One tile of a page. With ?reveal=1 those that show whole numbers, too, which
 * is logged. */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/tile_pack.h"
#include "intake/blob/vault.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/artefact.h"
#include "review/handlers.h"

struct want {
    struct arena *arena;
    struct store_application row;
    struct store_artefact plain, overlay;
    bool has_overlay;
    int level, x, y;
    struct tile tile;
};

static int load(struct service *s, void *context, struct err *e)
{
    struct want *w = context;
    struct vault_key k;
    int r = vault_key_open(s->vault, w->row.id, w->row.data_key, &k, e);
    if (r)
        return r;
    if (w->has_overlay)
        r = artefact_tile(s, w->arena, &k, &w->overlay, w->level, w->x, w->y,
                          &w->tile, e);
    if (r == 0 && w->tile.n == 0)
        r = artefact_tile(s, w->arena, &k, &w->plain, w->level, w->x, w->y,
                          &w->tile, e);
    vault_key_done(&k);
    return r;
}

/* "business_license-2": the names of the page's packs. */
static bool read_key(struct arena *a, const char *key, const char **ret_plain,
                     const char **ret_overlay)
{
    const char *dash = strrchr(key, '-');
    int slot =
        dash ? slot_from_name(arena_strndup(a, key, (size_t)(dash - key))) : -1;
    size_t digits = slot < 0 ? 0 : strspn(dash + 1, "0123456789");
    if (digits == 0 || digits > 5 || dash[1 + digits])
        return false;
    int page = (int)strtol(dash + 1, NULL, 10);
    *ret_plain = picture_name_tiles(a, (enum slot)slot, page, false);
    *ret_overlay = picture_name_tiles(a, (enum slot)slot, page, true);
    return true;
}

/* A number of at most five digits and the text behind it. */
static bool read_number(const char **at, int *ret, const char *behind)
{
    size_t digits = strspn(*at, "0123456789"), n = strlen(behind);
    if (digits == 0 || digits > 5 || strncmp(*at + digits, behind, n) != 0)
        return false;
    *ret = (int)strtol(*at, NULL, 10);
    *at += digits + n;
    return true;
}

static int start(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    struct want *w = arena_new_struct(a, struct want);
    const char *plain, *overlay;
    bool reveal = request_query_int(q, "reveal", 0, 0, 1) == 1;
    int code = desk_find(s, a, q, &w->row, e);
    if (code)
        return code;
    const char *run = request_query(q, "run", w->row.run);
    const char *level = request_param(q, "level");
    const char *x = request_param(q, "name");
    if (!run || !read_key(a, request_param(q, "key"), &plain, &overlay) ||
        !read_number(&level, &w->level, "") || *level ||
        !read_number(&x, &w->x, "_") || !read_number(&x, &w->y, ".jpg") || *x)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这一页的切片。");
    if (reveal && !permission_has(PERMIT_REVEAL, q->who.roles))
        return problem_set(r, PROBLEM_FORBIDDEN, "没有查看完整号码的权限。");
    w->arena = a;
    code = store_artefact_get(s->store, a, run, plain, &w->plain, e);
    if (code == 0 && strcmp(w->plain.application, w->row.id) != 0)
        code = err_set(e, ERR_MISSING, "a run of another application");
    if (code == 0 && reveal) {
        int found =
            store_artefact_get(s->store, a, run, overlay, &w->overlay, NULL);
        w->has_overlay = found == 0;
        if (w->has_overlay)
            code = desk_record_reveal(s, a, q->who.id, &w->row, e);
    }
    return code ? code : response_work(r, load, w);
}

int desk_tile(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    const struct want *w = q->state;
    if (q->step == 0)
        return start(s, a, q, r, e);
    if (q->result)
        return err_set(e, (enum err_code)q->result, "tile not read");
    if (w->tile.n == 0)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这一块切片。");
    response_bytes(r, 200, "image/jpeg", w->tile.bytes, w->tile.n);
    r->cache = CACHE_REVALIDATE;
    r->etag = w->plain.sha256;
    return 0;
}
