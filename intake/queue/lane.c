/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The maker keeps neither end of a lane's socket, so that the lane sees the
 * core's end close and the core the lane's, whatever happens to the rest. A
 * lane sets itself an alarm before each task: it watches its children, and
 * nobody has to watch it.
 */

#define _GNU_SOURCE

#include "intake/queue/lane.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/memfile.h"
#include "base/str.h"
#include "intake/bundle.h"
#include "intake/measure/assemble.h"
#include "intake/measure/examine.h"
#include "intake/measure/measure.h"
#include "intake/measure/recut.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"
#include "intake/queue/packet.h"

enum {
    TASK_ARENA = 1 << 30,
    SPARE_S = 30,      /* for what a lane does beside its child */
    PATIENCE = 3,      /* children step back, and others may want much */
    RESTART_MS = 1000, /* before a lane that died at once is made again */
    TICK_MS = 500,
};

#define T struct lane_settings
static const struct param params[] = {
    PARAM_INT_OF(T, lanes, "", 0, LANE_MOST, 0,
                 "服务同时处理几份材料，0 表示与处理器核数相同",
                 "documents the service measures at the same time; 0: as many "
                 "as processors"),
    PARAM_INT_OF(T, tasks, "", 1, 1000000, 1000,
                 "每条处理线处理多少份材料后换新进程",
                 "tasks after which a lane is replaced by a fresh process"),
    {0},
};
#undef T

const struct conf_section lane_section = {"lanes", params,
                                          sizeof(struct lane_settings)};

size_t lane_count(const struct conf *conf)
{
    const struct lane_settings *s = conf_values(conf, lane_section.name);
    long n = s->lanes > 0 ? s->lanes : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > LANE_MOST ? LANE_MOST : (size_t)n;
}

size_t lane_total(const struct conf *conf)
{
    size_t n = lane_count(conf);
    return n + (n < LANE_MOST_CHECKS ? n : LANE_MOST_CHECKS);
}

/* --- tasks and answers as packets -------------------------------------- */

static struct jval *files_json(const struct bundle_file *files, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "slot", slot_name(files[i].slot));
        jval_set_string(j, "file", files[i].file);
        jval_set_string(j, "sha256", files[i].sha256);
        jval_append(all, j);
    }
    return all;
}

int lane_ask(int socket, const struct lane_task *t, const int *fds,
             struct err *e)
{
    struct jval *j = jval_new_object();
    jval_set_int(j, "kind", t->kind);
    jval_set(j, "files", files_json(t->files, t->n_files));
    if (t->order)
        jval_set(j, "order", facts_json_order(t->order));
    jval_set_string(j, "today", t->today ? t->today : "");
    jval_set_bool(j, "is_kept", t->is_kept);
    jval_set_int(j, "nice", t->nice);
    jval_set_int(j, "against", (long long)t->n_against);
    if (t->recut)
        jval_set(j, "recut", recut_json(t->recut));
    return packet_send(socket, j, fds, t->n_files, e);
}

/* The task's files, their bytes mapped; closes the descriptors. */
static int read_files(struct arena *a, const struct jval *list, const int *fds,
                      size_t n_fds, struct lane_task *ret, struct err *e)
{
    size_t n = jval_count(list);
    struct bundle_file *files = arena_new_array(a, n, struct bundle_file);
    int r = n == n_fds && n > 0
                ? 0
                : err_set(e, ERR_FORMAT, "%zu files, %zu sent", n, n_fds);
    for (size_t i = 0; i < n && r == 0; i++) {
        const struct jval *j = jval_at(list, i);
        const uint8_t *bytes;
        r = memfile_map(a, fds[i], &bytes, &files[i].n, e);
        files[i].bytes = (const char *)bytes;
        files[i].slot = (enum slot)slot_from_name(jval_string(j, "slot", ""));
        files[i].file = arena_strdup(a, jval_string(j, "file", ""));
        files[i].sha256 = arena_strdup(a, jval_string(j, "sha256", ""));
    }
    for (size_t i = 0; i < n_fds; i++)
        close(fds[i]);
    ret->files = files;
    ret->n_files = n;
    return r;
}

