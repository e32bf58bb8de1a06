/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A document in one go. The body is in the spool already, hashed; it is
 * encrypted and synced on a thread, and only then becomes the slot's document.
 */

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/utf8.h"
#include "imaging/decode.h"
#include "intake/api/api.h"
#include "intake/api/quota.h"
#include "intake/blob/vault.h"
#include "intake/measure/worker.h"
#include "intake/queue/jobs.h"
#include "intake/queue/process.h"
#include "intake/queue/result.h"
#include "intake/store/ident.h"

enum { HEAD_BYTES = 64, MAX_DOCUMENTS = 100, MAX_NAME = 120 };

/* --- what others use as well ------------------------------------------- */

bool api_is_crowded(struct service *s, struct response *r)
{
    int retry_s;
    if (!jobs_is_full(s, &retry_s))
        return false;
    problem_set(r, PROBLEM_BUSY, "排队的申请较多，请在 %d 秒后再试。", retry_s);
    r->retry_after_s = retry_s;
    return true;
}

const char *api_media_of(const void *bytes, size_t n)
{
    static const char *const table[][2] = {
        {"jpeg", "image/jpeg"},    {"png", "image/png"},
        {"tiff", "image/tiff"},    {"webp", "image/webp"},
        {"heic", "image/heic"},    {"bmp", "image/bmp"},
        {"pdf", "application/pdf"}};
    const char *kind = decode_sniff(bytes, n);
    for (size_t i = 0; kind && i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i][0], kind) == 0)
            return table[i][1];
    return NULL;
}

const char *api_media(int fd)
{
    char head[HEAD_BYTES];
    ssize_t n = pread(fd, head, sizeof head, 0);
    return n > 0 ? api_media_of(head, (size_t)n) : NULL;
}

int api_refuse_kind(struct response *r)
{
    return problem_set(r, PROBLEM_MEDIA_TYPE,
                       "不是图片或 PDF 文件；请上传 JPG、PNG、TIFF、WebP、"
                       "HEIC、BMP 或 PDF。");
}

const char *api_plain_name(struct arena *a, const char *name,
                           const char *otherwise)
{
    if (!name)
        return otherwise;
    for (const char *p = name; *p; p++)
        if (*p == '/' || *p == '\\')
            name = p + 1;
    size_t n = strlen(name);
    while (n > MAX_NAME || (n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80))
        n--; /* never inside a character */
    char *plain = arena_strndup(a, name, n);
    for (char *p = plain; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = '_';
    return *plain == '\0' || strcmp(plain, ".") == 0 || strcmp(plain, "..") == 0
               ? otherwise
               : utf8_repair(a, plain, strlen(plain));
}

static int current(struct service *s, struct arena *a, const char *application,
                   enum slot slot, struct store_document *ret, size_t *ret_n,
                   struct err *e)
{
    struct store_document *all;
    size_t n;
    int r = store_documents(s->store, a, application, true, &all, &n, e);
    if (r)
        return r;
    *ret_n = n;
    *ret = (struct store_document){0};
    for (size_t i = 0; i < n; i++)
        if (all[i].replaced_ms == 0 && slot_from_name(all[i].slot) == (int)slot)
            *ret = all[i];
    return 0;
}

bool api_was_returned(struct service *s, struct arena *a,
                      const struct store_application *row, enum slot slot,
                      const char *sha256, struct response *r)
{
    struct store_document *all, *now = NULL;
    size_t n;
    bool was = false;
    if (row->revision == 0 ||
        store_documents(s->store, a, row->id, true, &all, &n, NULL))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (slot_from_name(all[i].slot) != (int)slot)
            continue;
        was |= all[i].revision <= row->revision &&
               strcmp(all[i].sha256, sha256) == 0;
        if (all[i].replaced_ms == 0)
            now = &all[i];
    }
    if (!was || !now || now->refusals >= MAX_REFUSALS)
        return false;
    now->refusals++;
    if (store_document_save(s->store, now, NULL))
        return false;
    problem_set(r, PROBLEM_SAME_FILE,
                "这就是上次退回的同一个文件，请按退回意见重新准备%s后再上传。",
                slot_zh(slot));
    r->keep = true;
    return true;
}

static int largest_mb(const struct service *s)
{
    const struct worker_limits *w = conf_values(s->conf, worker_section.name);
    return w->file_mb;
}

