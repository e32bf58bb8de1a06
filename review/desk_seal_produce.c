/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A seal's way into production: one person proposes a version, another one
 * approves it. That they are two is a trigger of the store's as well; that the
 * seal was cut from the papers and not from an upload is kept here.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/service.h"
#include "intake/store/store_seal.h"
#include "review/handlers.h"
#include "review/seal_set.h"
#include "review/seal_store.h"

/* --- a version's picture ------------------------------------------------- */

/* Its picture, wanted from a thread. */
static int read_version(struct service *s, struct arena *a,
                        const struct store_application *row, const char *seal,
                        long long version, struct response *r, struct err *e)
{
    struct store_seal_version v = {0};
    struct seal_work *w = arena_new_struct(a, struct seal_work);
    int code = seal_store_find(s, a, row, seal, version, &v, e);
    if (code == 0)
        code = seal_store_read(s, a, row, &v, w, e);
    return code ? code : response_work(r, seal_store_work, w);
}

int desk_seal_image(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    const struct seal_work *w = q->state;
    if (q->step == 0) {
        struct store_application row;
        int code = desk_find(s, a, q, &row, e);
        return code ? code
                    : read_version(
                          s, a, &row, request_param(q, "sid"),
                          strtoll(request_param(q, "version"), NULL, 10), r, e);
    }
    if (q->result)
        return err_set(e, (enum err_code)q->result, "the seal's picture");
    return response_bytes(r, 200, "image/png", w->png, w->n);
}

/* --- the first person ---------------------------------------------------- */

/* Answers when the seal is of no paper that is here now. */
static int open_set(struct service *s, struct arena *a, const struct request *q,
                    const struct store_application *row, struct seal_set *set,
                    const char **ret_name, struct response *r, struct err *e)
{
    const char *seal = request_param(q, "sid");
    r->status = 0;
    return seal_set_is_paper(seal)
               ? seal_set_of(s, a, row, seal, set, ret_name, e)
               : problem_set(r, PROBLEM_WRONG_STATE,
                             "制章稿须取自邮寄原件的扫描，上传件不能定稿。");
}

/* Version 1 gets its record, with the role that the report gives it. */
static int begin_propose(struct service *s, struct arena *a,
                         const struct request *q, const char *name,
                         struct response *r, struct err *e)
{
    struct desk_load *l;
    const char *seal = request_param(q, "sid");
    long long version = jval_int(q->json, "version", 0);
    int code = desk_loaded(q, &l, e);
    const struct jval *j = code ? NULL : seal_set_find(l, name);
    if (code == 0 && !j)
        code = err_set(e, ERR_MISSING, "no seal %s", seal);
    if (code == 0)
        code = read_version(s, a, &l->row, seal, version, r, e);
    if (code)
        return code;
    struct seal_work *w = r->context;
    w->keeps = !w->version.blob;
    w->version.role = arena_strdup(a, jval_string(j, "role", "other"));
    return 0;
}

static int answer(struct service *s, struct arena *a, const struct request *q,
                  const struct store_application *row, int64_t version,
                  struct response *r, struct err *e)
{
    struct store_seal_version v;
    int code = store_seal_get(s->store, a, row->id, request_param(q, "sid"),
                              version, &v, e);
    return code ? code
                : response_json(r, 200,
                                desk_seal_version(s, a, q, row, &v, NULL));
}

static const char *detail(struct arena *a, const struct store_seal_version *v)
{
    return arena_printf(a, "{\"seal\":\"%s\",\"version\":%lld}", v->seal,
                        (long long)v->version);
}

static int propose(struct service *s, struct arena *a, const struct request *q,
                   const struct store_application *row, struct response *r,
                   struct err *e)
{
    const struct seal_work *w = q->state;
    const struct store_seal_version *v = &w->version;
    struct store_seal_version now = {0};
    int code = q->result
                   ? err_set(e, (enum err_code)q->result, "the seal's picture")
                   : 0;
    if (code == 0)
        code = seal_store_find(s, a, row, v->seal, v->version, &now, e);
    if (code == 0 && w->keeps && !now.blob)
        code = seal_store_keep_first(s, w, e);
    if (code == 0 && now.proposed_by && strcmp(now.proposed_by, q->who.id) != 0)
        return problem_set(r, PROBLEM_WRONG_STATE, "%s已提交，等待复核。",
                           desk_name(s, a, now.proposed_by));
    if (code == 0)
        code = store_seal_propose(s->store, row->id, v->seal, v->version,
                                  q->who.id, q->now_ms, e);
    if (code == 0)
        code =
            desk_record(s, a, q->who.id, row, "seal.proposed", detail(a, v), e);
    return code ? code : answer(s, a, q, row, v->version, r, e);
}

int desk_seal_propose(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct store_application row;
    struct seal_set set = {0};
    const char *name = NULL;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = open_set(s, a, q, &row, &set, &name, r, e);
    if (code || r->status)
        return code;
    return q->step == 0   ? desk_load(s, a, &row, set.run, DESK_REPORT, r, e)
           : q->step == 1 ? begin_propose(s, a, q, name, r, e)
                          : propose(s, a, q, &row, r, e);
}

/* --- the second person --------------------------------------------------- */

int desk_seal_produce(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct store_application row;
    struct store_seal_version v;
    struct seal_set set = {0};
    const char *name, *first;
    int code = desk_find(s, a, q, &row, e);
    if (code == 0)
        code = open_set(s, a, q, &row, &set, &name, r, e);
    if (code || r->status)
        return code;
    code = seal_store_find(s, a, &row, request_param(q, "sid"),
                           jval_int(q->json, "version", 0), &v, e);
    if (code)
        return code;
    first = seal_store_first_person(&v);
    if (!first)
        return problem_set(r, PROBLEM_WRONG_STATE,
                           "自动提取的印章须先由一人提交为制章稿，再由另一人复"
                           "核。");
    if (strcmp(first, q->who.id) == 0 ||
        (v.proposed_by && strcmp(v.proposed_by, q->who.id) == 0))
        return problem_set(r, PROBLEM_FOUR_EYES,
                           "不能复核自己修整或提交的印章，须由另一人办理。");
    code = store_seal_produce(s->store, row.id, v.seal, v.version, q->who.id,
                              q->now_ms, e);
    if (code == 0)
        code = desk_record(s, a, q->who.id, &row, "seal.produced",
                           detail(a, &v), e);
    if (code)
        return code;
    struct jval *j = jval_new_object();
    jval_set_int(j, "version", (long long)v.version);
    jval_set_string(j, "by", desk_name(s, a, q->who.id));
    desk_set_time(a, j, "at", q->now_ms);
    return response_json(r, 200, j);
}
