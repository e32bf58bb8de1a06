/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"

enum { DETAIL_BYTES = 1000 };

static const struct {
    int status;
    const char *code, *zh, *en;
} problems[] = {
#define PROBLEM(name, status, code, zh, en) {status, code, zh, en},
#include "intake/core/problems.def"
#undef PROBLEM
};

const char *problem_code(enum problem p)
{
    return problems[p].code;
}

int problem_set_more(struct response *r, enum problem p, const char *detail_zh,
                     struct jval *more)
{
    struct jval *j = jval_new_object();
    jval_set_string(
        j, "type",
        arena_printf(r->arena, "urn:sealdesk:problem:%s", problems[p].code));
    jval_set_string(j, "title", problems[p].zh);
    jval_set_string(j, "title_en", problems[p].en);
    jval_set_int(j, "status", problems[p].status);
    r->detail = arena_strdup(r->arena, detail_zh);
    jval_set_string(j, "detail", r->detail);
    if (r->request)
        jval_set_string(j, "instance", r->request);
    jval_set_string(j, "code", problems[p].code);
    if (r->retry_after_s)
        jval_set_int(j, "retry_after_s", r->retry_after_s);
    const char *name;
    struct jval *child;
    for (size_t i = 0; jval_member(more, i, &name, &child); i++)
        jval_set(j, name, jval_copy(child));
    jval_free(more);
    response_json(r, problems[p].status, j);
    r->type = "application/problem+json";
    return 0;
}

int problem_set(struct response *r, enum problem p, const char *detail_zh, ...)
{
    char detail[DETAIL_BYTES];
    va_list ap;
    va_start(ap, detail_zh);
    vsnprintf(detail, sizeof detail, detail_zh, ap);
    va_end(ap);
    return problem_set_more(r, p, detail, NULL);
}

int problem_from_err(struct response *r, const struct err *e)
{
    static const struct {
        int code;
        enum problem problem;
        const char *zh; /* where err.def speaks of files or a command line */
    } known[] = {
        {ERR_BUSY, PROBLEM_BUSY, NULL},
        {ERR_TIMEOUT, PROBLEM_BUSY, NULL},
        {ERR_LIMIT, PROBLEM_TOO_LARGE, NULL},
        {ERR_MISSING, PROBLEM_NOT_FOUND, "没有找到，可能已删除或网址有误。"},
        {ERR_FORMAT, PROBLEM_INVALID, NULL},
        {ERR_UNSUPPORTED, PROBLEM_MEDIA_TYPE, NULL},
        {ERR_BUNDLE, PROBLEM_INVALID, "申请信息有误。"},
        {ERR_EMPTY, PROBLEM_INVALID, NULL},
        {ERR_USAGE, PROBLEM_BAD_REQUEST, "请求的内容有误。"},
    };
    enum problem p = PROBLEM_INTERNAL;
    const char *zh = NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == e->code) {
            p = known[i].problem;
            zh = known[i].zh;
        }
    if (p == PROBLEM_BUSY)
        r->retry_after_s = 2;
    return problem_set(r, p, "%s", zh ? zh : err_zh(e->code));
}
