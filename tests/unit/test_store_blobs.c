/* SPDX-License-Identifier: GPL-3.0-or-later */

/* blob: whole or not at all, under their own digest; vault: opens only what is
 * whole and ours. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <fcntl.h>

#include "base/file.h"
#include "intake/blob/vault.h"
#include "store_backends.h"

static struct blobs *blobs;
static struct vault *vault;
static struct vault_key key;
static const struct blob_backend *backend = blob_backends;

static int set_up(void **state)
{
    int r = bench_set_up(state);
    const char *path = arena_printf(bench.a, "%s/master.key", bench.folder);
    if (r == 0)
        r = backend->open(bench.folder, &blobs, NULL);
    if (r == 0)
        r = vault_open(path, true, &vault, NULL);
    return r ? r
             : vault_key_open(vault, "app",
                              vault_new_key(vault, bench.a, "app"), &key, NULL);
}

static int tear_down(void **state)
{
    vault_key_done(&key);
    vault_close(vault);
    blob_close(blobs);
    return bench_tear_down(state);
}

static char *bytes_of(size_t n)
{
    char *bytes = arena_alloc(bench.a, n + 1, 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    return bytes;
}

/* --- blobs ----------------------------------------------------------------*/

static int count(void *context, const char *name, uint64_t size, struct err *e)
{
    (void)name, (void)e;
    *(uint64_t *)context += 1000000 + size;
    return 0;
}

static void blobs_have_the_names_of_their_bytes(void **state)
{
    (void)state;
    char name[BLOB_NAME], want[BLOB_NAME], got[8];
    uint64_t size, all = 0;
    int fd;
    good(blob_put(blobs, "hello", 5, name, NULL));
    good(blob_put(blobs, "hello", 5, name, NULL)); /* again: the same */
    file_sha256("hello", 5, want);
    assert_string_equal(name, want);
    good(blob_open(blobs, name, &fd, NULL));
    assert_int_equal(read(fd, got, sizeof got), 5);
    close(fd);
    assert_memory_equal(got, "hello", 5);
    good(blob_size(blobs, name, &size, NULL));
    assert_int_equal(size, 5);
    good(blob_verify(blobs, name, NULL));
    good(blob_list(blobs, count, &all, NULL));
    assert_int_equal(all, 1000005);
    good(blob_remove(blobs, name, NULL));
    good(blob_remove(blobs, name, NULL));
    assert_false(blob_exists(blobs, name));
    assert_int_equal(blob_open(blobs, name, &fd, NULL), ERR_MISSING);
    assert_int_equal(blob_verify(blobs, name, NULL), ERR_MISSING);
}

static void what_is_no_name_is_not_there(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "../../../etc/passwd", "zz",
        "../456789012345678901234567890123456789012345678901234567890123",
        "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"};
    uint64_t size;
    int fd;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(blob_open(blobs, names[i], &fd, NULL), ERR_MISSING);
        assert_int_equal(blob_size(blobs, names[i], &size, NULL), ERR_MISSING);
        assert_int_equal(blob_remove(blobs, names[i], NULL), ERR_MISSING);
    }
}

static void what_was_not_committed_is_not_there(void **state)
{
    (void)state;
    struct blob_writer *w;
    uint64_t all = 0;
    good(blob_create(blobs, &w, NULL));
    good(blob_write(w, "x", 1, NULL));
    good(blob_list(blobs, count, &all, NULL));
    blob_abort(w);
    /* One that a dead process left goes at the next start. */
    good(blob_create(blobs, &w, NULL));
    good(blob_sweep(blobs, NULL));
    blob_abort(w);
    good(blob_list(blobs, count, &all, NULL));
    assert_int_equal(all, 0);
}

/* --- files of the vault ---------------------------------------------------*/

enum { PIECE = 1 << 16 };
static const size_t sizes[] = {0,         1,         PIECE - 1, PIECE,
                               PIECE + 1, 3 * PIECE, 500000};

static void files_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vault_file file, joined;
        char *bytes = bytes_of(sizes[i]), *got, hash[VAULT_SHA256];
        size_t n;
        good(vault_put(&key, blobs, bytes, sizes[i], &file, NULL));
        file_sha256(bytes, sizes[i], hash);
        assert_string_equal(file.sha256, hash);
        assert_int_equal(file.size, sizes[i]);
        good(vault_get(&key, blobs, file.blob, bench.a, sizes[i], &got, &n,
                       NULL));
        assert_int_equal(n, sizes[i]);
        assert_memory_equal(got, bytes, n);
        if (sizes[i])
            assert_int_equal(vault_get(&key, blobs, file.blob, bench.a,
                                       sizes[i] - 1, &got, &n, NULL),
                             ERR_LIMIT);
        const char *twice[] = {file.blob, file.blob};
        good(vault_join(&key, blobs, twice, 2, &joined, NULL));
        assert_int_equal(joined.size, 2 * sizes[i]);
        good(vault_get(&key, blobs, joined.blob, bench.a, 2 * sizes[i], &got,
                       &n, NULL));
        assert_memory_equal(got + sizes[i], bytes, sizes[i]);
    }
}

