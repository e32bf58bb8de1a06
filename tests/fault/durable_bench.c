/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * durable bench: papers of 500 kB from eight clients at once, each encrypted
 * and synced by a thread of its own, their records committed together by one,
 * as the service does it. durable queue: the desk with 100,000 applications.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "durable.h"
#include "intake/store/ident.h"

enum { CLIENTS = 8, PAPER = 500000, SECONDS = 5, MOST = 100000 };

/* --- acknowledgements a second --------------------------------------------*/

/* A paper on its way; `state` is guarded by the lock. */
struct request {
    struct vault_file file;
    enum { IDLE, WAITING, KEPT } state;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t arrived, kept;
    struct request requests[CLIENTS];
    struct plant plant;
    struct vault_key key;
    bool over;
    int64_t waits_ms[MOST];
    size_t n, commits;
} b;

static void *client(void *arg)
{
    struct request *q = arg;
    char *bytes = malloc(PAPER);
    struct err e = {0};
    if (!bytes)
        return NULL;
    memset(bytes, (int)(q - b.requests), PAPER);
    for (;;) {
        int64_t began = clock_ms();
        if (vault_put(&b.key, b.plant.blobs, bytes, PAPER, &q->file, &e)) {
            fprintf(stderr, "%s\n", e.text);
            break;
        }
        pthread_mutex_lock(&b.lock);
        q->state = WAITING;
        pthread_cond_signal(&b.arrived);
        while (q->state != KEPT && !b.over)
            pthread_cond_wait(&b.kept, &b.lock);
        if (q->state == KEPT && b.n < MOST)
            b.waits_ms[b.n++] = clock_ms() - began;
        q->state = IDLE;
        bool over = b.over;
        pthread_mutex_unlock(&b.lock);
        if (over)
            break;
    }
    free(bytes);
    return NULL;
}

static int keep(const struct vault_file *f, unsigned n, struct err *e)
{
    char id[IDENT];
    snprintf(id, sizeof id, "%026u", n);
    struct store_document d = {.id = id,
                               .application = "app",
                               .slot = id,
                               .blob = f->blob,
                               .sha256 = f->sha256,
                               .size = (int64_t)f->size};
    struct store_job job = {.id = id, .kind = "measure", .application = "app"};
    int r = store_document_add(b.plant.store, &d, e);
    return r ? r : store_job_add(b.plant.store, &job, e);
}