bool api_is_settled(struct service *s, struct arena *a,
                    const struct store_application *row,
                    const struct api_file *file, struct response *r)
{
    struct store_document now = {0};
    size_t n = 0;
    int most_mb = largest_mb(s);
    if (!api_is_open(row))
        return problem_set(r, PROBLEM_WRONG_STATE, "提交之后不能再上传材料。"),
               true;
    if (file->size == 0)
        return problem_set(r, PROBLEM_INVALID, "文件是空的（0 字节）。"), true;
    if (file->size > (uint64_t)most_mb << 20)
        return problem_set(
                   r, PROBLEM_TOO_LARGE,
                   "文件有 %.1f MB，最多 %d MB，请用 300 dpi 重新扫描。",
                   (double)file->size / (1 << 20), most_mb),
               true;
    if (current(s, a, row->id, file->slot, &now, &n, NULL) == 0 &&
        n >= MAX_DOCUMENTS)
        return problem_set(r, PROBLEM_QUOTA,
                           "这个申请上传的次数太多（%zu 次）。", n),
               true;
    if (quota_bytes_are_used_up(s, a, row, file->size, r) ||
        api_was_returned(s, a, row, file->slot, file->sha256, r))
        return true;
    if (!now.id || strcmp(now.sha256, file->sha256) != 0)
        return false;
    return response_json(r, 200, api_document_json(a, row, file->slot, &now)),
           true;
}

int api_add_document(struct service *s, struct arena *a,
                     const struct store_application *row,
                     const struct api_file *file, struct store_document *ret,
                     struct err *e)
{
    struct store_document before;
    size_t n;
    char *id = arena_alloc(a, 1, IDENT);
    int r = current(s, a, row->id, file->slot, &before, &n, e);
    ident_new(s->now_ms, id);
    *ret = (struct store_document){.id = id,
                                   .application = row->id,
                                   .slot = slot_name(file->slot),
                                   .revision = row->revision + 1,
                                   .blob = file->blob,
                                   .sha256 = file->sha256,
                                   .size = (int64_t)file->size,
                                   .media = file->media,
                                   .name = file->name,
                                   .origin = file->origin,
                                   .refusals = before.refusals,
                                   .quick = "queued",
                                   .quick_findings = "[]",
                                   .created_ms = s->now_ms};
    if (r == 0)
        r = store_document_add(s->store, ret, e);
    if (r == 0)
        r = jobs_add(s, PROCESS_CHECK, row, id, file->urgency, e);
    const char *actor =
        strcmp(file->origin, "upload") == 0 ? api_actor(NULL) : file->origin;
    return r ? r : api_record(s, a, actor, row, "document.uploaded", e);
}

/* --- PUT --------------------------------------------------------------- */

/* What the thread needs, and what it gives. */
struct keeping {
    struct store_bytes data_key;
    const char *application, *name, *media;
    int fd;
    struct vault_file file;
};

static int keep(struct service *s, void *context, struct err *e)
{
    struct keeping *k = context;
    struct vault_key key;
    int r = vault_key_open(s->vault, k->application, k->data_key, &key, e);
    if (r)
        return r;
    if (lseek(k->fd, 0, SEEK_SET) != 0)
        r = err_set(e, ERR_SYS, "spool: cannot be read again");
    else
        r = vault_put_fd(&key, s->blobs, k->fd, &k->file, e);
    vault_key_done(&key);
    return r;
}

static int begin(struct arena *a, const struct request *q, struct response *r,
                 const struct store_application *row, enum slot slot)
{
    const char *media = api_media(q->upload.fd);
    struct keeping *k = arena_new_struct(a, struct keeping);
    if (!media)
        return api_refuse_kind(r);
    *k = (struct keeping){.data_key = row->data_key,
                          .application = arena_strdup(a, row->id),
                          .media = media,
                          .fd = q->upload.fd};
    k->data_key.p = arena_memdup(a, row->data_key.p, row->data_key.n);
    k->name = api_plain_name(
        a, q->file_name,
        arena_printf(a, "%s.%s", slot_name(slot), strrchr(media, '/') + 1));
    r->state = k;
    return response_work(r, keep, k);
}

int api_put_document(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    struct store_application row;
    struct store_document d;
    int slot = slot_from_name(request_param(q, "slot"));
    if (slot < 0)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这一项材料。");
    int failed = api_find(s, a, q, request_param(q, "id"), &row, e);
    const struct api_file asked = {.slot = (enum slot)slot,
                                   .sha256 = q->upload.sha256,
                                   .size = q->upload.size};
    if (failed || (q->step == 0 && (api_is_crowded(s, r) ||
                                    api_is_settled(s, a, &row, &asked, r))))
        return failed;
    if (q->step == 0)
        return begin(a, q, r, &row, (enum slot)slot);
    const struct keeping *k = q->state;
    if (q->result)
        return problem_set(r, PROBLEM_STORAGE,
                           "文件没有保存成功，请稍后再试。");
    if (!api_is_open(&row))
        return problem_set(r, PROBLEM_WRONG_STATE, "提交之后不能再上传材料。");
    const struct api_file file = {.slot = (enum slot)slot,
                                  .name = k->name,
                                  .media = k->media,
                                  .blob = k->file.blob,
                                  .sha256 = k->file.sha256,
                                  .size = k->file.size,
                                  .origin = "upload",
                                  .urgency = api_urgency(q)};
    failed = api_add_document(s, a, &row, &file, &d, e);
    if (failed)
        return failed;
    r->location =
        arena_printf(a, "/api/v1/applications/%s/documents/%s", row.id, d.slot);
    return response_json(r, 201,
                         api_document_json(a, &row, (enum slot)slot, &d));
}