static void files_come_from_descriptors(void **state)
{
    (void)state;
    struct vault_file file;
    char *bytes = bytes_of(100000), *got;
    const char *path = arena_printf(bench.a, "%s/in", bench.folder);
    size_t n;
    good(file_write(bench.folder, "in", bytes, 100000, 0600, NULL));
    int fd = open(path, O_RDONLY);
    good(vault_put_fd(&key, blobs, fd, &file, NULL));
    close(fd);
    path = arena_printf(bench.a, "%s/out", bench.folder);
    fd = open(path, O_RDWR | O_CREAT, 0600);
    good(vault_get_fd(&key, blobs, file.blob, fd, NULL));
    close(fd);
    good(file_read(bench.a, path, 100000, &got, &n, NULL));
    assert_memory_equal(got, bytes, 100000);
}

/* The same bytes twice are two blobs: equal files are not seen to be equal. */
static void ciphertexts_tell_nothing(void **state)
{
    (void)state;
    struct vault_file one, two;
    good(vault_put(&key, blobs, "same", 4, &one, NULL));
    good(vault_put(&key, blobs, "same", 4, &two, NULL));
    assert_string_not_equal(one.blob, two.blob);
    assert_string_equal(one.sha256, two.sha256);
}

/* Any change of the ciphertext, put back under its right name. */
static void damage_is_noticed(void **state)
{
    (void)state;
    enum { N = 2 * PIECE + 100, ROOM = N + 200 };
    struct vault_file file;
    char name[BLOB_NAME], *got, sealed[ROOM];
    size_t n;
    int fd;
    good(vault_put(&key, blobs, bytes_of(N), N, &file, NULL));
    good(blob_open(blobs, file.blob, &fd, NULL));
    ssize_t size = read(fd, sealed, sizeof sealed);
    close(fd);
    assert_in_range(size, N + 1, ROOM - 1);
    const ssize_t cuts[] = {0, 4, 29, 30, 29 + PIECE + 17, size - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        good(blob_put(blobs, sealed, (size_t)cuts[i], name, NULL));
        assert_int_equal(
            vault_get(&key, blobs, name, bench.a, N, &got, &n, NULL),
            ERR_STORE);
    }
    for (ssize_t at = 0; at < size; at += at < 60 ? 1 : 9973) {
        sealed[at] ^= 1;
        good(blob_put(blobs, sealed, (size_t)size, name, NULL));
        assert_int_equal(
            vault_get(&key, blobs, name, bench.a, N, &got, &n, NULL),
            ERR_STORE);
        sealed[at] ^= 1;
    }
    sealed[size] = 'x'; /* and more behind the end */
    good(blob_put(blobs, sealed, (size_t)size + 1, name, NULL));
    assert_int_equal(
        vault_get(&key, blobs, name, bench.a, N + 9, &got, &n, NULL),
        ERR_STORE);
}

/* --- keys -----------------------------------------------------------------*/

static void keys_open_their_application_only(void **state)
{
    (void)state;
    struct vault_key other;
    struct vault_file file;
    char *got;
    size_t n;
    struct store_bytes wrapped = vault_new_key(vault, bench.a, "other");
    assert_int_equal(vault_key_open(vault, "app", wrapped, &other, NULL),
                     ERR_STORE);
    good(vault_key_open(vault, "other", wrapped, &other, NULL));
    good(vault_put(&key, blobs, "secret", 6, &file, NULL));
    assert_int_equal(
        vault_get(&other, blobs, file.blob, bench.a, 9, &got, &n, NULL),
        ERR_STORE);
    /* The right key under another name does not help either. */
    other = key;
    other.application = "other";
    assert_int_equal(
        vault_get(&other, blobs, file.blob, bench.a, 9, &got, &n, NULL),
        ERR_STORE);
    assert_int_equal(
        vault_key_open(vault, "app", (struct store_bytes){0, 0}, &other, NULL),
        ERR_MISSING); /* erased */
    uint8_t *forged = arena_memdup(bench.a, wrapped.p, wrapped.n);
    for (size_t i = 0; i < wrapped.n; i++) {
        forged[i] ^= 0x80;
        assert_int_equal(vault_key_open(vault, "other",
                                        (struct store_bytes){forged, wrapped.n},
                                        &other, NULL),
                         ERR_STORE);
        forged[i] ^= 0x80;
    }
}

