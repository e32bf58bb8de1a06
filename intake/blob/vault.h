/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * vault - encryption at rest, with one key for each application
 *
 * A master key in a file of its own (32 bytes, mode 0600) wraps the data key of
 * each application; the wrapped key lies in the application's record. Whoever
 * destroys that record's key has erased the papers, wherever their ciphertext
 * may still lie. Files are libsodium's secretstream (XChaCha20-Poly1305) in
 * pieces of 64 KiB: reordered, cut or joined pieces are noticed, and a file
 * opens only under the application it was made for.
 *
 *     file   = "SDV1" algorithm(1) header(24) piece...   last piece is marked
 *     sealed = "SDS1" algorithm(1) nonce(24) ciphertext  for short texts
 *
 * A vault never changes after it was opened: threads may share it. Damaged,
 * forged or foreign ciphertext is ERR_STORE, an erased key is ERR_MISSING.
 */

#ifndef INTAKE_VAULT_H
#define INTAKE_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/blob/blob.h"
#include "intake/store/store.h"

struct arena;
struct err;
struct vault;

enum { VAULT_SHA256 = 65, VAULT_KEY = 32 };

/* Opens the master key; with `create` it is made when there is none. Refused
 * when others than the owner may read it. */
int vault_open(const char *key_file, bool create, struct vault **ret,
               struct err *e);
/* The same from the 32 bytes themselves, as handed down by a parent. */
int vault_from_key(const uint8_t key[VAULT_KEY], struct vault **ret,
                   struct err *e);
void vault_close(struct vault *v); /* wipes; NULL is fine */

/* Identifies the master key without telling it: goes into the store's meta. */
const char *vault_id(const struct vault *v);

/* A key for another purpose, drawn from the master key: "audit", "session"...
 * at most 8 letters. */
void vault_derive(const struct vault *v, const char *purpose,
                  uint8_t ret[VAULT_KEY]);

/* A new data key for the application, wrapped; lives in the arena. */
struct store_bytes vault_new_key(const struct vault *v, struct arena *a,
                                 const char *application);

/* An open data key: vault_key_open, use, vault_key_done. */
struct vault_key {
    uint8_t key[VAULT_KEY];
    const char *application; /* borrowed */
};
int vault_key_open(const struct vault *v, const char *application,
                   struct store_bytes wrapped, struct vault_key *ret,
                   struct err *e);
void vault_key_done(struct vault_key *k);

/* --- files ----------------------------------------------------------------*/

struct vault_file {
    char blob[BLOB_NAME];
    char sha256[VAULT_SHA256]; /* of the plaintext */
    uint64_t size;             /* of the plaintext */
};

/* Encrypts what can be read from fd, from here to its end, into a blob. On the
 * disk when it returns. Called by the threads of core's pool. */
int vault_put_fd(const struct vault_key *k, struct blobs *b, int fd,
                 struct vault_file *ret, struct err *e);
int vault_put(const struct vault_key *k, struct blobs *b, const void *bytes,
              size_t n, struct vault_file *ret, struct err *e);

/* Decrypts a blob into fd (a memfd for a worker), or into the arena. Nothing
 * of a damaged blob is handed out by vault_get; what was written to fd before
 * an error must not be used. */
int vault_get_fd(const struct vault_key *k, struct blobs *b, const char *blob,
                 int fd, struct err *e);
int vault_get(const struct vault_key *k, struct blobs *b, const char *blob,
              struct arena *a, size_t max_bytes, char **ret_bytes,
              size_t *ret_n, struct err *e);

/* Several blobs' plaintexts, one after the other, as one new blob. */
int vault_join(const struct vault_key *k, struct blobs *b,
               const char *const *blobs, size_t n, struct vault_file *ret,
               struct err *e);

/* --- short texts in records -----------------------------------------------*/

/* `label` says what it is ("form", "letter") and must be the same to open. */
struct store_bytes vault_seal(const struct vault_key *k, struct arena *a,
                              const char *label, const void *bytes, size_t n);
int vault_unseal(const struct vault_key *k, struct arena *a, const char *label,
                 struct store_bytes sealed, char **ret_bytes, size_t *ret_n,
                 struct err *e);

/* The same under the master key, for what belongs to no application (a user's
 * TOTP secret): a key without wrapping. */
struct vault_key vault_own_key(const struct vault *v, const char *owner);

/* --- tokens ---------------------------------------------------------------*/

enum { VAULT_TOKEN = 44, VAULT_HASH = 65 };

void vault_random(void *ret, size_t n);
/* 256 random bits, base64url without padding. */
void vault_token(char ret[VAULT_TOKEN]);
/* What is kept of it: BLAKE2b under a derived key, hexadecimal. */
void vault_token_hash(const struct vault *v, const char *token,
                      char ret[VAULT_HASH]);

#endif
