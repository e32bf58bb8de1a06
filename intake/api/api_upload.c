/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Uploads that can go on after the line broke: opened with the size, then
 * parts in order, each kept before it is acknowledged. Every part is a blob of
 * its own, so that nothing of a paper ever lies on the disk unencrypted; when
 * the last one is there they are joined.
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/memfile.h"
#include "intake/api/api.h"
#include "intake/api/quota.h"
#include "intake/blob/vault.h"
#include "intake/measure/worker.h"
#include "intake/store/ident.h"

enum { EXPIRES_MS = 24 * 3600 * 1000, MAX_OPEN = 20 };

static uint64_t limit_bytes(const struct service *s)
{
    const struct worker_limits *w = conf_values(s->conf, worker_section.name);
    return (uint64_t)w->file_mb << 20;
}

static int answer_state(struct arena *a, struct response *r, int status,
                        const struct store_upload *u)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "id", u->id);
    jval_set_string(j, "slot", u->slot);
    jval_set_int(j, "offset", u->received);
    jval_set_int(j, "size", u->size);
    jval_set_string(j, "expires_at", api_time(a, u->expires_ms));
    response_header(r, "Upload-Offset",
                    arena_printf(a, "%lld", (long long)u->received));
    response_header(r, "Upload-Length",
                    arena_printf(a, "%lld", (long long)u->size));
    return response_json(r, status, j);
}

/* Whether there is room for another; answers when not. */
static bool is_refused(struct service *s, struct arena *a,
                       const struct request *q, struct response *r,
                       const struct store_application *row, long long size)
{
    struct store_upload *open;
    size_t n;
    if (!api_is_open(row))
        return problem_set(r, PROBLEM_WRONG_STATE, "提交之后不能再上传材料。"),
               true;
    if (size == 0)
        return problem_set(r, PROBLEM_INVALID, "文件是空的（0 字节）。"), true;
    if (slot_from_name(jval_string(q->json, "slot", "")) < 0 || size < 1)
        return problem_set(
                   r, PROBLEM_INVALID,
                   "请说明材料（slot）、文件名（name）和大小（size）。"),
               true;
    if ((uint64_t)size > limit_bytes(s))
        return problem_set(r, PROBLEM_TOO_LARGE, "文件最多 %llu MB。",
                           (unsigned long long)(limit_bytes(s) >> 20)),
               true;
    if (store_uploads(s->store, a, row->id, &open, &n, NULL) == 0 &&
        n >= MAX_OPEN)
        return problem_set(r, PROBLEM_QUOTA, "未完成的上传太多，请先完成。"),
               true;
    return quota_bytes_are_used_up(s, a, row, (uint64_t)size, r) ||
           api_is_crowded(s, r);
}

int api_open_upload(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    struct store_application row;
    char id[IDENT];
    long long size = q->json ? jval_int(q->json, "size", -1) : -1;
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    if (failed || is_refused(s, a, q, r, &row, size))
        return failed;
    int slot = slot_from_name(jval_string(q->json, "slot", ""));
    const char *sha256 = jval_string(q->json, "sha256", NULL);
    if (sha256 && api_was_returned(s, a, &row, (enum slot)slot, sha256, r))
        return 0;
    ident_new(s->now_ms, id);
    const struct store_upload u = {
        .id = id,
        .application = row.id,
        .slot = slot_name((enum slot)slot),
        .name = api_plain_name(a, jval_string(q->json, "name", NULL),
                               slot_name((enum slot)slot)),
        .sha256 = sha256,
        .size = size,
        .created_ms = s->now_ms,
        .expires_ms = s->now_ms + EXPIRES_MS};
    failed = store_upload_add(s->store, &u, e);
    if (failed)
        return failed;
    r->location = arena_printf(a, "/api/v1/uploads/%s", id);
    return answer_state(a, r, 201, &u);
}

/* The upload and its application, if it is theirs. */
static int find(struct service *s, struct arena *a, const struct request *q,
                struct store_upload *ret, struct store_application *ret_row,
                struct err *e)
{
    int r = store_upload_get(s->store, a, request_param(q, "upload"), ret, e);
    if (r == 0)
        r = api_find(s, a, q, ret->application, ret_row, e);
    if (r == 0 && ret->expires_ms < s->now_ms)
        r = err_set(e, ERR_MISSING, "the upload has expired");
    return r;
}

int api_show_upload(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    struct store_upload u;
    struct store_application row;
    int failed = find(s, a, q, &u, &row, e);
    return failed ? failed : answer_state(a, r, 200, &u);
}

int api_drop_upload(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    struct store_upload u;
    struct store_application row;
    int failed = find(s, a, q, &u, &row, e);
    if (failed == 0)
        failed = store_upload_delete(s->store, u.id, e);
    return failed ? failed : response_empty(r, 204);
}

/* --- a part ------------------------------------------------------------ */

struct part {
    struct store_bytes data_key;
    const char *application;
    int fd;
    const char **blobs; /* to be joined, once all are there */
    size_t n_blobs;
    const char *media;
    struct vault_file file; /* of the part, then of the whole */
};

/* The kind of the whole, by its first bytes; those are encrypted by now. */
static int sniff(struct service *s, struct part *p, const struct vault_key *key,
                 struct err *e)
{
    int fd, r = memfile_create(&fd, e);
    if (r)
        return r;
    r = vault_get_fd(key, s->blobs, p->blobs[0], fd, e);
    p->media = r == 0 ? api_media(fd) : NULL;
    close(fd);
    return r;
}

