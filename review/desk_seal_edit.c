/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A seal cut out again where a person says: out of the vault, through a
 * sandboxed child of a lane, into the vault as a version of its own. The
 * machine's version stays.
 *
 *     step 0  the report         1  the paper, decrypted (thread)
 *          2  the lane           3  the picture into the vault (thread)
 *          4  the machine's version as version 1, if it is no record yet
 *          5  the record
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/memfile.h"
#include "base/str.h"
#include "base/units.h"
#include "intake/blob/vault.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/measure/recut.h"
#include "intake/queue/jobs.h"
#include "intake/queue/pool.h"
#include "intake/store/store_seal.h"
#include "review/handlers.h"
#include "review/seal_place.h"
#include "review/seal_set.h"
#include "review/seal_store.h"

enum { WAIT_MS = 60 * 1000, RETRY_S = 3, MAX_PARAMS = 1 << 14, MAX_NOTE = 500 };

/* What the lane is asked and has answered. It outlives a request that was
 * given up: whoever comes last frees it. */
struct errand_to_lane {
    struct arena *arena;
    const char *topic;
    bool is_answered, is_given_up;
    int code, fd;
};

struct edit {
    struct seal_work work; /* first: it is the context of its worker */
    struct recut recut;
    struct bundle_file file;
    const char *blob; /* the paper's */
    int fd;           /* the paper, decrypted */
    struct errand_to_lane *sent;
    struct recut_picture picture;
    struct seal_work
        first; /* the machine's version, when it is no record yet */
};

/* --- what is wanted ------------------------------------------------------ */

/* Box and turn are those of the seal set upright, on the scan; what is left
 * out is as the machine found it. False when a value is out of its range. */
static bool read_wish(const struct desk_load *l, const struct jval *seal,
                      const struct jval *wish, struct recut *ret)
{
    const struct jval *box = jval_lookup(wish, "box");
    *ret = seal_place_found(l, seal);
    if (jval_kind_of(box) != JVAL_NULL)
        ret->box = seal_place_box(box);
    ret->rotation_deg =
        remainder(jval_real(wish, "rotation", ret->rotation_deg), 360);
    ret->threshold = jval_real(wish, "threshold", 0);
    struct jval *j = recut_json(ret);
    int r = recut_from_json(j, ret, NULL);
    jval_free(j);
    return r == 0;
}

/* --- step 1 -------------------------------------------------------------- */

static int decrypt(struct service *s, void *context, struct err *e)
{
    struct edit *x = context;
    struct vault_key k;
    int r =
        vault_key_open(s->vault, x->work.row.id, x->work.row.data_key, &k, e);
    if (r)
        return r;
    r = memfile_create(&x->fd, e);
    if (r == 0)
        r = vault_get_fd(&k, s->blobs, x->blob, x->fd, e);
    if (r == 0)
        r = memfile_seal(x->fd, e);
    vault_key_done(&k);
    return r;
}

static int begin(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, struct err *e)
{
    struct desk_load *l;
    struct seal_set set;
    struct edit *x = arena_new_struct(a, struct edit);
    const char *id = request_param(q, "sid"), *name;
    int code = desk_loaded(q, &l, e);
    if (code == 0)
        code = seal_set_of(s, a, &l->row, id, &set, &name, e);
    if (code)
        return code;
    const struct jval *seal = seal_set_find(l, name);
    if (!seal)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这枚印章。");
    if (strlen(desk_text(q, "note")) > MAX_NOTE ||
        !read_wish(l, seal, q->json, &x->recut))
        return problem_set(r, PROBLEM_INVALID,
                           "框、角度或阈值超出范围，请重新调整。");
    const struct seal_file *f = seal_set_file(&set, name);
    x->blob = f->blob;
    x->file = (struct bundle_file){.slot = (enum slot)picture_name_slot(name),
                                   .file = f->name ? f->name : name,
                                   .sha256 = f->sha256};
    x->fd = -1;
    x->work = (struct seal_work){
        .arena = a,
        .row = l->row,
        .keeps = true,
        .version = {.seal = id,
                    .application = l->row.id,
                    .run = l->run.id,
                    .role = arena_strdup(a, jval_string(seal, "role", ""))}};
    return response_work(r, decrypt, x);
}

/* --- step 2 -------------------------------------------------------------- */

static void answered(struct service *s, void *context,
                     const struct lane_answer *answer)
{
    struct errand_to_lane *t = context;
    t->is_answered = true;
    t->code = answer->code;
    t->fd = dup(answer->fd);
    if (!t->is_given_up) {
        service_wake(s, t->topic);
        return;
    }
    close(t->fd);
    arena_free(t->arena);
}

