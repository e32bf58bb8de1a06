/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file judged while somebody waits; nothing of it is kept. */

#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/memfile.h"
#include "intake/api/api.h"
#include "intake/bundle.h"
#include "intake/measure/worker.h"
#include "intake/queue/checks.h"
#include "intake/queue/jobs.h"
#include "intake/queue/process.h"

enum { WAIT_MS = 50 * 1000, RETRY_S = 3, COPY_BYTES = 1 << 16 };

int api_to_memory(int from, int *ret_fd, struct err *e)
{
    char buf[COPY_BYTES];
    off_t at = 0;
    ssize_t n;
    int r = memfile_create(ret_fd, e);
    while (r == 0 && (n = pread(from, buf, sizeof buf, at)) > 0) {
        if (write(*ret_fd, buf, (size_t)n) != n)
            r = err_set(e, ERR_SYS, "memfd: no room");
        at += n;
    }
    if (r == 0)
        r = memfile_seal(*ret_fd, e);
    if (r && *ret_fd >= 0)
        close(*ret_fd);
    return r;
}

static int begin(struct service *s, struct arena *a, const struct request *q,
                 struct response *r, enum slot slot, struct err *e)
{
    const struct worker_limits *w = conf_values(s->conf, worker_section.name);
    int fd;
    if (q->upload.size == 0 || q->upload.size > (uint64_t)w->file_mb << 20)
        return problem_set(r, PROBLEM_TOO_LARGE,
                           "文件须在 1 字节到 %d MB 之间。", w->file_mb);
    if (!api_media(q->upload.fd))
        return api_refuse_kind(r);
    const struct bundle_file file = {
        .slot = slot,
        .file = api_plain_name(a, q->file_name, slot_name(slot)),
        .sha256 = q->upload.sha256};
    int failed = api_to_memory(q->upload.fd, &fd, e);
    if (failed == 0)
        failed = checks_begin(s, jobs_checks(s), q->id, &file,
                              process_today(a, s->now_ms), fd, e);
    if (failed == ERR_BUSY) {
        r->retry_after_s = RETRY_S;
        return problem_set(r, PROBLEM_BUSY, "试检的人较多，请稍后再试。");
    }
    return failed ? failed
                  : response_wait(r, arena_strdup(a, q->id), WAIT_MS, NULL);
}

int api_check(struct service *s, struct arena *a, const struct request *q,
              struct response *r, struct err *e)
{
    const char *report;
    size_t n;
    int slot = slot_from_name(request_query(q, "slot", ""));
    if (slot < 0)
        return problem_set(r, PROBLEM_INVALID, "请说明是哪一项材料（slot）。");
    if (q->step == 0)
        return begin(s, a, q, r, (enum slot)slot, e);
    int got = checks_take(jobs_checks(s), a, q->id, &report, &n, e);
    if (got == 0) {
        r->retry_after_s = RETRY_S;
        return problem_set(r, PROBLEM_BUSY, "检查用时过长，请稍后再试。");
    }
    return got < 0 ? got
                   : response_bytes(r, 200, "application/json", report, n);
}
