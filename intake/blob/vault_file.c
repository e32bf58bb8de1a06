/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Files under an application's key: libsodium's secretstream, 64 KiB a piece.
 *
 * Each piece is authenticated in its place; the last one carries a mark, so a
 * file that was cut at the end of a piece is noticed as well. The first piece
 * is bound to the application.
 */

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/blob/vault.h"

#define STREAM(name) crypto_secretstream_xchacha20poly1305_##name

enum {
    PIECE = 1 << 16,
    EXTRA = STREAM(ABYTES),
    MAGIC = 4,
    ALGORITHM = 1,
    HEAD = MAGIC + 1 + STREAM(HEADERBYTES),
};
static const char magic[] = "SDV1";

/* --- encrypting -----------------------------------------------------------*/

/* One piece is held back, since only the end tells which is the last. */
struct sealer {
    STREAM(state) stream;
    const struct vault_key *key;
    struct blob_writer *out;
    struct digest digest;
    uint64_t size;
    size_t held;
    bool started;
    uint8_t piece[PIECE], sealed[PIECE + EXTRA];
};

static int sealer_init(struct sealer *s, const struct vault_key *k,
                       struct blobs *b, struct err *e)
{
    uint8_t head[HEAD];
    s->key = k;
    s->size = 0;
    s->held = 0;
    s->started = false;
    digest_init(&s->digest);
    int r = blob_create(b, &s->out, e);
    if (r)
        return r;
    memcpy(head, magic, MAGIC);
    head[MAGIC] = ALGORITHM;
    STREAM(init_push)(&s->stream, head + MAGIC + 1, k->key);
    r = blob_write(s->out, head, sizeof head, e);
    if (r)
        blob_abort(s->out);
    return r;
}

static int push(struct sealer *s, bool last, struct err *e)
{
    unsigned long long n = 0;
    const char *ad = s->started ? NULL : s->key->application;
    STREAM(push)
    (&s->stream, s->sealed, &n, s->piece, s->held, (const uint8_t *)ad,
     ad ? strlen(ad) : 0, last ? STREAM(TAG_FINAL) : 0);
    s->started = true;
    s->held = 0;
    return blob_write(s->out, s->sealed, (size_t)n, e);
}

static int sealer_add(struct sealer *s, const void *bytes, size_t n,
                      struct err *e)
{
    const uint8_t *p = bytes;
    digest_add(&s->digest, bytes, n);
    s->size += n;
    while (n > 0) {
        int r = s->held == PIECE ? push(s, false, e) : 0;
        if (r)
            return r;
        size_t take = PIECE - s->held < n ? PIECE - s->held : n;
        memcpy(s->piece + s->held, p, take);
        s->held += take;
        p += take;
        n -= take;
    }
    return 0;
}

/* Ends the sealer, with what came of it; r: what came before. */
static int sealer_done(struct sealer *s, int r, struct vault_file *ret,
                       struct err *e)
{
    if (r == 0)
        r = push(s, true, e);
    if (r) {
        blob_abort(s->out);
    } else {
        ret->size = s->size;
        digest_done(&s->digest, ret->sha256);
        r = blob_commit(s->out, ret->blob, e);
    }
    sodium_memzero(s->piece, sizeof s->piece);
    sodium_memzero(&s->stream, sizeof s->stream);
    return r;
}

static int add_fd(struct sealer *s, int fd, struct err *e)
{
    uint8_t piece[PIECE];
    int r = 0;
    ssize_t n;
    while (r == 0 && (n = read(fd, piece, sizeof piece)) != 0) {
        if (n > 0)
            r = sealer_add(s, piece, (size_t)n, e);
        else if (errno != EINTR)
            r = err_set(e, ERR_SYS, "upload: %s", strerror(errno));
    }
    sodium_memzero(piece, sizeof piece);
    return r;
}

int vault_put_fd(const struct vault_key *k, struct blobs *b, int fd,
                 struct vault_file *ret, struct err *e)
{
    struct sealer s;
    int r = sealer_init(&s, k, b, e);
    return r ? r : sealer_done(&s, add_fd(&s, fd, e), ret, e);
}

int vault_put(const struct vault_key *k, struct blobs *b, const void *bytes,
              size_t n, struct vault_file *ret, struct err *e)
{
    struct sealer s;
    int r = sealer_init(&s, k, b, e);
    return r ? r : sealer_done(&s, sealer_add(&s, bytes, n, e), ret, e);
}

/* --- decrypting -----------------------------------------------------------*/

typedef int opened_fn(void *context, const void *bytes, size_t n,
                      struct err *e);

