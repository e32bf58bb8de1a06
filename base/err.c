/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct row {
    int code;
    bool retry;
    int exit_code;
    const char *name, *text, *zh;
};

static const struct row table[] = {
#define ERR(name, number, retry, exit_code, text, zh)                          \
    {-(number), retry, exit_code, #name, text, zh},
#include "base/err.def"
#undef ERR
};

static const struct row *lookup(int code)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].code == code)
            return &table[i];
    return NULL;
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    if (e) {
        va_list ap;
        va_start(ap, fmt);
        e->code = code;
        vsnprintf(e->text, sizeof e->text, fmt, ap);
        va_end(ap);
    }
    return code;
}

int err_context(struct err *e, int code, const char *fmt, ...)
{
    if (!e)
        return code;
    char old[sizeof e->text];
    memcpy(old, e->text, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof e->text)
        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s", old);
    e->code = code;
    return code;
}

bool err_is_retryable(int code)
{
    const struct row *r = lookup(code);
    return r && r->retry;
}

int err_exit_code(int code)
{
    const struct row *r = lookup(code);
    return r ? r->exit_code : 0;
}

const char *err_name(int code)
{
    const struct row *r = lookup(code);
    return r ? r->name : "NONE";
}

const char *err_summary(int code)
{
    const struct row *r = lookup(code);
    return r ? r->text : "no error";
}

int err_from_name(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].code;
    return ERR_NONE;
}

const char *err_zh(int code)
{
    const struct row *r = lookup(code);
    return r ? r->zh : "";
}
