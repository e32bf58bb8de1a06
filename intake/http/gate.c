/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/gate.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "intake/core/request.h"

enum { LENGTH_DIGITS = 12 };

/* RFC 9110: tchar. */
static bool is_token(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z');
        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return n > 0;
}

static bool is_value(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
            return false;
    return utf8_is_valid(s, n);
}

/* Addresses of ours are plain: letters, digits and -._~ between slashes; the
 * query also holds %XX, which never stands for NUL. */
static bool is_target(const char *s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    if (*s != '/')
        return false;
    size_t n = strspn(s, plain);
    const char *query = s + n;
    for (const char *p = s; p < query; p++)
        if (p[0] == '/' &&
            (p[1] == '/' || (p[1] == '.' && (p[2] == '.' || p[2] == '/'))))
            return false;
    if (*query == '\0')
        return true;
    for (const char *p = query; *p; p++)
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f ||
            strchr("\"#<>\\^`{|}", *p) || strncmp(p, "%00", 3) == 0)
            return false;
    return *query == '?';
}

static bool is_length(const char *s, size_t n, int64_t *ret)
{
    *ret = 0;
    if (n == 0 || n > LENGTH_DIGITS)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *ret = 10 * *ret + (s[i] - '0');
    }
    return true;
}

static bool is_named(const struct gate_header *h, const char *name)
{
    return h->name_n == strlen(name) &&
           strncasecmp(h->name, name, h->name_n) == 0;
}

static int refuse(enum problem p, const char *why, const char **ret_why)
{
    *ret_why = why;
    return (int)p;
}

/* What may stand only once, or not at all, whoever reads it. */
static int check_framing(const struct gate_request *q, int64_t *ret_length,
                         const char **why)
{
    size_t hosts = 0, lengths = 0, encodings = 0;
    for (size_t i = 0; i < q->n; i++) {
        const struct gate_header *h = &q->headers[i];
        if (is_named(h, "Host"))
            hosts += h->value_n > 0 ? 1 : 2;
        if (is_named(h, "Content-Length")) {
            lengths++;
            if (!is_length(h->value, h->value_n, ret_length))
                return refuse(PROBLEM_BAD_REQUEST, "Content-Length", why);
        }
        encodings += is_named(h, "Transfer-Encoding");
    }
    if (hosts != 1)
        return refuse(PROBLEM_BAD_REQUEST, "not one Host", why);
    if (lengths > 1 || (lengths && encodings))
        return refuse(PROBLEM_BAD_REQUEST, "two lengths", why);
    if (encodings)
        return refuse(PROBLEM_LENGTH_WANTED, "Transfer-Encoding", why);
    return -1;
}

int gate_check(const struct gate_request *q, int64_t *ret_length,
               const char **ret_why)
{
    *ret_length = -1;
    if (strcmp(q->version, "HTTP/1.1") != 0 &&
        strcmp(q->version, "HTTP/1.0") != 0)
        return refuse(PROBLEM_BAD_REQUEST, "version", ret_why);
    if (strlen(q->target) > GATE_TARGET_BYTES)
        return refuse(PROBLEM_URI_TOO_LONG, "target", ret_why);
    if (!is_target(q->target))
        return refuse(PROBLEM_BAD_REQUEST, "target", ret_why);
    if (q->n > GATE_HEADERS)
        return refuse(PROBLEM_HEADERS, "headers", ret_why);
    for (size_t i = 0; i < q->n; i++) {
        const struct gate_header *h = &q->headers[i];
        if (!is_token(h->name, h->name_n) || !is_value(h->value, h->value_n))
            return refuse(PROBLEM_BAD_REQUEST, "a header", ret_why);
    }
    if (method_from_name(q->method) < 0)
        return refuse(PROBLEM_METHOD, "method", ret_why);
    return check_framing(q, ret_length, ret_why);
}