/* Waits for a task. */
static int next_task(struct arena *a, int socket, struct lane_task *ret,
                     struct err *e)
{
    struct jval *j;
    int fds[LANE_MAX_FILES];
    size_t n;
    int r = packet_receive(socket, true, &j, fds, LANE_MAX_FILES, &n, e);
    if (r < 0)
        return r;
    *ret = (struct lane_task){
        .kind = (enum lane_kind)jval_int(j, "kind", LANE_MEASURE),
        .today = arena_strdup(a, jval_string(j, "today", "")),
        .is_kept = jval_bool(j, "is_kept", false),
        .nice = (int)jval_int(j, "nice", 0)};
    r = read_files(a, jval_lookup(j, "files"), fds, n, ret, e);
    long long against = jval_int(j, "against", 0);
    if (r == 0 && (against < 0 || (size_t)against >= ret->n_files))
        r = against == 0 ? 0 : err_set(e, ERR_FORMAT, "nothing to compare");
    if (r == 0)
        ret->n_against = (size_t)against;
    if (r == 0 && jval_lookup(j, "order")) {
        struct order *order = arena_new_struct(a, struct order);
        r = facts_json_read_order(a, jval_lookup(j, "order"), order, e);
        ret->order = order;
    }
    if (r == 0 && ret->kind == LANE_RECUT) {
        struct recut *recut = arena_new_struct(a, struct recut);
        r = recut_from_json(jval_lookup(j, "recut"), recut, e);
        ret->recut = recut;
    }
    jval_free(j);
    return r;
}

/* A list that holds nothing but an error, as a child would have written it. */
static int failure_records(int code, const char *detail, int *ret_fd,
                           struct err *e)
{
    struct str t;
    const char *name = err_name(code);
    str_init(&t, TASK_ARENA);
    wire_add2(&t, WIRE_ERROR, name, strlen(name) + 1, detail, strlen(detail));
    wire_add2(&t, WIRE_END, NULL, 0, NULL, 0);
    int r = memfile_new(t.s, t.len, ret_fd, e);
    str_done(&t);
    return r;
}

int lane_failure(int code, const char *detail, struct lane_answer *ret,
                 struct err *e)
{
    *ret = (struct lane_answer){.code = code, .detail = detail, .fd = -1};
    return failure_records(code, detail, &ret->fd, e);
}

static int answer(int socket, const struct worker_result *r, struct err *e)
{
    int fd = -1;
    const char *detail = r->detail ? r->detail : "";
    int bad = r->code ? failure_records(r->code, detail, &fd, e)
                      : memfile_new(r->bytes, r->n, &fd, e);
    if (bad)
        return bad;
    struct jval *j = jval_new_object();
    jval_set_string(j, "error", r->code ? err_name(r->code) : "");
    jval_set_string(j, "detail", detail);
    jval_set_int(j, "attempts", r->attempts);
    jval_set_real(j, "wall_ms", r->wall_ms, 1);
    jval_set_real(j, "cpu_ms", r->cpu_ms, 1);
    jval_set_int(j, "max_rss_kb", r->max_rss_kb);
    bad = packet_send(socket, j, &fd, 1, e);
    close(fd);
    return bad;
}

int lane_take(struct arena *a, int socket, struct lane_answer *ret,
              struct err *e)
{
    struct jval *j;
    size_t n;
    int r = packet_receive(socket, false, &j, &ret->fd, 1, &n, e);
    if (r <= 0)
        return r;
    const char *error = jval_string(j, "error", "");
    ret->code = *error ? err_from_name(error) : 0;
    ret->detail = arena_strdup(a, jval_string(j, "detail", ""));
    ret->attempts = (int)jval_int(j, "attempts", 0);
    ret->wall_ms = jval_real(j, "wall_ms", 0);
    ret->cpu_ms = jval_real(j, "cpu_ms", 0);
    ret->max_rss_kb = (long)jval_int(j, "max_rss_kb", 0);
    jval_free(j);
    return n == 1 ? 1 : err_set(e, ERR_SYS, "an answer without records");
}

