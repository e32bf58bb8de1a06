/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Keys: a master key that only wraps, a data key for each application, subkeys
 * for everything else (libsodium's BLAKE2b key derivation).
 *
 *     wrapped key = 1 nonce(24) ciphertext(32 + 16)
 *
 * XChaCha20-Poly1305 with 24 random bytes of nonce: no counter to keep. What a
 * ciphertext belongs to is authenticated with it, so that a key or a text put
 * into another record does not open.
 */

#include "intake/blob/vault.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

enum {
    ALGORITHM = 1, /* XChaCha20-Poly1305 */
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    WRAPPED = 1 + NONCE + VAULT_KEY + TAG,
    MAGIC = 4,
    SEALED = MAGIC + 1 + NONCE + TAG, /* what a sealed text adds */
};
static const char sealed_magic[] = "SDS1";

struct vault {
    uint8_t key[VAULT_KEY], token_key[VAULT_KEY];
    char id[17];
};

/* --- the master key -------------------------------------------------------*/

void vault_random(void *ret, size_t n)
{
    randombytes_buf(ret, n);
}

/* A purpose is the context of the derivation, padded with blanks. */
void vault_derive(const struct vault *v, const char *purpose,
                  uint8_t ret[VAULT_KEY])
{
    char context[crypto_kdf_CONTEXTBYTES + 1];
    snprintf(context, sizeof context, "%-8.8s", purpose);
    crypto_kdf_derive_from_key(ret, VAULT_KEY, 1, context, v->key);
}

int vault_from_key(const uint8_t key[VAULT_KEY], struct vault **ret,
                   struct err *e)
{
    uint8_t id[VAULT_KEY];
    *ret = NULL;
    if (sodium_init() < 0)
        return err_set(e, ERR_LIBRARY, "libsodium cannot be used");
    struct vault *v = calloc(1, sizeof *v);
    if (!v)
        return err_set(e, ERR_LIBRARY, "out of memory");
    /* Without the right to lock memory the key may be swapped out: said in
     * the manual, no reason not to run. */
    sodium_mlock(v, sizeof *v);
    memcpy(v->key, key, VAULT_KEY);
    vault_derive(v, "token", v->token_key);
    vault_derive(v, "id", id);
    sodium_bin2hex(v->id, sizeof v->id, id, 8);
    *ret = v;
    return 0;
}

void vault_close(struct vault *v)
{
    if (!v)
        return;
    sodium_munlock(v, sizeof *v); /* wipes */
    free(v);
}

const char *vault_id(const struct vault *v)
{
    return v->id;
}

static int make_key(const char *path, struct err *e)
{
    uint8_t key[VAULT_KEY];
    const char *slash = strrchr(path, '/');
    char dir[4096] = ".";
    if (sodium_init() < 0)
        return err_set(e, ERR_LIBRARY, "libsodium cannot be used");
    if (slash && (size_t)(slash - path) < sizeof dir)
        snprintf(dir, sizeof dir, "%.*s", (int)(slash - path), path);
    randombytes_buf(key, sizeof key);
    int r = file_write(dir, slash ? slash + 1 : path, key, sizeof key, 0600, e);
    sodium_memzero(key, sizeof key);
    return r;
}

static int read_key(const char *path, int fd, uint8_t key[VAULT_KEY],
                    struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_SYS, "%s: %s", path, strerror(errno));
    if (st.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(e, ERR_CONFIG,
                       "%s: others may read the master key; chmod 600 it",
                       path);
    if (st.st_size != VAULT_KEY || read(fd, key, VAULT_KEY) != VAULT_KEY)
        return err_set(e, ERR_CONFIG, "%s: not a master key (%d bytes)", path,
                       VAULT_KEY);
    return 0;
}

int vault_open(const char *path, bool create, struct vault **ret, struct err *e)
{
    uint8_t key[VAULT_KEY];
    int fd = open(path, O_RDONLY | O_CLOEXEC), r = 0;
    *ret = NULL;
    if (fd < 0 && errno == ENOENT && create) {
        r = make_key(path, e);
        if (r == 0)
            fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (r)
        return r;
    if (fd < 0)
        return err_set(e, ERR_MISSING, "%s: %s", path, strerror(errno));
    r = read_key(path, fd, key, e);
    close(fd);
    if (r == 0)
        r = vault_from_key(key, ret, e);
    sodium_memzero(key, sizeof key);
    return r;
}

/* --- data keys ------------------------------------------------------------*/

struct store_bytes vault_new_key(const struct vault *v, struct arena *a,
                                 const char *application)
{
    uint8_t key[VAULT_KEY], *out = arena_alloc(a, WRAPPED, 1);
    crypto_aead_xchacha20poly1305_ietf_keygen(key);
    out[0] = ALGORITHM;
    randombytes_buf(out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out + 1 + NONCE, NULL, key, sizeof key, (const uint8_t *)application,
        strlen(application), NULL, out + 1, v->key);
    sodium_memzero(key, sizeof key);
    return (struct store_bytes){out, WRAPPED};
}

int vault_key_open(const struct vault *v, const char *application,
                   struct store_bytes wrapped, struct vault_key *ret,
                   struct err *e)
{
    const uint8_t *w = wrapped.p;
    if (wrapped.n == 0)
        return err_set(e, ERR_MISSING, "application %s was erased",
                       application);
    if (wrapped.n != WRAPPED || w[0] != ALGORITHM ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            ret->key, NULL, NULL, w + 1 + NONCE, wrapped.n - 1 - NONCE,
            (const uint8_t *)application, strlen(application), w + 1,
            v->key) != 0)
        return err_set(e, ERR_STORE,
                       "the data key of application %s does not open",
                       application);
    ret->application = application;
    return 0;
}

void vault_key_done(struct vault_key *k)
{
    sodium_memzero(k->key, sizeof k->key);
}

struct vault_key vault_own_key(const struct vault *v, const char *owner)
{
    struct vault_key k = {.application = owner};
    vault_derive(v, "own", k.key);
    return k;
}

/* --- short texts ----------------------------------------------------------*/

/* Whose and what it is, as one text that cannot be read in two ways. */
static const char *belongs(struct arena *a, const struct vault_key *k,
                           const char *label)
{
    return arena_printf(a, "%zu %s %s", strlen(k->application), k->application,
                        label);
}

struct store_bytes vault_seal(const struct vault_key *k, struct arena *a,
                              const char *label, const void *bytes, size_t n)
{
    const char *ad = belongs(a, k, label);
    uint8_t *out = arena_alloc(a, n + SEALED, 1), *nonce = out + MAGIC + 1;
    memcpy(out, sealed_magic, MAGIC);
    out[MAGIC] = ALGORITHM;
    randombytes_buf(nonce, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, bytes, n,
                                               (const uint8_t *)ad, strlen(ad),
                                               NULL, nonce, k->key);
    return (struct store_bytes){out, n + SEALED};
}

int vault_unseal(const struct vault_key *k, struct arena *a, const char *label,
                 struct store_bytes sealed, char **ret_bytes, size_t *ret_n,
                 struct err *e)
{
    const char *ad = belongs(a, k, label);
    const uint8_t *in = sealed.p;
    if (sealed.n == 0)
        return err_set(e, ERR_MISSING, "%s: nothing is kept, or it was erased",
                       label);
    if (sealed.n < SEALED || memcmp(in, sealed_magic, MAGIC) != 0 ||
        in[MAGIC] != ALGORITHM)
        return err_set(e, ERR_STORE, "%s: not a sealed text", label);
    size_t n = sealed.n - SEALED;
    char *out = arena_alloc(a, n + 1, 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            (uint8_t *)out, NULL, NULL, in + MAGIC + 1 + NONCE, n + TAG,
            (const uint8_t *)ad, strlen(ad), in + MAGIC + 1, k->key) != 0)
        return err_set(e, ERR_STORE, "%s: does not open", label);
    *ret_bytes = out;
    *ret_n = n;
    return 0;
}

/* --- tokens ---------------------------------------------------------------*/

void vault_token(char ret[VAULT_TOKEN])
{
    uint8_t random[32];
    static_assert(sodium_base64_ENCODED_LEN(
                      sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING) == VAULT_TOKEN,
                  "a token's length");
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(ret, VAULT_TOKEN, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void vault_token_hash(const struct vault *v, const char *token,
                      char ret[VAULT_HASH])
{
    uint8_t hash[(VAULT_HASH - 1) / 2];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)token, strlen(token),
                       v->token_key, sizeof v->token_key);
    sodium_bin2hex(ret, VAULT_HASH, hash, sizeof hash);
}
