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

/* A text that was cut off must not end within a character. */
static void trim(struct err *e)
{
    size_t n = strlen(e->text), at = n;
    while (at > 0 && n - at < 3 && (e->text[at - 1] & 0xc0) == 0x80)
        at--;
    if (at == 0 || (e->text[at - 1] & 0xc0) != 0xc0)
        return;
    unsigned char head = (unsigned char)e->text[at - 1];
    size_t wanted = head >= 0xf0 ? 3 : head >= 0xe0 ? 2 : 1;
    if (n - at < wanted)
        e->text[at - 1] = '\0';
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    if (e) {
        va_list ap;
        va_start(ap, fmt);
        e->code = code;
        vsnprintf(e->text, sizeof e->text, fmt, ap);
        va_end(ap);
        trim(e);
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
        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %.*s",
                 (int)(sizeof old - (size_t)n), old);
    trim(e);
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
