/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The master does as little as it can, so that it does not die: it forks, joins
 * and waits. It has one thread and holds no key. A process that ends by itself
 * is started again; the shorter it lived the later. Only a core that never got
 * ready ends the service, since trying again would change nothing.
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/file.h"
#include "intake/cli.h"
#include "intake/core/log.h"
#include "intake/core/message.h"
#include "intake/core/serve.h"
#include "intake/measure/worker.h"
#include "intake/queue/lane.h"
#include "intake/store/keep.h"

enum {
    BACKLOG = 512,
    FIRST_DELAY_MS = 100,
    LONGEST_DELAY_MS = 2000,
    STEADY_MS = 3000, /* who lived as long starts again at once */
    PATIENCE_MS = 5000,
    LOOK_MS = 100,
    MIB = 1 << 20,
};

enum which { FRONT, CORE, LANES, PROCESSES };

static const char *const names[PROCESSES] = {PEER_FRONT, PEER_CORE, PEER_LANES};

struct process {
    pid_t pid;   /* 0: not running */
    int control; /* -1: none */
    int64_t started_ms, restart_ms;
    int delay_ms;
};

struct master {
    struct serve_context c;
    struct arena *arena;
    int listener, signals, port;
    struct process p[PROCESSES];
    bool ready, stop;
    int exit_code;
};

/* --- sockets ----------------------------------------------------------- */

/* A service that runs must not lose its socket to one started by mistake. */
static bool is_answered(const struct sockaddr_un *at)
{
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answered =
        s >= 0 && (connect(s, (const struct sockaddr *)at, sizeof *at) == 0 ||
                   errno == EAGAIN); /* so many wait there already */
    if (s >= 0)
        close(s);
    return answered;
}

static int bind_socket(struct master *m, struct err *e)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    int n = snprintf(local.sun_path, sizeof local.sun_path, "%s/front.sock",
                     m->c.data);
    if (n < 0 || (size_t)n >= sizeof local.sun_path)
        return err_set(e, ERR_CONFIG, "%s: too long for a socket", m->c.data);
    if (is_answered(&local))
        return err_set(e, ERR_BUSY, "%s: another service answers there",
                       local.sun_path);
    unlink(local.sun_path); /* of one that died */
    m->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m->listener < 0 ||
        bind(m->listener, (const struct sockaddr *)&local, sizeof local) ||
        chmod(local.sun_path, 0660))
        return err_set(e, ERR_SYS, "%s: %s", local.sun_path, strerror(errno));
    return 0;
}

static int bind_port(struct master *m, struct err *e)
{
    const int yes = 1;
    bool any = m->c.settings->listen == LISTEN_ANY;
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)m->port),
                               .sin_addr.s_addr =
                                   htonl(any ? INADDR_ANY : INADDR_LOOPBACK)};
    socklen_t n = sizeof here;
    m->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m->listener < 0 ||
        setsockopt(m->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ||
        bind(m->listener, (const struct sockaddr *)&here, sizeof here) ||
        getsockname(m->listener, (struct sockaddr *)&here, &n))
        return err_set(e, errno == EADDRINUSE ? ERR_BUSY : ERR_SYS,
                       "port %d: %s", m->port, strerror(errno));
    m->port = ntohs(here.sin_port);
    return 0;
}

static int open_listener(struct master *m, struct err *e)
{
    int r = m->c.settings->listen == LISTEN_SOCKET ? bind_socket(m, e)
                                                   : bind_port(m, e);
    if (r == 0 && (listen(m->listener, BACKLOG) ||
                   fcntl(m->listener, F_SETFL, O_NONBLOCK)))
        r = err_set(e, ERR_SYS, "listen: %s", strerror(errno));
    return r;
}

/* --- children ---------------------------------------------------------- */

/* A child keeps its own socket; the master tells it when to end, not the
 * terminal. */
static void become(struct master *m, enum which w)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGINT, SIG_IGN);
    if (w != LANES)
        signal(SIGTERM, SIG_IGN);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close(m->signals);
    for (int i = 0; i < PROCESSES; i++)
        if (m->p[i].control >= 0)
            close(m->p[i].control);
    if (w != FRONT)
        close(m->listener);
    log_process(names[w]);
}

_Noreturn static void be(struct master *m, enum which w, int socket)
{
    struct err e = {0};
    int r = 0;
    become(m, w);
    if (w == FRONT)
        r = front_main(&m->c, socket, m->listener, &e);
    else if (w == CORE)
        r = core_main(&m->c, socket, &e);
    else
        r = lanes_main(m->c.conf, socket, &e);
    if (r)
        log_event(LOG_ERROR, "failed", "error", e.text);
    fflush(NULL);
    /* No exit handlers: the front may not open what they want to read. */
    if (w == FRONT)
        _exit(err_exit_code(r));
    exit(err_exit_code(r));
}

