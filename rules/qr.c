/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/qr.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* RFC 3986, 3.2: [userinfo@]host[:port]; browsers read `\` as `/`. */
static char *host_of(struct arena *a, const char *authority)
{
    size_t n = strcspn(authority, "/\\?#");
    char *host = arena_strndup(a, authority, n);
    char *at = strrchr(host, '@');
    host = at ? at + 1 : host;
    host[strcspn(host, ":")] = '\0';
    n = strlen(host);
    if (n > 0 && host[n - 1] == '.')
        host[n - 1] = '\0';
    for (char *p = host; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 'a' - 'A');
    return host;
}

/* A city's register that printed an address outside gov.cn. */
static bool is_citys(const char *host)
{
    static const char *const hosts[] = {"szcredit.com.cn", "szcredit.org.cn"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t n = strlen(host), m = strlen(hosts[i]);
        if (ends_with(host, hosts[i]) && (n == m || host[n - m - 1] == '.'))
            return true;
    }
    return false;
}

static enum qr_host kind_of(const char *host, const char *payload)
{
    if (strcmp(host, "gsxt.gov.cn") == 0 || ends_with(host, ".gsxt.gov.cn"))
        return QR_OFFICIAL;
    if (ends_with(host, ".gov.cn") || is_citys(host))
        return QR_OLD;
    if (strstr(host, "gsxt") || strstr(payload, "gsxt.gov.cn"))
        return QR_IMITATION;
    return QR_FOREIGN;
}

static const char *code_of(struct arena *a, const char *address)
{
    static const char name[] = "uniscid=";
    const char *p = strchr(address, '?');
    while (p && *p && *p != '#') {
        p++;
        size_t n = strcspn(p, "&#");
        if (strncasecmp(p, name, sizeof name - 1) == 0)
            return arena_strndup(a, p + sizeof name - 1, n - sizeof name + 1);
        p += n;
    }
    return NULL;
}

/* "统一社会信用代码：91…;企业名称：…", as licences of 2014 to 2018 have it. */
static const char *code_in_words(struct arena *a, const char *payload)
{
    static const char label[] = "统一社会信用代码";
    static const char *const colons[] = {":", "："};
    const char *p = strstr(payload, label);
    if (!p)
        return NULL;
    p += sizeof label - 1;
    for (size_t i = 0; i < sizeof colons / sizeof *colons; i++)
        if (strncmp(p, colons[i], strlen(colons[i])) == 0)
            p += strlen(colons[i]);
    size_t n = strspn(p, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return n ? arena_strndup(a, p, n) : NULL;
}

struct qr qr_parse(struct arena *a, const char *payload)
{
    struct qr qr = {QR_OPAQUE, "", code_in_words(a, payload)};
    if (qr.code)
        return qr;
    const char *authority = strstr(payload, "://");
    size_t scheme = authority ? (size_t)(authority - payload) : 0;
    if (authority && scheme != strcspn(payload, ":/?#. "))
        authority = NULL; /* "://" further back: not the scheme's */
    authority = authority ? authority + 3 : payload;
    const char *host = host_of(a, authority);
    if (authority == payload && !strstr(host, "."))
        return qr;
    if (!host[0] || strcspn(host, " \t\r\n") != strlen(host))
        return qr;
    bool web = authority == payload || strncasecmp(payload, "http:", 5) == 0 ||
               strncasecmp(payload, "https:", 6) == 0;
    qr.host = host;
    qr.kind = web ? kind_of(host, payload) : QR_FOREIGN;
    qr.code = code_of(a, authority);
    return qr;
}
