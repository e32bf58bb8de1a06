/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Fork without exec keeps the warm engines; it is safe only while the parent
 * has one thread, because threads do not survive a fork and the locks they
 * hold do. That is checked before each fork. The child keeps two descriptors:
 * its records go to one pipe, and what libraries print to standard error goes
 * to another, whose first bytes become part of the message when it dies.
 */

#define _GNU_SOURCE

#include "intake/measure/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "intake/measure/sandbox.h"
#include "intake/measure/single.h"
#include "intake/measure/wire.h"

enum {
    RECORDS_FD = 3,
    FIRST_CLOSED = 4,
    EXIT_TEMPFAIL = 75, /* base/arena.h */
    LAST_WORDS = 8192,
    MAX_ATTEMPTS = 2,
    MAX_JOBS = 64,
    PIPE_BYTES = 1 << 16
};

#define T struct worker_limits
static const struct param params[] = {
    PARAM_INT_OF(T, timeout_s, "s", 1, 600, 90,
                 "处理一个文件最多用多久，超时即中止",
                 "how long one file may take; then its process is killed"),
    PARAM_INT_OF(T, memory_mb, "MB", 256, 16384, 2048,
                 "处理一个文件最多用多少内存（地址空间）",
                 "how much memory (address space) one file may take"),
    PARAM_INT_OF(T, jobs, "", 0, MAX_JOBS, 0,
                 "同时处理几个文件，0 表示与处理器核数相同",
                 "files worked on at the same time; 0: as many as processors"),
    PARAM_INT_OF(T, file_mb, "MB", 1, 1024, 120, "单个文件最大多少",
                 "the largest file that is opened"),
    {0},
};
#undef T

const struct conf_section worker_section = {"worker", params,
                                            sizeof(struct worker_limits)};

struct child {
    bool running;
    size_t job;
    pid_t pid;
    int records, words; /* read ends; -1: at its end */
    struct str in, said;
    double started, deadline;
    bool late;
};

/* --- the child --------------------------------------------------------- */

static void tell_error(int code, const struct err *e)
{
    const char *name = err_name(code);
    wire_write2(RECORDS_FD, WIRE_ERROR, name, strlen(name) + 1, e->text,
                strlen(e->text), NULL);
}

/* A death is a death: whoever started us may have handlers of its own. */
static void default_signals(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE,
                                  SIGABRT, SIGSYS, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
}

/* Work for which nobody waits neither interrupts others nor takes much beside
 * them. Who may not choose his place works all the same. */
static void step_back(int by)
{
    const struct sched_param none = {0};
    if (by > 0 && (sched_setscheduler(0, SCHED_BATCH, &none) || nice(by) < 0))
        errno = 0;
}

_Noreturn static void be_child(const struct worker_limits *limits, int records,
                               int words, worker_job *job, void *context,
                               size_t i)
{
    struct err e = {0};
    int null = open("/dev/null", O_RDWR);
    int kept = fcntl(records, F_DUPFD, 10), said = fcntl(words, F_DUPFD, 10);
    if (null < 0 || kept < 0 || said < 0 || dup2(null, 0) < 0 ||
        dup2(null, 1) < 0 || dup2(said, 2) < 0 || dup2(kept, RECORDS_FD) < 0)
        _exit(EXIT_FAILURE);
    default_signals();
    step_back(limits->nice);
    const struct sandbox_limits box = {limits->timeout_s, limits->memory_mb};
    int r = sandbox_enter(&box, FIRST_CLOSED, &e);
    if (r == 0)
        r = job(context, i, RECORDS_FD, &e);
    if (r != 0)
        tell_error(r, &e);
    wire_write(RECORDS_FD, WIRE_END, NULL, 0, NULL);
    _exit(EXIT_SUCCESS);
}

/* --- the parent -------------------------------------------------------- */

/* On the clock; the processor's time is a limit of the sandbox. */
static int patience_s(const struct worker_limits *limits)
{
    return limits->timeout_s * (1 + limits->patience);
}