/* Forks it with one end of a new pair of sockets; *ret is the other. */
static int start(struct master *m, enum which w, int *ret, struct err *e)
{
    int pair[2];
    int r = message_pair(pair, e);
    if (r)
        return r;
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return err_set(e, ERR_SYS, "fork: %s", strerror(errno));
    if (pid == 0) {
        close(pair[0]);
        be(m, w, pair[1]);
    }
    close(pair[1]);
    m->p[w].pid = pid;
    m->p[w].started_ms = clock_ms();
    *ret = pair[0];
    return 0;
}

static void tell(struct master *m, enum which w, enum message_kind kind,
                 const char *peer, int fd)
{
    struct message say;
    struct err e = {0};
    if (m->p[w].control < 0)
        return;
    message_init(&say, kind, 0);
    message_set(&say, FIELD_PEER, peer);
    say.fd = fd;
    if (message_send(m->p[w].control, &say, &e)) /* it is about to be reaped */
        log_event(LOG_WARNING, "tell", "peer", names[w], "error", e.text);
}

/* A new pair between front and core. */
static void join(struct master *m)
{
    int pair[2];
    struct err e = {0};
    if (!m->p[FRONT].pid || !m->p[CORE].pid)
        return;
    if (message_pair(pair, &e)) {
        log_event(LOG_ERROR, "join", "error", e.text);
        return;
    }
    tell(m, CORE, MESSAGE_LINK, PEER_FRONT, pair[0]);
    tell(m, FRONT, MESSAGE_LINK, PEER_CORE, pair[1]);
    close(pair[0]);
    close(pair[1]);
}

static void start_one(struct master *m, enum which w)
{
    struct err e = {0};
    int socket = -1;
    if (start(m, w, &socket, &e)) {
        log_event(LOG_ERROR, "start", "process", names[w], "error", e.text);
        m->p[w].restart_ms = clock_ms() + LONGEST_DELAY_MS;
        return;
    }
    m->p[w].restart_ms = 0;
    if (w == LANES) { /* its socket is the core's */
        tell(m, CORE, MESSAGE_LINK, PEER_LANES, socket);
        close(socket);
        return;
    }
    m->p[w].control = socket;
    join(m);
}

/* --- watching ---------------------------------------------------------- */

static int exit_code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL;
}

static void bury(struct master *m, enum which w, int status)
{
    struct process *p = &m->p[w];
    int64_t now = clock_ms();
    char code[32];
    snprintf(code, sizeof code, WIFSIGNALED(status) ? "signal %d" : "exit %d",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    if (p->control >= 0)
        close(p->control);
    p->control = -1;
    p->pid = 0;
    if (m->stop)
        return;
    log_event(LOG_WARNING, "died", "peer", names[w], "status", code);
    if (w == CORE && !m->ready) {
        m->stop = true;
        m->exit_code = exit_code_of(status);
        return;
    }
    bool steady = now - p->started_ms > STEADY_MS;
    p->delay_ms = steady                               ? FIRST_DELAY_MS
                  : 2 * p->delay_ms < LONGEST_DELAY_MS ? 2 * p->delay_ms
                                                       : LONGEST_DELAY_MS;
    p->restart_ms = now + p->delay_ms;
}

static void reap(struct master *m)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < PROCESSES; i++)
            if (m->p[i].pid == pid)
                bury(m, (enum which)i, status);
}

static void restart(struct master *m)
{
    for (int i = 0; i < PROCESSES; i++)
        if (!m->p[i].pid && m->p[i].restart_ms <= clock_ms() &&
            (i != LANES || m->p[CORE].pid))
            start_one(m, (enum which)i);
}

static void greet(struct master *m)
{
    m->ready = true;
    if (m->c.settings->listen == LISTEN_SOCKET)
        printf("sealdesk: %s/front.sock\n", m->c.data);
    else
        printf("sealdesk: http://127.0.0.1:%d/desk\n", m->port);
    fflush(stdout);
    log_event(LOG_INFO, "ready");
}

/* Whoever measures from now on has the new rules: what the lanes are at the
 * core gives to those that follow them. */
static void reload(struct master *m)
{
    int exit_code = 0;
    const struct conf *conf =
        serve_conf(m->arena, m->c.cli, m->c.data, &exit_code);
    if (!conf)
        return; /* it was told why; the rules stay as they are */
    m->c.conf = conf;
    if (m->p[LANES].pid)
        kill(m->p[LANES].pid, SIGTERM);
    log_event(LOG_INFO, "rules_reloaded");
}

/* The core says when it is ready, and when there are new rules. */
static void listen_to(struct master *m, enum which w)
{
    struct arena *a = arena_new(1 << 20);
    struct message said;
    struct err e = {0};
    bool heard = message_take(m->p[w].control, a, false, &said, &e) > 0;
    if (heard && w == CORE && said.kind == MESSAGE_READY && !m->ready)
        greet(m);
    if (heard && w == CORE && said.kind == MESSAGE_RELOAD)
        reload(m);
    arena_free(a);
}

