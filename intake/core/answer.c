/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/core/message.h"
#include "intake/core/response.h"

enum { HEADERS_BYTES = 8 << 10 };

enum { FLAG_DOCUMENT = 1, FLAG_REPLAYED = 2 };

void answer_put(struct arena *a, const struct response *r, struct message *m)
{
    struct str headers;
    str_init(&headers, HEADERS_BYTES);
    for (size_t i = 0; i < r->n_headers; i++)
        str_printf(&headers, "%s\n%s\n", r->headers[i].name,
                   r->headers[i].value);
    if (headers.len && !headers.failed)
        message_set(m, FIELD_HEADERS, arena_strdup(a, headers.s));
    str_done(&headers);
    message_set_int(a, m, FIELD_STATUS, r->status);
    message_set(m, FIELD_TYPE, r->type);
    message_set(m, FIELD_ETAG, r->etag);
    message_set(m, FIELD_LOCATION, r->location);
    message_set(m, FIELD_DISPOSITION, r->disposition);
    message_set_int(a, m, FIELD_CACHE, (int)r->cache);
    message_set_int(a, m, FIELD_FLAGS,
                    (r->document ? FLAG_DOCUMENT : 0) |
                        (r->replayed ? FLAG_REPLAYED : 0));
    message_set(m, FIELD_SET_COOKIE, r->cookie);
    message_set_int(a, m, FIELD_RETRY, r->retry_after_s);
    message_set_int(a, m, FIELD_SIZE, (long long)r->n);
    if (r->n > 0)
        message_set_bytes(m, FIELD_BODY, r->bytes, r->n);
}

static void take_headers(struct arena *a, const char *text, struct response *r)
{
    while (*text && r->n_headers < RESPONSE_HEADERS) {
        size_t name_n = strcspn(text, "\n");
        const char *value = text + name_n + (text[name_n] == '\n');
        size_t value_n = strcspn(value, "\n");
        response_header(r, arena_strndup(a, text, name_n),
                        arena_strndup(a, value, value_n));
        text = value + value_n + (value[value_n] == '\n');
    }
}

int answer_take(struct arena *a, struct message *m, struct response *r,
                struct err *e)
{
    long long status = message_int(m, FIELD_STATUS, 0);
    long long size = message_int(m, FIELD_SIZE, -1);
    long long cache = message_int(m, FIELD_CACHE, CACHE_NONE);
    long long flags = message_int(m, FIELD_FLAGS, 0);
    if (m->kind != MESSAGE_ANSWER || status < 200 || status > 599 || size < 0 ||
        cache < CACHE_NONE || cache > CACHE_FOREVER ||
        (m->fd < 0 && (size_t)size != m->field[FIELD_BODY].n))
        return err_set(e, ERR_FORMAT, "an answer that is none");
    take_headers(a, message_text(m, FIELD_HEADERS, ""), r);
    r->status = (int)status;
    r->type = m->field[FIELD_TYPE].s;
    r->etag = m->field[FIELD_ETAG].s;
    r->location = m->field[FIELD_LOCATION].s;
    r->disposition = m->field[FIELD_DISPOSITION].s;
    r->cookie = m->field[FIELD_SET_COOKIE].s;
    r->cache = (enum cache)cache;
    r->document = flags & FLAG_DOCUMENT;
    r->replayed = flags & FLAG_REPLAYED;
    r->retry_after_s = (int)message_int(m, FIELD_RETRY, 0);
    r->bytes = m->fd < 0 ? message_text(m, FIELD_BODY, "") : NULL;
    r->n = (size_t)size;
    r->fd = m->fd;
    m->fd = -1;
    return 0;
}