static void sealed_texts_belong_to_their_place(void **state)
{
    (void)state;
    struct vault_key own = vault_own_key(vault, "user-1"), next;
    struct store_bytes sealed = vault_seal(&key, bench.a, "form", "甲", 3);
    char *got;
    size_t n;
    good(vault_unseal(&key, bench.a, "form", sealed, &got, &n, NULL));
    assert_string_equal(got, "甲");
    assert_int_equal(
        vault_unseal(&key, bench.a, "letter", sealed, &got, &n, NULL),
        ERR_STORE);
    sealed = vault_seal(&own, bench.a, "totp", "", 0);
    good(vault_unseal(&own, bench.a, "totp", sealed, &got, &n, NULL));
    assert_int_equal(n, 0);
    next = vault_own_key(vault, "user-2");
    assert_int_equal(
        vault_unseal(&next, bench.a, "totp", sealed, &got, &n, NULL),
        ERR_STORE);
    sealed.n = 10;
    assert_int_equal(
        vault_unseal(&own, bench.a, "totp", sealed, &got, &n, NULL), ERR_STORE);
    sealed.n = 0;
    assert_int_equal(
        vault_unseal(&own, bench.a, "totp", sealed, &got, &n, NULL),
        ERR_MISSING);
}

static void the_master_key_is_the_owners_alone(void **state)
{
    (void)state;
    const char *path = arena_printf(bench.a, "%s/master.key", bench.folder);
    struct vault *again;
    struct stat st;
    good(stat(path, &st));
    assert_int_equal(st.st_mode & 0777, 0600);
    good(vault_open(path, false, &again, NULL));
    assert_string_equal(vault_id(again), vault_id(vault));
    vault_close(again);
    good(chmod(path, 0640));
    assert_int_equal(vault_open(path, false, &again, NULL), ERR_CONFIG);
    good(file_write(bench.folder, "short", "x", 1, 0600, NULL));
    assert_int_equal(vault_open(arena_printf(bench.a, "%s/short", bench.folder),
                                false, &again, NULL),
                     ERR_CONFIG);
    assert_int_equal(vault_open(arena_printf(bench.a, "%s/none", bench.folder),
                                false, &again, NULL),
                     ERR_MISSING);
    good(vault_open(arena_printf(bench.a, "%s/other", bench.folder), true,
                    &again, NULL));
    assert_string_not_equal(vault_id(again), vault_id(vault));
    vault_close(again);
}

static void tokens_are_random_and_hashed(void **state)
{
    (void)state;
    char one[VAULT_TOKEN], two[VAULT_TOKEN], hash[VAULT_HASH], same[VAULT_HASH];
    vault_token(one);
    vault_token(two);
    assert_int_equal(strlen(one), VAULT_TOKEN - 1);
    assert_string_not_equal(one, two);
    vault_token_hash(vault, one, hash);
    vault_token_hash(vault, one, same);
    assert_string_equal(hash, same);
    vault_token_hash(vault, two, same);
    assert_string_not_equal(hash, same);
}

static void idents_sort_by_age(void **state)
{
    (void)state;
    char before[IDENT], after[IDENT];
    ident_new(1469918176385, before); /* the example of the specification */
    ident_new(1469918176386, after);
    assert_true(strcmp(before, after) < 0);
    assert_true(ident_is_valid(before));
    assert_memory_equal(before, "01ARYZ6S41", 10);
    assert_false(ident_is_valid("01KJK"));
    before[20] = 'U'; /* not one of the 32 letters */
    assert_false(ident_is_valid(before));
}

#undef test
#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    test(blobs_have_the_names_of_their_bytes),
    test(what_is_no_name_is_not_there),
    test(what_was_not_committed_is_not_there),
    test(files_come_back),
    test(files_come_from_descriptors),
    test(ciphertexts_tell_nothing),
    test(damage_is_noticed),
    test(keys_open_their_application_only),
    test(sealed_texts_belong_to_their_place),
    test(the_master_key_is_the_owners_alone),
    test(tokens_are_random_and_hashed),
    test(idents_sort_by_age),
};

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < N_BLOBS; i++) {
        backend = &blob_backends[i];
        failed += cmocka_run_group_tests_name(backend->name, tests, NULL, NULL);
    }
    return failed;
}