static int ask(struct service *s, struct edit *x, const struct request *q,
               struct response *r)
{
    struct arena *own = arena_new(1 << 20);
    struct errand_to_lane *t = arena_new_struct(own, struct errand_to_lane);
    *t = (struct errand_to_lane){
        .arena = own, .topic = arena_strdup(own, q->id), .fd = -1};
    x->sent = t;
    const struct lane_task task = {.kind = LANE_RECUT,
                                   .files = &x->file,
                                   .n_files = 1,
                                   .recut = &x->recut};
    pool_add(jobs_pool(s), URGENCY_CHECK, &task, &x->fd, answered, t);
    return response_wait(r, t->topic, WAIT_MS, x);
}

/* --- step 3 -------------------------------------------------------------- */

static int take(struct edit *x, struct response *r, struct err *e)
{
    struct errand_to_lane *t = x->sent;
    const uint8_t *bytes;
    size_t n;
    if (!t->is_answered) {
        t->is_given_up = true;
        r->retry_after_s = RETRY_S;
        return problem_set(r, PROBLEM_BUSY, "系统繁忙，请稍后再试。");
    }
    int code = memfile_map(x->work.arena, t->fd, &bytes, &n, e);
    close(t->fd);
    arena_free(t->arena);
    if (code == 0)
        code = recut_read(x->work.arena, bytes, n, &x->picture, e);
    if (code == ERR_FORMAT)
        return problem_set(r, PROBLEM_INVALID,
                           "框里没有红色印迹，请重新框选。");
    if (code)
        return code;
    x->work.png = x->picture.png;
    x->work.n = x->picture.n;
    return response_work(r, seal_store_work, x);
}

/* --- steps 4 and 5 ------------------------------------------------------- */

static const char *params_json(struct arena *a, const struct edit *x,
                               const char *note)
{
    struct jval *j = recut_json(&x->recut);
    struct str t;
    str_init(&t, MAX_PARAMS);
    jval_set_string(j, "note", note);
    jval_print(j, false, &t);
    const char *s = arena_strdup(a, t.s);
    str_done(&t);
    jval_free(j);
    return s;
}

static int add(struct service *s, struct arena *a, struct edit *x,
               const struct request *q, struct response *r, struct err *e)
{
    struct store_seal_version v = x->work.version;
    const struct recut_picture *p = &x->picture;
    v.made_by = q->who.id;
    v.params = params_json(a, x, desk_text(q, "note"));
    v.blob = x->work.file.blob;
    v.sha256 = x->work.file.sha256;
    v.size = (int64_t)x->work.file.size;
    v.width_mm = p->dpi > 0 ? mm_from_px(p->width, p->dpi) : 0;
    v.height_mm = p->dpi > 0 ? mm_from_px(p->height, p->dpi) : 0;
    v.created_ms = q->now_ms;
    int code = store_seal_add(s->store, &v, e);
    if (code == 0)
        code = desk_record(s, a, q->who.id, &x->work.row, "seal.edited",
                           arena_printf(a, "{\"seal\":\"%s\",\"version\":%lld}",
                                        v.seal, (long long)v.version),
                           e);
    return code ? code
                : response_json(
                      r, 201,
                      desk_seal_version(s, a, q, &x->work.row, &v, NULL));
}

/* The machine's version gets its record, and number 1, before any other. */
static int keep(struct service *s, struct arena *a, struct edit *x,
                const struct request *q, struct response *r, struct err *e)
{
    struct store_seal_version first;
    int code =
        seal_store_find(s, a, &x->work.row, x->work.version.seal, 1, &first, e);
    if (code == 0 && first.blob)
        return add(s, a, x, q, r, e);
    if (code == 0)
        code = seal_store_read(s, a, &x->work.row, &first, &x->first, e);
    if (code)
        return code;
    x->first.keeps = true;
    x->first.version.role = x->work.version.role;
    response_work(r, seal_store_work, &x->first);
    r->state = x;
    return 0;
}

/* Somebody else may have been quicker: then there is a version 1 already. */
static int keep_both(struct service *s, struct arena *a, struct edit *x,
                     const struct request *q, struct response *r, struct err *e)
{
    struct store_seal_version first;
    int code =
        seal_store_find(s, a, &x->work.row, x->work.version.seal, 1, &first, e);
    if (code == 0 && !first.blob)
        code = seal_store_keep_first(s, &x->first, e);
    return code ? code : add(s, a, x, q, r, e);
}

int desk_seal_edit(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    struct edit *x = q->state;
    if (q->step == 0)
        return seal_set_load(s, a, q, r, e);
    if (q->step == 1)
        return begin(s, a, q, r, e);
    if (q->step != 3 && q->result)
        return err_set(e, (enum err_code)q->result, "seal's picture");
    return q->step == 2   ? ask(s, x, q, r)
           : q->step == 3 ? take(x, r, e)
           : q->step == 4 ? keep(s, a, x, q, r, e)
                          : keep_both(s, a, x, q, r, e);
}
