/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The chain: mac(n) = HMAC(mac(n - 1), row n), the row as fields with their
 * lengths, so that no two rows have the same bytes. The head is a value of the
 * store with a code of its own: "seq:mac:code".
 */

#include "intake/store/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/blob/digest.h"
#include "intake/blob/vault.h"

enum { BATCH = 1000, HEAD_ROOM = AUDIT_HEAD + DIGEST_HEX + 1 };

static const char head_name[] = "audit.head";

/* --- the codes ------------------------------------------------------------*/

static void add_int(struct digest *d, int64_t v)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)v >> (8 * i));
    digest_hmac_add(d, bytes, sizeof bytes);
}

/* A text that is not there is another thing than an empty one. */
static void add_text(struct digest *d, const char *s)
{
    add_int(d, s ? (int64_t)strlen(s) : -1);
    if (s)
        digest_hmac_add(d, s, strlen(s));
}

static void row_mac(const uint8_t key[VAULT_KEY], const char *previous,
                    const struct store_audit *row, char ret[DIGEST_HEX])
{
    struct digest d;
    digest_hmac_init(&d, key);
    add_text(&d, previous);
    add_int(&d, row->seq);
    add_int(&d, row->at_ms);
    add_text(&d, row->actor);
    add_text(&d, row->action);
    add_text(&d, row->object);
    add_text(&d, row->detail);
    digest_hmac_done(&d, ret);
}

static void head_text(const uint8_t key[VAULT_KEY], int64_t seq,
                      const char *mac, char ret[HEAD_ROOM])
{
    char code[DIGEST_HEX];
    struct digest d;
    digest_hmac_init(&d, key);
    add_text(&d, head_name);
    add_int(&d, seq);
    add_text(&d, mac);
    digest_hmac_done(&d, code);
    snprintf(ret, HEAD_ROOM, "%" PRId64 ":%s:%s", seq, mac, code);
}

/* --- writing --------------------------------------------------------------*/

struct head {
    int64_t seq;
    char mac[DIGEST_HEX];
};

/* "" is where a chain begins. */
static int read_head(struct store *s, struct arena *a, struct head *ret,
                     const char **ret_text, struct err *e)
{
    *ret = (struct head){0};
    int r = store_meta_get(s, a, head_name, ret_text, e);
    if (r || !*ret_text)
        return r;
    char *mac;
    ret->seq = strtoll(*ret_text, &mac, 10);
    if (ret->seq < 1 || *mac != ':' || strlen(mac) < DIGEST_HEX)
        return err_set(e, ERR_STORE, "the audit log's head is damaged");
    snprintf(ret->mac, sizeof ret->mac, "%s", mac + 1);
    return 0;
}

static int append(struct store *s, struct arena *a, const uint8_t *key,
                  struct store_audit row, struct err *e)
{
    struct head head;
    const char *text;
    char mac[DIGEST_HEX], next[HEAD_ROOM];
    int r = read_head(s, a, &head, &text, e);
    if (r)
        return r;
    row.seq = head.seq + 1;
    row.mac = mac;
    row_mac(key, head.mac, &row, mac);
    r = store_audit_add(s, &row, e);
    if (r)
        return r;
    head_text(key, row.seq, mac, next);
    return store_meta_put(s, head_name, next, e);
}

int audit_append(struct store *s, const struct vault *v, int64_t now_ms,
                 const char *actor, const char *action, const char *object,
                 const char *detail, struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    uint8_t key[VAULT_KEY];
    struct store_audit row = {.at_ms = now_ms,
                              .actor = actor,
                              .action = action,
                              .object = object ? object : "",
                              .detail = detail};
    vault_derive(v, "audit", key);
    int r = append(s, a, key, row, e);
    arena_free(a);
    return r;
}

int audit_head(struct store *s, char ret[AUDIT_HEAD], struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    struct head head;
    const char *text;
    int r = read_head(s, a, &head, &text, e);
    if (r == 0)
        snprintf(ret, AUDIT_HEAD, "%" PRId64 ":%s", head.seq, head.mac);
    arena_free(a);
    return r;
}

/* --- reading again --------------------------------------------------------*/

struct walk {
    const uint8_t *key;
    const char *noted; /* the head somebody noted, or NULL */
    bool noted_seen;
    struct head at;
    struct audit_result *result;
};

static void tell(struct walk *w, int64_t seq, const char *what)
{
    if (w->result->first_bad)
        return;
    w->result->first_bad = seq;
    snprintf(w->result->what, sizeof w->result->what, "row %" PRId64 ": %.120s",
             seq, what);
}

static void step(struct walk *w, const struct store_audit *row)
{
    char mac[DIGEST_HEX], at[AUDIT_HEAD];
    if (row->seq != w->at.seq + 1)
        tell(w, w->at.seq + 1, "is missing");
    row_mac(w->key, w->at.mac, row, mac);
    if (!row->mac || strcmp(mac, row->mac) != 0)
        tell(w, row->seq, "was changed, or what is before it");
    w->at.seq = row->seq;
    snprintf(w->at.mac, sizeof w->at.mac, "%s", row->mac ? row->mac : "");
    snprintf(at, sizeof at, "%" PRId64 ":%s", w->at.seq, w->at.mac);
    w->noted_seen |= w->noted && strcmp(w->noted, at) == 0;
    w->result->rows++;
}

static int walk_rows(struct store *s, struct walk *w, struct err *e)
{
    for (size_t n = BATCH; n == BATCH;) {
        struct arena *a = arena_new(64 << 20);
        struct store_audit *rows;
        int r = store_audit(s, a, w->at.seq, BATCH, &rows, &n, e);
        for (size_t i = 0; r == 0 && i < n; i++)
            step(w, &rows[i]);
        arena_free(a);
        if (r)
            return r;
    }
    return 0;
}

/* The last row must be the one the head names, under the head's own code. */
static int compare_head(struct store *s, struct walk *w, struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    char want[HEAD_ROOM];
    const char *text;
    int r = store_meta_get(s, a, head_name, &text, e);
    head_text(w->key, w->at.seq, w->at.mac, want);
    if (r == 0 && (text ? strcmp(text, want) != 0 : w->at.seq != 0))
        tell(w, w->at.seq + 1, "and what follows was cut off");
    if (r == 0 && w->noted && !w->noted_seen && strcmp(w->noted, "0:") != 0)
        tell(w, w->at.seq + 1, "the head that was noted is not in the log");
    arena_free(a);
    return r;
}

int audit_verify(struct store *s, const struct vault *v, const char *head,
                 struct audit_result *ret, struct err *e)
{
    uint8_t key[VAULT_KEY];
    *ret = (struct audit_result){0};
    struct walk w = {.key = key, .noted = head, .result = ret};
    vault_derive(v, "audit", key);
    /* Rows and head as of one moment, whoever writes meanwhile. */
    bool own = store_begin(s, STORE_HINT, NULL) == 0;
    int r = walk_rows(s, &w, e);
    if (r == 0)
        r = compare_head(s, &w, e);
    if (own)
        store_rollback(s);
    return r;
}