static int join(struct service *s, struct part *p, const struct vault_key *key,
                struct err *e)
{
    int r = vault_join(key, s->blobs, p->blobs, p->n_blobs, &p->file, e);
    return r ? r : sniff(s, p, key, e);
}

static int keep_part(struct service *s, void *context, struct err *e)
{
    struct part *p = context;
    struct vault_key key;
    int r = vault_key_open(s->vault, p->application, p->data_key, &key, e);
    if (r)
        return r;
    if (p->n_blobs > 0)
        r = join(s, p, &key, e);
    else if (lseek(p->fd, 0, SEEK_SET) != 0)
        r = err_set(e, ERR_SYS, "spool: cannot be read again");
    else
        r = vault_put_fd(&key, s->blobs, p->fd, &p->file, e);
    vault_key_done(&key);
    return r;
}

static int wrong_offset(struct arena *a, struct response *r,
                        const struct store_upload *u)
{
    response_header(r, "Upload-Offset",
                    arena_printf(a, "%lld", (long long)u->received));
    return problem_set(r, PROBLEM_OFFSET, "请从第 %lld 字节继续上传。",
                       (long long)u->received);
}

/* Step 0: the part goes into the vault. */
static int take_part(struct service *s, struct arena *a,
                     const struct request *q, struct response *r,
                     const struct store_upload *u,
                     const struct store_application *row)
{
    long long offset =
        q->upload_offset ? strtoll(q->upload_offset, NULL, 10) : -1;
    if (!api_is_open(row))
        return problem_set(r, PROBLEM_WRONG_STATE, "提交之后不能再上传材料。");
    if (offset != u->received)
        return wrong_offset(a, r, u);
    if (q->upload.size == 0 ||
        q->upload.size > (uint64_t)(u->size - u->received))
        return problem_set(r, PROBLEM_TOO_LARGE,
                           "这一段比余下的 %lld 字节多，或者是空的。",
                           (long long)(u->size - u->received));
    if (offset == 0 && !api_media(q->upload.fd))
        return api_refuse_kind(r);
    (void)s;
    struct part *p = arena_new_struct(a, struct part);
    *p = (struct part){.application = arena_strdup(a, row->id),
                       .fd = q->upload.fd};
    p->data_key = (struct store_bytes){
        arena_memdup(a, row->data_key.p, row->data_key.n), row->data_key.n};
    r->state = p;
    return response_work(r, keep_part, p);
}

/* Step 1: the part is kept; the last one starts the joining. */
static int append(struct service *s, struct arena *a, const struct request *q,
                  struct response *r, struct store_upload *u, struct err *e)
{
    struct part *p = q->state;
    struct store_upload_part *parts;
    const struct store_upload_part row = {.upload = u->id,
                                          .start = u->received,
                                          .size = (int64_t)p->file.size,
                                          .blob = p->file.blob};
    if (strtoll(q->upload_offset, NULL, 10) != u->received)
        return wrong_offset(a, r, u);
    int failed = store_upload_append(s->store, &row, s->now_ms + EXPIRES_MS, e);
    if (failed)
        return failed;
    u->received += (int64_t)p->file.size;
    response_header(r, "Upload-Offset",
                    arena_printf(a, "%lld", (long long)u->received));
    if (u->received < u->size)
        return response_empty(r, 204);
    failed = store_upload_parts(s->store, a, u->id, &parts, &p->n_blobs, e);
    if (failed)
        return failed;
    p->blobs = arena_new_array(a, p->n_blobs, const char *);
    for (size_t i = 0; i < p->n_blobs; i++)
        p->blobs[i] = parts[i].blob;
    r->state = p;
    return response_work(r, keep_part, p);
}

/* Step 2: the whole is a document. */
static int complete(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, const struct store_upload *u,
                    const struct store_application *row, struct err *e)
{
    const struct part *p = q->state;
    struct store_document d;
    enum slot slot = (enum slot)slot_from_name(u->slot);
    int failed = store_upload_delete(s->store, u->id, e);
    if (failed)
        return failed;
    r->keep = true; /* also a file that is refused is used up */
    if (u->sha256 && strcasecmp(u->sha256, p->file.sha256) != 0)
        return problem_set(r, PROBLEM_DIGEST,
                           "收到的文件与校验值不符，请重新上传。");
    if (!api_is_open(row))
        return problem_set(r, PROBLEM_WRONG_STATE, "提交之后不能再上传材料。");
    if (api_was_returned(s, a, row, slot, p->file.sha256, r))
        return 0;
    const struct api_file file = {.slot = slot,
                                  .name = u->name,
                                  .media = p->media ? p->media : "",
                                  .blob = p->file.blob,
                                  .sha256 = p->file.sha256,
                                  .size = p->file.size,
                                  .origin = "upload",
                                  .urgency = api_urgency(q)};
    failed = api_add_document(s, a, row, &file, &d, e);
    return failed ? failed
                  : response_json(r, 201, api_document_json(a, row, slot, &d));
}

int api_append_upload(struct service *s, struct arena *a,
                      const struct request *q, struct response *r,
                      struct err *e)
{
    struct store_upload u;
    struct store_application row;
    int failed = find(s, a, q, &u, &row, e);
    if (failed)
        return failed;
    if (q->step == 0)
        return take_part(s, a, q, r, &u, &row);
    if (q->result)
        return problem_set(r, PROBLEM_STORAGE,
                           "文件没有保存成功，请稍后再试。");
    return q->step == 1 ? append(s, a, q, r, &u, e)
                        : complete(s, a, q, r, &u, &row, e);
}