/* --- the lane ---------------------------------------------------------- */

static int do_measure(struct arena *a, const struct conf *conf,
                      struct reader *reader, const struct lane_task *t,
                      const struct worker_limits *limits,
                      struct worker_result *ret, struct err *e)
{
    const struct bundle_file *file = t->files;
    struct measure m = {.conf = conf,
                        .reader = reader,
                        .files = &file,
                        .reads_fields = true,
                        .sends_evidence = t->is_kept,
                        .sends_private = t->is_kept,
                        .sends_tiles = t->is_kept,
                        .order = t->order};
    return worker_run(a, limits, measure_job, &m, 1, ret, e);
}

static int do_assemble(struct arena *a, const struct conf *conf,
                       struct reader *reader, const struct lane_task *t,
                       const struct worker_limits *limits,
                       struct worker_result *ret, struct err *e)
{
    struct worker_result *measured =
        arena_new_array(a, t->n_files, struct worker_result);
    for (size_t i = 0; i < t->n_files; i++) {
        measured[i].bytes = (const uint8_t *)t->files[i].bytes;
        measured[i].n = t->files[i].n;
    }
    struct assemble c = {.conf = conf,
                         .reader = reader,
                         .files = t->files,
                         .results = measured,
                         .n_files = t->n_files - t->n_against,
                         .n_against = t->n_against,
                         .order = t->order,
                         .today = t->today};
    return worker_run(a, limits, assemble_job, &c, 1, ret, e);
}

static int do_recut(struct arena *a, const struct conf *conf,
                    struct reader *reader, const struct lane_task *t,
                    const struct worker_limits *limits,
                    struct worker_result *ret, struct err *e)
{
    struct recut_task task = {conf, t->files, t->recut};
    (void)reader;
    return worker_run(a, limits, recut_job, &task, 1, ret, e);
}

typedef int do_task(struct arena *a, const struct conf *conf,
                    struct reader *reader, const struct lane_task *t,
                    const struct worker_limits *limits,
                    struct worker_result *ret, struct err *e);

static do_task *const tasks[LANE_KINDS] = {[LANE_MEASURE] = do_measure,
                                           [LANE_ASSEMBLE] = do_assemble,
                                           [LANE_RECUT] = do_recut};

static int serve_one(struct arena *a, const struct conf *conf,
                     struct reader *reader, int socket, struct err *e)
{
    struct lane_task t;
    struct worker_result result;
    struct worker_limits limits;
    memcpy(&limits, conf_values(conf, worker_section.name), sizeof limits);
    limits.jobs = 1;
    int r = next_task(a, socket, &t, e);
    if (r)
        return r;
    limits.nice = t.nice;
    limits.patience = PATIENCE;
    do_task *work = t.kind < LANE_KINDS ? tasks[t.kind] : do_measure;
    alarm((unsigned)(2 * limits.timeout_s * (1 + PATIENCE) + SPARE_S));
    r = work(a, conf, reader, &t, &limits, &result, e);
    alarm(0);
    return r ? r : answer(socket, &result, e);
}

int lane_serve(const struct conf *conf, struct reader *reader, int socket,
               struct err *e)
{
    const struct lane_settings *s = conf_values(conf, lane_section.name);
    int r = 0;
    for (int i = 0; i < s->tasks && r == 0; i++) {
        struct arena *a = arena_new(TASK_ARENA);
        r = serve_one(a, conf, reader, socket, e);
        arena_free(a);
    }
    return r;
}

/* --- who makes the lanes ----------------------------------------------- */