/* Everybody who waits, in one transaction; answers after the commit. */
static int turn(unsigned *serial, struct err *e)
{
    struct request *waiting[CLIENTS];
    size_t n = 0;
    pthread_mutex_lock(&b.lock);
    for (;;) {
        for (size_t i = 0; i < CLIENTS; i++)
            if (b.requests[i].state == WAITING)
                waiting[n++] = &b.requests[i];
        if (n)
            break;
        pthread_cond_wait(&b.arrived, &b.lock);
    }
    pthread_mutex_unlock(&b.lock);
    int r = store_begin(b.plant.store, STORE_HINT, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = keep(&waiting[i]->file, (*serial)++, e);
    if (r == 0)
        r = store_commit(b.plant.store, e);
    if (r == 0)
        r = store_flush(b.plant.store, e);
    pthread_mutex_lock(&b.lock);
    for (size_t i = 0; i < n; i++)
        waiting[i]->state = r ? IDLE : KEPT;
    b.commits++;
    pthread_cond_broadcast(&b.kept);
    pthread_mutex_unlock(&b.lock);
    return r ? r : store_maintain(b.plant.store, false, e);
}

static int by_size(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, c = *(const int64_t *)y;
    return (a > c) - (a < c);
}

int bench(const char *folder, const struct variant *v)
{
    struct store_application app = {
        .id = "app", .version = 1, .state = "draft"};
    pthread_t threads[CLIENTS];
    struct err e = {0};
    unsigned serial = 0;
    int r = plant_open(folder, v, &b.plant, &e);
    if (r == 0)
        r = store_application_add(b.plant.store, &app, &e);
    if (r) {
        fprintf(stderr, "%s (the folder has to be new)\n", e.text);
        return 1;
    }
    b.key = vault_own_key(b.plant.vault, "app");
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.arrived, NULL);
    pthread_cond_init(&b.kept, NULL);
    for (size_t i = 0; r == 0 && i < CLIENTS; i++)
        if (pthread_create(&threads[i], NULL, client, &b.requests[i]) != 0)
            return 2;
    int64_t began = clock_ms();
    while (r == 0 && clock_ms() - began < SECONDS * 1000)
        r = turn(&serial, &e);
    pthread_mutex_lock(&b.lock);
    b.over = true;
    pthread_cond_broadcast(&b.kept);
    pthread_mutex_unlock(&b.lock);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    if (r || b.n == 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    qsort(b.waits_ms, b.n, sizeof *b.waits_ms, by_size);
    printf("%d clients, %d kB: %.0f acknowledgements/s, p50 %lld ms, p99 %lld "
           "ms, %.1f to a commit\n",
           CLIENTS, PAPER / 1000, (double)b.n / SECONDS,
           (long long)b.waits_ms[b.n / 2],
           (long long)b.waits_ms[b.n * 99 / 100],
           (double)b.n / (double)b.commits);
    plant_close(&b.plant);
    return 0;
}

/* --- the desk -------------------------------------------------------------*/

enum { APPLICATIONS = 100000, REPEATS = 20 };

static int fill(struct store *s, struct err *e)
{
    char id[IDENT], order[20], name[60], hash[20];
    int r = store_begin(s, STORE_FACT, e);
    for (unsigned i = 0; r == 0 && i < APPLICATIONS; i++) {
        snprintf(id, sizeof id, "%026u", i);
        snprintf(order, sizeof order, "JX-%06u", i);
        snprintf(hash, sizeof hash, "h%u", i);
        snprintf(name, sizeof name, "江西第%u号工程建设有限公司", i);
        struct store_application row = {
            .id = id,
            .version = 1,
            .revision = 1,
            .state = "reviewing",
            .stage = i % 10 < 6 ? STAGE_REVIEW : i % STAGE_COUNT,
            .verdict = 1 + i % 3,
            .rounds = i % 5 == 0,
            .order_no = order,
            .org_name = name,
            .credit_code = order,
            .access_hash = hash,
            .form = {name, sizeof name},
            .due_ms = (int64_t)((i * 7919) % APPLICATIONS),
            .updated_ms = i};
        r = store_application_add(s, &row, e);
    }
    return r ? r : store_commit(s, e);
}

static int time_page(struct store *s, struct store_queue_query q,
                     const char *what)
{
    double worst = 0, sum = 0;
    const char *next = NULL;
    q.limit = 50;
    for (int i = 0; i < REPEATS; i++) {
        struct arena *a = arena_new(256 << 20);
        struct store_queue_row *rows;
        struct err e = {0};
        int64_t counts[VIEW_COUNT];
        size_t n;
        char after[80] = "";
        if (next)
            snprintf(after, sizeof after, "%s", next);
        q.after = after;
        struct timespec t0, t1;
        clock_gettime(CLOCK_MONOTONIC, &t0);
        int r = store_queue(s, a, &q, &rows, &n, &next, &e);
        if (r == 0)
            r = store_queue_counts(s, "li", 5, 50000, counts, &e);
        clock_gettime(CLOCK_MONOTONIC, &t1);
        double ms = (double)(t1.tv_sec - t0.tv_sec) * 1e3 +
                    (double)(t1.tv_nsec - t0.tv_nsec) / 1e6;
        sum += ms;
        worst = ms > worst ? ms : worst;
        static char kept[80];
        if (next) {
            snprintf(kept, sizeof kept, "%s", next);
            next = kept;
        }
        arena_free(a);
        if (r) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
    }
    printf("%-22s mean %6.2f ms, worst %6.2f ms\n", what, sum / REPEATS, worst);
    return worst > 100;
}

int bench_queue(const char *folder, const struct variant *v)
{
    struct plant p;
    struct err e = {0};
    int64_t began = clock_ms();
    int r = plant_open(folder, v, &p, &e);
    if (r == 0)
        r = fill(p.store, &e);
    if (r) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    printf("%d applications in %.1f s; a page of 50 with all counts:\n",
           APPLICATIONS, (double)(clock_ms() - began) / 1000);
    int slow = 0;
    for (unsigned i = 0; i < VIEW_COUNT; i++) {
        char what[20];
        snprintf(what, sizeof what, "view %u", i);
        slow += time_page(p.store,
                          (struct store_queue_query){
                              .view = i, .user = "li", .near_ms = 50000},
                          what);
    }
    slow += time_page(p.store, (struct store_queue_query){.search = "第777"},
                      "search in names");
    slow += time_page(p.store, (struct store_queue_query){.search = "JX-0777"},
                      "search by order");
    plant_close(&p);
    return slow ? 1 : 0;
}
