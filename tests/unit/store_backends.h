/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * store_backends - every backend a store or its blobs can have; the suites
 * test_store_*.c run over all of them. A new backend is one line here.
 */

#ifndef TESTS_STORE_BACKENDS_H
#define TESTS_STORE_BACKENDS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/blob/blob.h"
#include "intake/store/ident.h"
#include "intake/store/store.h"

struct store_backend {
    const char *name;
    int (*open)(const char *folder, struct store **ret, struct err *e);
};
struct blob_backend {
    const char *name;
    int (*open)(const char *folder, struct blobs **ret, struct err *e);
};

static inline int open_sqlite(const char *folder, struct store **ret,
                              struct err *e)
{
    return store_open(
        &(struct store_options){.folder = folder, .mode = STORE_WRITE}, ret, e);
}

static inline int open_folder(const char *folder, struct blobs **ret,
                              struct err *e)
{
    char path[200];
    snprintf(path, sizeof path, "%s/blobs", folder);
    return blob_folder_open(path, true, ret, e);
}

static const struct store_backend store_backends[] = {{"SQLite", open_sqlite}};
static const struct blob_backend blob_backends[] = {{"folder", open_folder}};

enum {
    N_STORES = sizeof store_backends / sizeof *store_backends,
    N_BLOBS = sizeof blob_backends / sizeof *blob_backends
};

/* --- what every suite needs -----------------------------------------------*/

/* One fresh store for each test. */
struct bench {
    const struct store_backend *backend;
    char folder[64];
    struct arena *a;
    struct store *s;
};

static struct bench bench = {.backend = store_backends};

static inline int bench_open(void)
{
    struct err e = {0};
    int r = bench.backend->open(bench.folder, &bench.s, &e);
    if (r)
        fprintf(stderr, "%s\n", e.text);
    return r;
}

static inline int bench_set_up(void **state)
{
    (void)state;
    snprintf(bench.folder, sizeof bench.folder, "/tmp/sealdesk-store-XXXXXX");
    bench.a = arena_new((size_t)1 << 30);
    return mkdtemp(bench.folder) ? bench_open() : -1;
}

static inline int bench_tear_down(void **state)
{
    (void)state;
    char command[100];
    store_close(bench.s);
    bench.s = NULL;
    bench.a = arena_free(bench.a);
    snprintf(command, sizeof command, "rm -rf '%s'", bench.folder);
    return system(command);
}

enum { NOW = 1000000 };

/* "0000000000000000000000000A": names that tests can count with. */
static inline const char *id_of(unsigned n)
{
    return arena_printf(bench.a, "00000000000000000000%06u", n);
}

static inline struct store_application an_application(unsigned n)
{
    return (struct store_application){
        .id = id_of(n),
        .version = 1,
        .state = "draft",
        .order_no = arena_printf(bench.a, "JX-%u", n),
        .org_name = arena_printf(bench.a, "甲%u有限公司", n),
        .access_hash = arena_printf(bench.a, "access-%u", n),
        .form = {"form", 4},
        .data_key = {"key", 3},
        .created_ms = NOW,
        .updated_ms = NOW,
        .due_ms = NOW + n};
}

/* An application that waits for a person. */
static inline struct store_application in_review(unsigned n,
                                                 enum store_verdict verdict)
{
    struct store_application row = an_application(n);
    row.state = "reviewing";
    row.stage = STAGE_REVIEW;
    row.revision = 1;
    row.verdict = (int64_t)verdict;
    row.submitted_ms = NOW;
    return row;
}

static inline struct store_job a_job(unsigned n, const char *share,
                                     int64_t priority)
{
    return (struct store_job){.id = id_of(n),
                              .kind = "measure",
                              .share = share,
                              .priority = priority,
                              .run_at_ms = NOW,
                              .created_ms = NOW};
}

/* Runs the tests on every backend; what failed, added up. */
#define RUN_ON_ALL(tests)                                                      \
    int main(void)                                                             \
    {                                                                          \
        int failed = 0;                                                        \
        for (size_t i = 0; i < N_STORES; i++) {                                \
            bench.backend = &store_backends[i];                                \
            failed += cmocka_run_group_tests_name(bench.backend->name, tests,  \
                                                  NULL, NULL);                 \
        }                                                                      \
        return failed;                                                         \
    }

#define good(call) assert_int_equal((call), 0)
#define test(f)                                                                \
    cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

#endif