static int open_pipe(int ends[2], struct err *e)
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set(e, ERR_SYS, "pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static int start(struct child *c, const struct worker_limits *limits,
                 worker_job *job, void *context, size_t i, struct err *e)
{
    int records[2], words[2];
    if (!single_threaded())
        return err_set(e, ERR_LIBRARY,
                       "a library started a thread before the "
                       "fork");
    if (open_pipe(records, e))
        return e->code;
    if (open_pipe(words, e)) {
        close(records[0]);
        close(records[1]);
        return e->code;
    }
    fflush(NULL);
    pid_t pid = fork();
    int why = errno;
    if (pid == 0)
        be_child(limits, records[1], words[1], job, context, i);
    close(records[1]);
    close(words[1]);
    if (pid < 0) {
        close(records[0]);
        close(words[0]);
        return err_set(e, ERR_SYS, "fork: %s", strerror(why));
    }
    double t = clock_exact_ms();
    *c = (struct child){true,
                        i,
                        pid,
                        records[0],
                        words[0],
                        .started = t,
                        .deadline = t + 1e3 * patience_s(limits)};
    str_init(&c->in, WIRE_MAX_BYTES);
    str_init(&c->said, LAST_WORDS);
    return 0;
}

/* Reads what is there; closes at the end. Bytes over the cap are dropped and
 * leave the str failed. */
static void collect(int *fd, struct str *t)
{
    char buf[PIPE_BYTES];
    for (;;) {
        ssize_t n = read(*fd, buf, sizeof buf);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            if (errno == EINTR)
                continue;
            return;
        }
        if (n <= 0) {
            close(*fd);
            *fd = -1;
            return;
        }
        str_add_bytes(t, buf, (size_t)n);
    }
}

/* Words of libraries that mean: there was no memory left. */
static bool speaks_of_memory(const char *words)
{
    static const char *const signs[] = {"bad_alloc", "failed to allocate",
                                        "out of memory", "cannot allocate"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcasestr(words, signs[i]))
            return true;
    return false;
}

/* How a child ended; 0 when it went through to its last record. */
static int classify(struct arena *a, const struct child *c, int status,
                    const struct worker_limits *limits, const char **ret)
{
    *ret = NULL;
    if (c->late) {
        *ret = arena_printf(a, "killed after %d s", patience_s(limits));
        return ERR_TIMEOUT;
    }
    if (c->in.failed) {
        *ret = "protocol: more bytes than allowed";
        return ERR_CRASH;
    }
    if (WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        *ret = arena_printf(a, "signal %d (%s)%s%s", sig, strsignal(sig),
                            c->said.len ? ": " : "",
                            utf8_repair(a, c->said.s, c->said.len));
        return sig == SIGSYS                 ? ERR_SANDBOX
               : sig == SIGXCPU              ? ERR_TIMEOUT
               : speaks_of_memory(c->said.s) ? ERR_MEMORY
                                             : ERR_CRASH;
    }
    if (WEXITSTATUS(status) == EXIT_TEMPFAIL) {
        *ret = arena_printf(a, "over %d MB", limits->memory_mb);
        return ERR_MEMORY;
    }
    if (WEXITSTATUS(status) != 0) {
        *ret = arena_printf(a, "exit %d: %s", WEXITSTATUS(status),
                            utf8_repair(a, c->said.s, c->said.len));
        return speaks_of_memory(c->said.s) ? ERR_MEMORY : ERR_CRASH;
    }
    return 0;
}

/* All records are there, none is broken. */
static int check_records(struct arena *a, const struct child *c,
                         const char **ret)
{
    struct err e;
    struct wire_record record;
    struct wire_reader r = {(const uint8_t *)c->in.s, c->in.len, 0, 0};
    int got;
    while ((got = wire_next(&r, &record, &e)) > 0)
        ;
    if (got < 0)
        *ret = arena_strdup(a, e.text);
    return got;
}

static double ms_of(struct timeval t)
{
    return 1e3 * (double)t.tv_sec + 1e-3 * (double)t.tv_usec;
}

