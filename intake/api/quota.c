/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/api/quota.h"

#include "base/conf.h"
#include "base/err.h"
#include "intake/core/problem.h"
#include "intake/core/request.h"
#include "intake/core/response.h"
#include "intake/core/serve.h"
#include "intake/core/service.h"
#include "intake/store/store.h"

enum { MIB = 1 << 20, DAY_MS = 24 * 3600 * 1000, RETRY_S = 600 };

static const struct serve_settings *settings(const struct service *s)
{
    return conf_values(s->conf, serve_section.name);
}

bool quota_bytes_are_used_up(struct service *s, struct arena *a,
                             const struct store_application *row, uint64_t more,
                             struct response *r)
{
    const int most_mb = settings(s)->application_mb;
    struct store_document *all;
    struct err none = {0};
    uint64_t sum = more;
    size_t n;
    if (store_documents(s->store, a, row->id, true, &all, &n, &none))
        return false; /* the store will say so to whoever writes */
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)all[i].size;
    if (sum <= (uint64_t)most_mb * MIB)
        return false;
    problem_set(r, PROBLEM_QUOTA,
                "这份申请上传的文件合计已达 %d MB，不能再上传。", most_mb);
    return true;
}

bool quota_applications_are_used_up(struct service *s, const struct request *q,
                                    struct response *r)
{
    const int most = settings(s)->client_per_day;
    struct err none = {0};
    int64_t n;
    if (!(q->who.roles & ROLE_CLIENT) || !most ||
        store_applications_of(s->store, q->who.id, s->now_ms - DAY_MS, &n,
                              &none) ||
        n < most)
        return false;
    r->retry_after_s = RETRY_S;
    problem_set(r, PROBLEM_QUOTA, "24 小时内已新建 %d 份申请，请稍后再试。",
                most);
    return true;
}
