/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/request.h"

#include <stdlib.h>
#include <string.h>

static const char *const methods[METHODS] = {
    [METHOD_GET] = "GET",        [METHOD_HEAD] = "HEAD",
    [METHOD_POST] = "POST",      [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH",    [METHOD_DELETE] = "DELETE",
    [METHOD_OPTIONS] = "OPTIONS"};

const char *method_name(enum method m)
{
    return methods[m];
}

int method_from_name(const char *name)
{
    for (int m = 0; m < METHODS; m++)
        if (strcmp(methods[m], name) == 0)
            return m;
    return -1;
}

static const char *find(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    return NULL;
}

const char *request_param(const struct request *q, const char *name)
{
    const char *value = find(q->params, q->n_params, name);
    return value ? value : "";
}

const char *request_query(const struct request *q, const char *name,
                          const char *otherwise)
{
    const char *value = find(q->query, q->n_query, name);
    return value ? value : otherwise;
}

long long request_query_int(const struct request *q, const char *name,
                            long long otherwise, long long min, long long max)
{
    const char *value = find(q->query, q->n_query, name);
    char *end;
    if (!value || !*value)
        return otherwise;
    long long v = strtoll(value, &end, 10);
    return *end || v < min || v > max ? otherwise : v;
}

bool request_owns(const struct request *q, const char *application,
                  const char *created_by)
{
    if (q->who.roles & ROLE_APPLICANT)
        return strcmp(q->who.application, application) == 0;
    if (q->who.roles & ROLE_CLIENT)
        return created_by && strcmp(q->who.id, created_by) == 0;
    return (q->who.roles & ROLE_ANYONE) == 0;
}