static void finish(struct arena *a, struct child *c,
                   const struct worker_limits *limits,
                   struct worker_result *ret)
{
    int status = 0;
    struct rusage used = {0};
    /* Its pipes are closed, so it is ending; if not, it gets no more time. A
     * process that ends keeps its own status. */
    kill(c->pid, SIGKILL);
    while (wait4(c->pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    ret->attempts++;
    ret->wall_ms = clock_exact_ms() - c->started;
    ret->cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
    ret->max_rss_kb = used.ru_maxrss;
    ret->code = classify(a, c, status, limits, &ret->detail);
    if (ret->code == 0)
        ret->code = check_records(a, c, &ret->detail);
    if (ret->code == 0) {
        ret->bytes = arena_memdup(a, c->in.s, c->in.len);
        ret->n = c->in.len;
    }
    str_done(&c->in);
    str_done(&c->said);
    c->running = false;
}

/* Deaths that may be chance. A forbidden call may be, too: which calls a
 * library makes can depend on the time it had. */
static bool is_worth_a_try(int code)
{
    return err_is_retryable(code) || code == ERR_SANDBOX;
}

/* Kills what is late and reads what has come, until one child or more has
 * closed its pipes. */
static void wait_for_some(struct child *children, size_t n)
{
    struct pollfd fds[2 * MAX_JOBS];
    size_t n_fds = 0;
    double next = clock_exact_ms() + 1e3 * 3600, now = clock_exact_ms();
    for (size_t i = 0; i < n; i++) {
        struct child *c = &children[i];
        if (!c->running)
            continue;
        if (now >= c->deadline && !c->late) {
            c->late = true;
            kill(c->pid, SIGKILL);
        }
        if (!c->late && c->deadline < next)
            next = c->deadline;
        fds[n_fds++] = (struct pollfd){c->records, POLLIN, 0};
        fds[n_fds++] = (struct pollfd){c->words, POLLIN, 0};
    }
    poll(fds, (nfds_t)n_fds, (int)(next - now) + 1);
    for (size_t i = 0; i < n; i++) {
        struct child *c = &children[i];
        if (c->running && c->records >= 0)
            collect(&c->records, &c->in);
        if (c->running && c->words >= 0)
            collect(&c->words, &c->said);
        if (c->running && c->in.failed && !c->late)
            kill(c->pid, SIGKILL); /* floods the pipe */
    }
}

static bool is_done(const struct child *c)
{
    return c->running && c->records < 0 && c->words < 0;
}

static void stop_all(struct child *children, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct child *c = &children[i];
        if (!c->running)
            continue;
        kill(c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        if (c->records >= 0)
            close(c->records);
        if (c->words >= 0)
            close(c->words);
        str_done(&c->in);
        str_done(&c->said);
    }
}

static size_t at_a_time(const struct worker_limits *limits, size_t n)
{
    long jobs = limits->jobs > 0 ? limits->jobs : sysconf(_SC_NPROCESSORS_ONLN);
    if (jobs < 1)
        jobs = 1;
    if (jobs > MAX_JOBS)
        jobs = MAX_JOBS;
    return (size_t)jobs < n ? (size_t)jobs : n;
}

int worker_run(struct arena *a, const struct worker_limits *limits,
               worker_job *job, void *context, size_t n,
               struct worker_result *ret, struct err *e)
{
    struct err own = {0};
    struct child *children = arena_new_array(a, MAX_JOBS, struct child);
    size_t width = at_a_time(limits, n), next = 0, open = n;
    memset(ret, 0, n * sizeof *ret);
    while (open > 0) {
        for (size_t i = 0; i < width && next < n; i++)
            if (!children[i].running &&
                start(&children[i], limits, job, context, next++, &own)) {
                stop_all(children, width);
                return err_set(e, (enum err_code)own.code, "%s", own.text);
            }
        wait_for_some(children, width);
        for (size_t i = 0; i < width; i++) {
            struct child *c = &children[i];
            if (!is_done(c))
                continue;
            struct worker_result *r = &ret[c->job];
            finish(a, c, limits, r);
            if (is_worth_a_try(r->code) && r->attempts < MAX_ATTEMPTS) {
                if (start(c, limits, job, context, c->job, &own)) {
                    stop_all(children, width);
                    return err_set(e, (enum err_code)own.code, "%s", own.text);
                }
                continue;
            }
            open--;
        }
    }
    return 0;
}
