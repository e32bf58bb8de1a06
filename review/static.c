/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two pages and what they load, as they were built into the program. */

#include "base/arena.h"
#include "review/handlers.h"
#include "review/web/assets.h"

static int send(const char *path, struct response *r)
{
    const struct web_asset *asset = web_asset_find(path);
    if (!asset)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这个文件。");
    response_bytes(r, 200, asset->type, asset->bytes, asset->n);
    response_header(r, "Content-Security-Policy", WEB_CSP);
    r->etag = asset->etag;
    r->cache = asset->is_immutable ? CACHE_FOREVER : CACHE_REVALIDATE;
    return 0;
}

/* "/" leads to the applicants' page: most who type the address are some. */
int static_root(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    (void)s;
    (void)a;
    (void)q;
    (void)e;
    r->location = "/apply";
    return response_empty(r, 303);
}

int static_page(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    (void)s;
    (void)a;
    (void)e;
    return send(q->path, r);
}

int static_asset(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    (void)s;
    (void)e;
    return send(arena_printf(a, "/assets/%s", request_param(q, "name")), r);
}
