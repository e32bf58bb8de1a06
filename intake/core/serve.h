/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * serve - the service: its settings, and how its processes start and end
 *
 *     master ── front   HTTP; neither keys nor store
 *            ├─ core    the only one that writes the store; keys, handlers
 *            └─ lanes   fork servers, one sandboxed child per document
 *
 * The master opens the sockets, forks the others, joins them by pairs of
 * sockets and starts again whichever dies, later each time it dies soon. On
 * SIGTERM the front takes no new connections, what was begun is ended, and all
 * end, the core last.
 */

#ifndef INTAKE_SERVE_H
#define INTAKE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "intake/core/route.h"
#include "intake/queue/scans.h"

struct arena;
struct cli;
struct err;

enum listen { LISTEN_LOOPBACK, LISTEN_SOCKET, LISTEN_ANY };

/* Who may do nothing without the code of a second device. */
enum second_factor { FACTOR_NOBODY, FACTOR_DECIDERS, FACTOR_ALL };

struct serve_settings {
    int listen, port;
    int behind_proxy, public_ok;
    int connections, per_address;
    int header_s, idle_s, body_s, floor_kib;
    int requests_per_minute, strict_per_minute, uploads_in_flight_mb;
    int reserve_mb;
    int application_mb, client_per_day;
    int second_factor; /* enum second_factor */
    int workers;
    int session_idle_min, session_hours, failures, lock_min;
    int drain_s;
};

extern const struct conf_section serve_section; /* "serve" */

/* The settings of the command line, and over them the rules that the desk
 * published (rules.conf in the data folder). NULL: *ret_exit says why. */
struct conf *serve_conf(struct arena *a, const struct cli *cli,
                        const char *data, int *ret_exit);

/* A hook of another folder, called in the core once all is open. */
typedef int serve_open(struct service *s, struct arena *a, struct err *e);

struct serve_parts {
    const struct route_table *tables;
    size_t n_tables;
    serve_open *const *opens; /* ends with NULL */
    scans_taker *take_paper;
};

/* Until SIGTERM; returns the exit code. */
int serve_run(struct arena *a, const struct cli *cli,
              const struct serve_parts *parts);

/* --- the processes, each in a file of its own ---------------------------- */

/* What all of them know; nothing in it changes after the fork. */
struct serve_context {
    const struct cli *cli;
    const struct conf *conf;
    const struct serve_settings *settings;
    const struct serve_parts *parts;
    const char *data; /* the folder, absolute */
    bool demo;
    int64_t max_upload; /* bytes */
};

/* Each runs until it is told to end or its control socket closes. */
int front_main(const struct serve_context *c, int control, int listener,
               struct err *e);
int core_main(const struct serve_context *c, int control, struct err *e);

/* Names of the peers in MESSAGE_LINK. */
#define PEER_FRONT "front"
#define PEER_CORE  "core"
#define PEER_LANES "lanes"

#endif
