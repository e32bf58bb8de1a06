/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * durable: is what was acknowledged still there?
 *
 *   durable sweep DIR            a fault at every file call (with inject)
 *   durable kill DIR ROUNDS      kill -9 at random times
 *   durable cut MOUNT ACKS       writes, then cuts the power of the file system
 *   durable verify DIR ACKS      ... and looks after it was mounted again
 *   durable make DIR BATCHES     a data folder with that many applications
 *   durable bench DIR            acknowledgements a second
 *   durable queue DIR            the desk's pages with 100,000 applications
 *
 * A child takes papers in and tells each through a pipe after its commit. The
 * parent, which outlives it, opens the store anew: every paper that was told
 * must be there and open to the bytes that were sent, no record may name a blob
 * that is not there, and the store must take papers again.
 *
 * Every second application is committed without waiting and flushed behind the
 * commit, as the service does it; the others wait in the commit.
 *
 * Variants that must fail, to show that the test can: --early acknowledges
 * before the commit; --no-sync waits for no disk; --no-file-sync for the
 * database alone; --no-flush for the files alone.
 */

#define _GNU_SOURCE

#include "durable.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "inject.h"
#include "intake/blob/vault.h"
#include "intake/store/audit.h"
#include "intake/store/ident.h"

static const uint8_t master_key[VAULT_KEY] = "a key for tests, not a secret.";

/* --- the folder -----------------------------------------------------------*/

int plant_open(const char *folder, const struct variant *v, struct plant *ret,
               struct err *e)
{
    char path[300];
    snprintf(path, sizeof path, "%s/blobs", folder);
    *ret = (struct plant){.variant = *v};
    int r =
        store_open(&(struct store_options){.folder = folder,
                                           .mode = STORE_WRITE,
                                           .sync = v->no_sync ? SYNC_NEVER
                                                              : SYNC_BY_CLASS},
                   &ret->store, e);
    if (r == 0)
        r = blob_folder_open(path, !v->no_sync && !v->no_file_sync, &ret->blobs,
                             e);
    if (r == 0)
        r = blob_sweep(ret->blobs, e);
    return r ? r : vault_from_key(master_key, &ret->vault, e);
}

void plant_close(struct plant *p)
{
    vault_close(p->vault);
    blob_close(p->blobs);
    store_close(p->store);
}

/* --- taking in ------------------------------------------------------------*/

enum { SLOTS = 3 };

/* What paper n consists of: its own bytes, not another's. */
static char *paper(struct arena *a, unsigned n, size_t size)
{
    char *bytes = arena_alloc(a, size + 1, 1);
    uint64_t z = n;
    for (size_t i = 0; i < size; i++) {
        z = z * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (char)(z >> 56);
    }
    return bytes;
}

static void name_of(unsigned n, char ret[IDENT])
{
    snprintf(ret, IDENT, "%026u", n);
}

static int keep_records(struct plant *p, unsigned batch,
                        struct store_bytes wrapped,
                        const struct vault_file files[SLOTS], struct err *e)
{
    static const char *const slots[SLOTS] = {"form", "card", "sheet"};
    char id[IDENT], document_id[IDENT];
    name_of(batch, id);
    struct store_application app = {
        .id = id, .version = 1, .state = "draft", .data_key = wrapped};
    struct store_job job = {.id = id, .kind = "measure", .application = id};
    int r = store_application_add(p->store, &app, e);
    for (unsigned i = 0; r == 0 && i < SLOTS; i++) {
        name_of(batch * SLOTS + i, document_id);
        struct store_document d = {.id = document_id,
                                   .application = id,
                                   .slot = slots[i],
                                   .blob = files[i].blob,
                                   .sha256 = files[i].sha256,
                                   .size = (int64_t)files[i].size};
        r = store_document_add(p->store, &d, e);
    }
    if (r == 0)
        r = store_job_add(p->store, &job, e);
    return r ? r
             : audit_append(p->store, p->vault, batch, "test", "upload", id,
                            NULL, e);
}

static int commit_records(struct plant *p, unsigned batch,
                          struct store_bytes wrapped,
                          const struct vault_file files[SLOTS], struct err *e)
{
    bool waits = batch % 2 && !p->variant.no_flush;
    int r = store_begin(p->store, waits ? STORE_FACT : STORE_HINT, e);
    if (r == 0)
        r = keep_records(p, batch, wrapped, files, e);
    if (r == 0)
        r = store_commit(p->store, e);
    else
        store_rollback(p->store);
    if (r || waits || p->variant.no_flush)
        return r;
    if (store_flush(p->store, e))
        _exit(4); /* as the service: what is on the disk is not known now */
    return 0;
}

static void acknowledge(int fd, unsigned batch)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        struct ack ack = {batch * SLOTS + i};
        if (write(fd, &ack, sizeof ack) != (ssize_t)sizeof ack)
            _exit(1);
    }
}