struct maker {
    const struct conf *conf;
    struct reader *reader;
    int link;
    struct {
        pid_t pid; /* 0: none */
        int64_t made_ms;
    } lanes[LANE_MOST + LANE_MOST_CHECKS];
};

static void ignore(int signal)
{
    (void)signal; /* caught so that ppoll returns */
}

static void set_signals(void (*child)(int), sigset_t *ret_waiting)
{
    struct sigaction act = {.sa_handler = child};
    sigset_t blocked;
    sigemptyset(ret_waiting);
    sigemptyset(&blocked);
    if (child != SIG_DFL)
        sigaddset(&blocked, SIGCHLD);
    sigaction(SIGCHLD, &act, NULL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

_Noreturn static void be_lane(const struct maker *m, int socket)
{
    struct err e;
    sigset_t none;
    close(m->link);
    set_signals(SIG_DFL, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    lane_serve(m->conf, m->reader, socket, &e);
    _exit(EXIT_SUCCESS); /* the core sees the end of the socket */
}

/* Makes lane i and hands its socket to the core. */
static int make_lane(struct maker *m, size_t i, struct err *e)
{
    int ends[2];
    if (packet_pair(ends, e))
        return e->code;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_lane(m, ends[1]);
    }
    close(ends[1]);
    int r = pid < 0 ? err_set(e, ERR_SYS, "fork: %s", strerror(errno))
                    : packet_send(m->link, jval_new_object(), ends, 1, e);
    close(ends[0]);
    m->lanes[i].pid = pid > 0 ? pid : 0;
    m->lanes[i].made_ms = clock_ms();
    return r;
}

static void bury(struct maker *m)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        for (size_t i = 0; i < LANE_MOST + LANE_MOST_CHECKS; i++)
            if (m->lanes[i].pid == pid)
                m->lanes[i].pid = 0;
}

/* Everything that was inherited but the three standard streams and the link:
 * a lane must not hold anybody's sockets or files. */
static int close_others(int link, struct err *e)
{
    if ((link > 3 &&
         syscall(SYS_close_range, 3U, (unsigned)link - 1, 0U) != 0) ||
        syscall(SYS_close_range, (unsigned)link + 1, ~0U, 0U) != 0)
        return err_set(e, ERR_SYS, "close_range: %s", strerror(errno));
    return 0;
}

int lanes_main(const struct conf *conf, int link, struct err *e)
{
    struct arena *a = arena_new(TASK_ARENA);
    struct maker *m = arena_new_struct(a, struct maker);
    struct timespec tick = {0, TICK_MS * 1000000L};
    size_t n = lane_total(conf);
    sigset_t waiting;
    *m = (struct maker){.conf = conf, .link = link};
    set_signals(ignore, &waiting);
    int r = close_others(link, e);
    if (r == 0)
        r = examine_warm_up(a, conf, &m->reader, e);
    for (bool open = true; r == 0 && open; bury(m)) {
        struct pollfd p = {link, POLLIN, 0};
        for (size_t i = 0; i < n && r == 0; i++)
            if (m->lanes[i].pid == 0 &&
                (m->lanes[i].made_ms == 0 ||
                 clock_ms() - m->lanes[i].made_ms >= RESTART_MS))
                r = make_lane(m, i, e);
        /* Nothing is ever sent to us: what can be read is the end. */
        open = ppoll(&p, 1, &tick, &waiting) <= 0;
        /* Nor can a lane be handed over then, and one that dies may interrupt
         * the wait. */
        open = open && (r == 0 || poll(&p, 1, 0) == 0);
        if (!open)
            r = 0;
    }
    arena_free(a);
    return r;
}

int lane_accept(int link, int *ret_socket, struct err *e)
{
    struct jval *j;
    size_t n;
    int r = packet_receive(link, false, &j, ret_socket, 1, &n, e);
    if (r <= 0)
        return r;
    jval_free(j);
    return n == 1 ? 1 : err_set(e, ERR_SYS, "a lane without a socket");
}