static void read_signals(struct master *m)
{
    struct signalfd_siginfo info;
    while (read(m->signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD)
            m->stop = true;
    reap(m);
}

static void watch(struct master *m)
{
    while (!m->stop) {
        struct pollfd fds[3] = {{.fd = m->signals, .events = POLLIN},
                                {.fd = m->p[FRONT].control, .events = POLLIN},
                                {.fd = m->p[CORE].control, .events = POLLIN}};
        restart(m);
        if (poll(fds, 3, LOOK_MS) < 0 && errno != EINTR)
            return;
        for (int i = FRONT; i <= CORE; i++)
            if (fds[1 + i].revents & POLLIN)
                listen_to(m, (enum which)i);
        read_signals(m);
    }
}

/* --- the end ----------------------------------------------------------- */

/* Until it has ended; killed when it takes too long. */
static void await(struct master *m, enum which w, int64_t patience_ms)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    int64_t until = clock_ms() + patience_ms;
    while (m->p[w].pid && clock_ms() < until) {
        nanosleep(&pause, NULL);
        reap(m);
    }
    if (!m->p[w].pid)
        return;
    log_event(LOG_WARNING, "killed", "peer", names[w]);
    kill(m->p[w].pid, SIGKILL);
    waitpid(m->p[w].pid, NULL, 0);
    m->p[w].pid = 0;
}

/* The front first, so that what it holds is still answered. */
static void end(struct master *m)
{
    int64_t patience = 1000LL * m->c.settings->drain_s + PATIENCE_MS;
    log_event(LOG_INFO, "draining");
    close(m->listener);
    tell(m, FRONT, MESSAGE_DRAIN, NULL, -1);
    await(m, FRONT, patience);
    tell(m, CORE, MESSAGE_DRAIN, NULL, -1);
    await(m, CORE, patience);
    await(m, LANES, PATIENCE_MS); /* its socket closed with the core */
    log_event(LOG_INFO, "ended");
}

/* --- the beginning ----------------------------------------------------- */

static int check_settings(const struct master *m, struct err *e)
{
    const struct serve_settings *s = m->c.settings;
    if (s->listen == LISTEN_ANY && !s->behind_proxy && !s->public_ok)
        return err_set(e, ERR_CONFIG,
                       "serve.listen = \"any\" needs behind_proxy = true (a "
                       "proxy with TLS stands in front) or public_ok = true");
    if (s->listen == LISTEN_SOCKET && !s->behind_proxy)
        return err_set(e, ERR_CONFIG,
                       "serve.listen = \"socket\" is for a proxy: "
                       "behind_proxy = true");
    if (m->c.demo && s->listen != LISTEN_LOOPBACK)
        return err_set(e, ERR_CONFIG,
                       "--demo is for this machine only: "
                       "serve.listen = \"loopback\"");
    return 0;
}

static int prepare(struct master *m, struct err *e)
{
    sigset_t set;
    const char *spool = arena_printf(m->arena, "%s/spool", m->c.data);
    int r = check_settings(m, e);
    umask(077);
    if (r == 0)
        r = file_make_dir(spool, e);
    if (r == ERR_SYS)
        r = e->code = ERR_STORE;
    if (r == 0)
        r = open_listener(m, e);
    if (r)
        return r;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    m->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return m->signals >= 0
               ? 0
               : err_set(e, ERR_SYS, "signalfd: %s", strerror(errno));
}

int serve_run(struct arena *a, const struct cli *cli,
              const struct serve_parts *parts)
{
    int exit_code = 0;
    struct err e = {0};
    struct master m = {.arena = a, .listener = -1};
    m.c.cli = cli;
    m.c.data = cli->data ? cli->data : keep_default_folder(a);
    m.c.conf = serve_conf(a, cli, m.c.data, &exit_code);
    if (!m.c.conf)
        return exit_code;
    const struct worker_limits *limits =
        conf_values(m.c.conf, worker_section.name);
    m.c.settings = conf_values(m.c.conf, serve_section.name);
    m.c.parts = parts;
    m.c.demo = cli->demo;
    m.c.max_upload = (int64_t)limits->file_mb * MIB;
    m.port = cli->port >= 0 ? cli->port : m.c.settings->port;
    for (int i = 0; i < PROCESSES; i++)
        m.p[i] = (struct process){.control = -1, .delay_ms = FIRST_DELAY_MS};
    log_process("master");
    if (prepare(&m, &e)) {
        if (e.code == ERR_BUSY)
            cli_say("同一个地址已有服务在运行，或者端口被别的程序占用。");
        return cli_fail(&e);
    }
    watch(&m);
    end(&m);
    return m.exit_code;
}