/* One application of three papers, acknowledged on ack_fd when it is kept. */
static int take_in(struct plant *p, unsigned batch, size_t size, int ack_fd,
                   struct err *e)
{
    struct arena *a = arena_new(64 << 20);
    struct vault_file files[SLOTS] = {{.size = 0}};
    struct vault_key key = {.application = NULL};
    char id[IDENT];
    name_of(batch, id);
    struct store_bytes wrapped = vault_new_key(p->vault, a, id);
    int r = vault_key_open(p->vault, id, wrapped, &key, e);
    for (unsigned i = 0; r == 0 && i < SLOTS; i++)
        r = vault_put(&key, p->blobs, paper(a, batch * SLOTS + i, size), size,
                      &files[i], e);
    if (r == 0 && p->variant.early)
        acknowledge(ack_fd, batch);
    if (r == 0)
        r = commit_records(p, batch, wrapped, files, e);
    if (r == 0 && !p->variant.early)
        acknowledge(ack_fd, batch);
    arena_free(a);
    return r;
}

/* Leases are hints: committed without waiting, between the facts. */
static int hint(struct plant *p, struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    struct store_job job;
    int r = store_begin(p->store, STORE_HINT, e);
    if (r == 0) {
        r = store_job_claim(p->store, a, NULL, 9, "lane", 1, 1000, &job, e);
        if (r == ERR_MISSING)
            r = 0;
        if (r == 0)
            r = store_commit(p->store, e);
        else
            store_rollback(p->store);
    }
    arena_free(a);
    return r;
}

/* As long as it goes; what fails is refused, and the next one tried. */
static void work(const char *folder, const struct variant *v, unsigned from,
                 unsigned batches, size_t size, int ack_fd)
{
    struct plant p;
    struct err e = {0};
    if (plant_open(folder, v, &p, &e))
        _exit(3);
    for (unsigned i = 0; i < batches; i++) {
        if (take_in(&p, from + i, size, ack_fd, &e) == 0)
            hint(&p, &e);
        store_maintain(p.store, i % 8 == 7, &e);
    }
    plant_close(&p);
    _exit(0);
}

/* --- looking again --------------------------------------------------------*/

static void tell(void *context, const char *defect)
{
    fprintf(stderr, "%s: %s\n", (const char *)context, defect);
}

/* From the record to the bytes that were sent. */
static bool is_kept(struct plant *p, struct arena *a, struct ack ack,
                    size_t size)
{
    struct store_document d;
    struct store_application app;
    struct vault_key key;
    char id[IDENT], *got;
    size_t n;
    name_of(ack.paper, id);
    return store_document_get(p->store, a, id, &d, NULL) == 0 &&
           store_application_get(p->store, a, d.application, &app, NULL) == 0 &&
           vault_key_open(p->vault, app.id, app.data_key, &key, NULL) == 0 &&
           vault_get(&key, p->blobs, d.blob, a, size, &got, &n, NULL) == 0 &&
           n == size && memcmp(got, paper(a, ack.paper, size), size) == 0;
}

static int check_blob(void *context, const char *blob, const char *application,
                      struct err *e)
{
    (void)application;
    return blob_verify(((struct plant *)context)->blobs, blob, e);
}

/* The number of papers that were told and are not there; -1: not sound. */
static long verify(const char *folder, const struct variant *v,
                   const struct ack *acks, size_t n, size_t size, bool whole)
{
    struct plant p;
    struct err e = {0};
    struct audit_result audit = {0};
    long lost = 0;
    int r = plant_open(folder, v, &p, &e);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct arena *a = arena_new(64 << 20);
        lost += !is_kept(&p, a, acks[i], size);
        arena_free(a);
    }
    char name[] = "store";
    if (r == 0 && whole) {
        r = store_check(p.store, tell, name, &e);
        if (r == 0)
            r = store_each_blob(p.store, check_blob, &p, &e);
        if (r == 0)
            r = audit_verify(p.store, p.vault, NULL, &audit, &e);
        if (r == 0 && audit.first_bad)
            r = err_set(&e, ERR_STORE, "audit %s", audit.what);
    }
    if (r)
        fprintf(stderr, "%s\n", e.text);
    plant_close(&p);
    return r ? -1 : lost;
}

/* --- one round ------------------------------------------------------------*/

enum { MOST_ACKS = 100000 };
static struct ack acks[MOST_ACKS];

/* Reads acknowledgements until the pipe ends or the time is over. */
static size_t collect(int fd, int64_t for_ms, size_t n)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t until = clock_ms() + for_ms;
    for (;;) {
        int64_t left = until - clock_ms();
        if (for_ms >= 0 && left <= 0)
            return n;
        if (poll(&p, 1, for_ms < 0 ? -1 : (int)left) <= 0)
            return n;
        if (n == MOST_ACKS ||
            read(fd, &acks[n], sizeof *acks) != (ssize_t)sizeof *acks)
            return n;
        n++;
    }
}

