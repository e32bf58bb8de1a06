/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * durable - what the test of durability and its benchmark share
 */

#ifndef TESTS_DURABLE_H
#define TESTS_DURABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/blob/blob.h"
#include "intake/blob/vault.h"
#include "intake/store/store.h"

struct err;

struct variant {
    bool early, no_sync, no_file_sync, no_flush;
};
struct plant {
    struct variant variant;
    struct store *store;
    struct blobs *blobs;
    struct vault *vault;
};
struct ack {
    uint32_t paper;
};

int plant_open(const char *folder, const struct variant *v, struct plant *ret,
               struct err *e);
void plant_close(struct plant *p);
int64_t clock_ms(void);

/* durable_bench.c: exit codes */
int bench(const char *folder, const struct variant *v);
int bench_queue(const char *folder, const struct variant *v);

#endif