/* Reads until n bytes are there or the file ends. */
static ssize_t read_all(int fd, uint8_t *to, size_t n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(fd, to + have, n - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static int bad(const char *blob, const char *why, struct err *e)
{
    return err_set(e, ERR_STORE, "blob %.64s: %s", blob, why);
}

static int open_stream(const struct vault_key *k, int fd, const char *blob,
                       STREAM(state) * ret, struct err *e)
{
    uint8_t head[HEAD];
    if (read_all(fd, head, sizeof head) != HEAD ||
        memcmp(head, magic, MAGIC) != 0 || head[MAGIC] != ALGORITHM)
        return bad(blob, "not a file of the vault", e);
    STREAM(init_pull)(ret, head + MAGIC + 1, k->key);
    return 0;
}

static int open_pieces(const struct vault_key *k, int fd, const char *blob,
                       opened_fn *each, void *context, struct err *e)
{
    STREAM(state) stream;
    uint8_t sealed[PIECE + EXTRA], piece[PIECE], tag = 0, more;
    const char *ad = k->application;
    int r = open_stream(k, fd, blob, &stream, e);
    while (r == 0 && tag != STREAM(TAG_FINAL)) {
        unsigned long long n = 0;
        ssize_t got = read_all(fd, sealed, sizeof sealed);
        if (got < EXTRA)
            return bad(blob, got < 0 ? strerror(errno) : "was cut off", e);
        if (STREAM(pull)(&stream, piece, &n, &tag, sealed,
                         (unsigned long long)got, (const uint8_t *)ad,
                         ad ? strlen(ad) : 0) != 0)
            return bad(blob, "is damaged, or of another application", e);
        ad = NULL;
        r = each(context, piece, (size_t)n, e);
    }
    sodium_memzero(piece, sizeof piece);
    if (r == 0 && read_all(fd, &more, 1) != 0)
        r = bad(blob, "goes on behind its end", e);
    return r;
}

static int open_blob(const struct vault_key *k, struct blobs *b,
                     const char *blob, opened_fn *each, void *context,
                     struct err *e)
{
    int fd, r = blob_open(b, blob, &fd, e);
    if (r)
        return r;
    r = open_pieces(k, fd, blob, each, context, e);
    close(fd);
    return r;
}

static int write_piece(void *context, const void *bytes, size_t n,
                       struct err *e)
{
    int fd = *(int *)context;
    for (const char *p = bytes; n > 0;) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set(e, ERR_SYS, "handing out: %s", strerror(errno));
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

int vault_get_fd(const struct vault_key *k, struct blobs *b, const char *blob,
                 int fd, struct err *e)
{
    return open_blob(k, b, blob, write_piece, &fd, e);
}

struct room {
    char *bytes;
    size_t n, max;
};

static int keep_piece(void *context, const void *bytes, size_t n, struct err *e)
{
    struct room *room = context;
    if (n > room->max - room->n)
        return err_set(e, ERR_LIMIT, "more than %zu bytes", room->max);
    memcpy(room->bytes + room->n, bytes, n);
    room->n += n;
    return 0;
}

int vault_get(const struct vault_key *k, struct blobs *b, const char *blob,
              struct arena *a, size_t max_bytes, char **ret_bytes,
              size_t *ret_n, struct err *e)
{
    uint64_t size;
    int r = blob_size(b, blob, &size, e);
    if (r)
        return r;
    if (size > max_bytes + HEAD + EXTRA * (max_bytes / PIECE + 1))
        return err_set(e, ERR_LIMIT, "more than %zu bytes", max_bytes);
    /* A plaintext is smaller than its ciphertext. */
    struct room room = {arena_alloc(a, (size_t)size + 1, 1), 0, max_bytes};
    if (room.max > size)
        room.max = (size_t)size;
    r = open_blob(k, b, blob, keep_piece, &room, e);
    if (r)
        return r;
    room.bytes[room.n] = '\0';
    *ret_bytes = room.bytes;
    *ret_n = room.n;
    return 0;
}

/* --- joining --------------------------------------------------------------*/

static int add_piece(void *context, const void *bytes, size_t n, struct err *e)
{
    return sealer_add(context, bytes, n, e);
}

int vault_join(const struct vault_key *k, struct blobs *b,
               const char *const *blobs, size_t n, struct vault_file *ret,
               struct err *e)
{
    struct sealer s;
    int r = sealer_init(&s, k, b, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = open_blob(k, b, blobs[i], add_piece, &s, e);
    return sealer_done(&s, r, ret, e);
}