static pid_t start(int *ret_fd)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(2);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        exit(2);
    close(ends[child == 0 ? 0 : 1]);
    *ret_fd = ends[child == 0 ? 1 : 0];
    return child;
}

static int fail(const char *what, long n)
{
    printf("FAILED: %s: %ld\n", what, n);
    return 1;
}

/* --- a fault at every call ------------------------------------------------*/

static struct {
    void (*arm)(long at, enum fault how, int spare_fd);
    long (*count)(void);
} faults;

static bool find_faults(void)
{
    *(void **)&faults.arm = dlsym(RTLD_DEFAULT, "fault_arm");
    *(void **)&faults.count = dlsym(RTLD_DEFAULT, "fault_count");
    return faults.arm && faults.count;
}

enum { BATCHES = 3, SMALL = 9000 };

/* How many file calls the work makes in this folder. */
static long count_calls(const char *folder, const struct variant *v,
                        unsigned from)
{
    int fd;
    long n = 0;
    pid_t child = start(&fd);
    if (child == 0) {
        struct plant p;
        struct err e;
        faults.arm(0, FAULT_EIO, fd);
        if (plant_open(folder, v, &p, &e))
            _exit(3);
        for (unsigned i = 0; i < BATCHES; i++) {
            take_in(&p, from + i, SMALL, fd, &e);
            hint(&p, &e);
        }
        plant_close(&p);
        n = faults.count();
        faults.arm(-1, FAULT_EIO, fd);
        struct ack last = {(uint32_t)n};
        _exit(write(fd, &last, sizeof last) == (ssize_t)sizeof last ? 0 : 1);
    }
    size_t told = collect(fd, -1, 0);
    close(fd);
    waitpid(child, NULL, 0);
    return told ? (long)acks[told - 1].paper : 0;
}

struct sums {
    long runs, told, lost, through; /* through: runs in which all was told */
};

/* One run with one fault; false when what is left is not sound. */
static bool strike(const char *folder, const struct variant *v, long at,
                   enum fault how, bool whole, struct sums *sums)
{
    int fd;
    unsigned batch = BATCHES * (unsigned)(1 + sums->runs++);
    pid_t child = start(&fd);
    if (child == 0) {
        faults.arm(at, how, fd);
        work(folder, v, batch, BATCHES, SMALL, fd);
    }
    size_t n = collect(fd, -1, 0);
    close(fd);
    waitpid(child, NULL, 0);
    long lost = verify(folder, v, acks, n, SMALL, whole);
    sums->told += (long)n;
    sums->lost += lost;
    sums->through += n == BATCHES * SLOTS;
    return lost >= 0;
}

/* Every call of a store in use; of the first start, which makes hundreds of
 * folders, every 29th. */
static int sweep_kind(const char *parent, const struct variant *v,
                      enum fault how, const char *name, long *ret_lost)
{
    char folder[300], first[320];
    struct sums used = {0}, fresh = {0};
    snprintf(folder, sizeof folder, "%s/%d", parent, (int)how);
    long calls_first = count_calls(folder, v, 0);
    long calls = count_calls(folder, v, 1000000);
    if (calls_first < calls || calls < 50)
        return fail("calls", calls);
    for (long at = 1; at <= calls; at++)
        if (!strike(folder, v, at, how, at % 16 == 0 || at == calls, &used))
            return fail(name, at);
    for (long at = 1 + (int)how; at <= calls_first; at += 29) {
        snprintf(first, sizeof first, "%s-%ld", folder, at);
        if (!strike(first, v, at, how, true, &fresh))
            return fail(name, at);
    }
    printf("%s: %ld runs, %ld of them went through, %ld papers acknowledged, "
           "%ld lost\n",
           name, used.runs + fresh.runs, used.through + fresh.through,
           used.told + fresh.told, used.lost + fresh.lost);
    *ret_lost += used.lost + fresh.lost;
    return 0;
}

static int sweep(const char *folder, const struct variant *v)
{
    static const char *const names[FAULTS] = {"EIO", "ENOSPC", "short write",
                                              "death before", "death after"};
    long lost = 0;
    int r = 0;
    if (!find_faults()) {
        puts("durable sweep: to be run with inject preloaded");
        return 2;
    }
    faults.arm(-1, FAULT_EIO, -1);
    unsigned from = v->early ? FAULT_DIE_BEFORE : 0;
    unsigned to = v->early ? FAULT_DIE_AFTER : FAULTS;
    for (unsigned how = from; r == 0 && how < to; how++)
        r = sweep_kind(folder, v, (enum fault)how, names[how], &lost);
    return r ? r : lost ? fail("lost", lost) : 0;
}

