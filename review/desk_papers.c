/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The papers of an application with their pages, as the viewer needs them. */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/tile_pack.h"
#include "intake/measure/picture_name.h"
#include "review/handlers.h"

enum { DPI = 1, SCORE = 1 };

static bool was_seen(const struct store_seen *seen, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(seen[i].page, key) == 0)
            return true;
    return false;
}

static void set_tiles(const struct desk_load *l, struct jval *j, enum slot slot,
                      const struct jval *page, const char *key)
{
    int width = (int)jval_int(page, "width", 0),
        height = (int)jval_int(page, "height", 0);
    const char *pack = picture_name_tiles(
        l->arena, slot, (int)jval_int(page, "page", 1), false);
    bool has = desk_artefact(l, pack) && width > 0 && height > 0;
    struct tile_grid g =
        has ? tile_grid_of(width, height) : (struct tile_grid){0};
    jval_set_string(
        j, "tiles",
        has ? arena_printf(l->arena, "/api/v1/applications/%s/pages/%s/tiles%s",
                           l->row.id, key, desk_run_query(l))
            : NULL);
    jval_set_int(j, "min_level", g.min_level);
    jval_set_int(j, "max_level", g.max_level);
    jval_set_int(j, "tile_px", TILE_PX);
}

/* What may be laid over the page, of what its run has made. */
static struct jval *overlays_json(const struct desk_load *l, enum slot slot,
                                  int page)
{
    static const struct {
        const char *name, *label, *legend;
    } overlays[] = {{"clarity", "清晰度", "越深越不清晰"},
                    {"ink", "印油", "红色印油所在"},
                    {"light", "光照", "越深越暗"},
                    {"lines", "线条", "识别到的文字行和边框"}};
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < sizeof overlays / sizeof *overlays; i++) {
        const char *url = desk_picture_url(
            l,
            picture_name_part(
                l->arena, slot, page,
                arena_printf(l->arena, "overlay-%s", overlays[i].name)),
            false);
        if (!url)
            continue;
        struct jval *j = jval_new_object();
        jval_set_string(j, "name", overlays[i].name);
        jval_set_string(j, "label", overlays[i].label);
        jval_set_string(j, "legend", overlays[i].legend);
        jval_set_string(j, "url", url);
        jval_append(all, j);
    }
    return all;
}

static struct jval *page_json(const struct desk_load *l, enum slot slot,
                              const struct jval *page,
                              const struct store_seen *seen, size_t n_seen)
{
    struct jval *j = jval_new_object();
    const struct jval *dpi = jval_lookup(page, "dpi");
    int number = (int)jval_int(page, "page", 1);
    const char *key = arena_printf(l->arena, "%s-%d", slot_name(slot), number);
    const char *preview = picture_name_page(l->arena, slot, number);
    jval_set_int(j, "page", number);
    jval_set_string(j, "key", key);
    jval_set_or_null(j, "width", jval_copy(jval_lookup(page, "width")));
    jval_set_or_null(j, "height", jval_copy(jval_lookup(page, "height")));
    jval_set_bool(j, "seen", was_seen(seen, n_seen, key));
    jval_set_or_null(j, "dpi", jval_copy(jval_lookup(dpi, "measured")));
    jval_set_or_null(j, "dpi_source", jval_copy(jval_lookup(dpi, "source")));
    jval_set_int(j, "turn", jval_int(page, "rotation", 0));
    jval_set_or_null(j, "clarity", jval_copy(jval_lookup(page, "clarity")));
    jval_set_or_null(j, "capture", jval_copy(jval_lookup(page, "capture")));
    jval_set_string(j, "preview", desk_picture_url(l, preview, false));
    set_tiles(l, j, slot, page, key);
    jval_set(j, "overlays", overlays_json(l, slot, number));
    return j;
}

/* "block", "look", "info" or "": the worst that was found in this paper. */
static const char *worst_of(const struct desk_load *l, const char *slot)
{
    static const char *const order[] = {"block", "look", "info"};
    const struct jval *findings = jval_lookup(l->report, "findings");
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < jval_count(findings); i++) {
            const struct jval *f = jval_at(findings, i);
            if (strcmp(jval_string(f, "slot", ""), slot) == 0 &&
                strcmp(jval_string(f, "severity", ""), order[k]) == 0)
                return order[k];
        }
    return "";
}

static bool is_changed(const struct desk_load *l, const char *slot,
                       const struct store_document *documents, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(documents[i].slot, slot) == 0)
            return l->row.revision > 1 &&
                   documents[i].revision == l->row.revision;
    return false;
}

struct jval *desk_papers(const struct desk_load *l,
                         const struct store_seen *seen, size_t n_seen,
                         const struct store_document *documents,
                         size_t n_documents)
{
    const struct jval *list = jval_lookup(l->report, "documents");
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *d = jval_at(list, i),
                          *from = jval_lookup(d, "pages");
        const char *name = jval_string(d, "slot", "");
        int slot = slot_from_name(name);
        if (slot < 0)
            continue;
        struct jval *j = jval_new_object(), *pages = jval_new_array();
        for (size_t k = 0; k < jval_count(from); k++)
            jval_append(pages, page_json(l, (enum slot)slot, jval_at(from, k),
                                         seen, n_seen));
        jval_set_string(j, "slot", name);
        jval_set_string(j, "title", slot_zh((enum slot)slot));
        jval_set_or_null(j, "file", jval_copy(jval_lookup(d, "file")));
        jval_set_or_null(j, "sha256", jval_copy(jval_lookup(d, "sha256")));
        jval_set_bool(j, "changed",
                      is_changed(l, name, documents, n_documents));
        jval_set_string(j, "worst", worst_of(l, name));
        jval_set_or_null(j, "error", jval_copy(jval_lookup(d, "error")));
        jval_set(j, "pages", pages);
        jval_append(all, j);
    }
    return all;
}