/* --- kill -9 --------------------------------------------------------------*/

static int kill_rounds(const char *folder, const struct variant *v, int rounds)
{
    long lost = 0, told = 0;
    unsigned batch = 0;
    srand(2026);
    for (int i = 0; i < rounds; i++, batch += 10000) {
        int fd;
        pid_t child = start(&fd);
        if (child == 0)
            work(folder, v, batch, 10000, SMALL, fd);
        size_t n = collect(fd, 5 + rand() % 40, 0);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        n = collect(fd, -1, n); /* told before it died */
        close(fd);
        long now = verify(folder, v, acks, n, SMALL, i % 20 == 19);
        if (now < 0)
            return fail("kill -9, round", i);
        lost += now;
        told += (long)n;
    }
    printf("%d times kill -9: %ld acknowledged, %ld lost\n", rounds, told,
           lost);
    return lost || told < rounds ? fail("lost", lost) : 0;
}

/* --- power cut ------------------------------------------------------------*/

enum { LARGE = 60000, SHUTDOWN_NOLOGFLUSH = 2 };

/* Counts only what was told before the cut was ordered: in the race after it
 * a late sync may still answer. */
static int cut(const char *mount, const struct variant *v, const char *file)
{
    char folder[300];
    uint32_t how = SHUTDOWN_NOLOGFLUSH;
    int fd, dir = open(mount, O_RDONLY | O_DIRECTORY);
    snprintf(folder, sizeof folder, "%s/data", mount);
    pid_t child = start(&fd);
    if (child == 0)
        work(folder, v, 0, 10000, LARGE, fd);
    srand((unsigned)child);
    size_t n = 0;
    for (int i = 0; i < 200 && n == 0; i++) /* however slow the machine is */
        n = collect(fd, 100, 0);
    n = collect(fd, 150 + rand() % 450, n);
    bool is_cut = ioctl(dir, _IOR('X', 125, uint32_t), &how) == 0;
    int why = errno;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(dir);
    int out = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!is_cut || out < 0 || n == 0 ||
        write(out, acks, n * sizeof *acks) != (ssize_t)(n * sizeof *acks)) {
        printf("power cut: %s, %zu acknowledged\n",
               is_cut ? "done" : strerror(why), n);
        return 2;
    }
    close(out);
    return 0;
}

static int verify_acks(const char *folder, const struct variant *v,
                       const char *file)
{
    int in = open(file, O_RDONLY);
    ssize_t n = in < 0 ? -1 : read(in, acks, sizeof acks);
    if (n < 0)
        return 2;
    close(in);
    size_t told = (size_t)n / sizeof *acks;
    long lost = verify(folder, v, acks, told, LARGE, true);
    printf("%zu acknowledged before the cut, %ld lost\n", told, lost);
    return lost ? 1 : 0;
}

/* --- a folder for other tests ---------------------------------------------*/

static int make(const char *folder, const struct variant *v, int batches)
{
    int fd;
    pid_t child = start(&fd);
    if (child == 0)
        work(folder, v, 0, (unsigned)batches, SMALL, fd);
    size_t n = collect(fd, -1, 0);
    waitpid(child, NULL, 0);
    return n == (size_t)batches * SLOTS
               ? file_write(folder, "master.key", master_key, sizeof master_key,
                            0600, NULL)
               : 1;
}

/* --------------------------------------------------------------------------*/

int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
    struct variant v = {0};
    const char *word[4] = {"", "", "", ""};
    for (int i = 1, n = 0; i < argc; i++) {
        if (strcmp(argv[i], "--early") == 0)
            v.early = true;
        else if (strcmp(argv[i], "--no-sync") == 0)
            v.no_sync = true;
        else if (strcmp(argv[i], "--no-file-sync") == 0)
            v.no_file_sync = true;
        else if (strcmp(argv[i], "--no-flush") == 0)
            v.no_flush = true;
        else if (n < 4)
            word[n++] = argv[i];
    }
    if (strcmp(word[0], "sweep") == 0)
        return sweep(word[1], &v);
    if (strcmp(word[0], "kill") == 0)
        return kill_rounds(word[1], &v, atoi(word[2]));
    if (strcmp(word[0], "cut") == 0)
        return cut(word[1], &v, word[2]);
    if (strcmp(word[0], "verify") == 0)
        return verify_acks(word[1], &v, word[2]);
    if (strcmp(word[0], "make") == 0)
        return make(word[1], &v, atoi(word[2]));
    if (strcmp(word[0], "bench") == 0)
        return bench(word[1], &v);
    if (strcmp(word[0], "queue") == 0)
        return bench_queue(word[1], &v);
    puts("durable sweep|kill|cut|verify|make|bench|queue: see the file's head");
    return 64;
}
