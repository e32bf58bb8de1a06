/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * worker - one sandboxed child process per job, several at a time
 *
 * The parent forks; the child locks itself up, does the job and writes records
 * (intake/measure/wire.h) to its pipe. The parent collects bytes under a
 * deadline, kills what is late and says how a child died. It opens no foreign
 * file and believes nothing before the last record has come. A death that may
 * be chance is tried once more.
 */

#ifndef INTAKE_WORKER_H
#define INTAKE_WORKER_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

struct arena;
struct err;

struct worker_limits {
    int timeout_s, memory_mb, jobs, file_mb;
    /* No settings: how far children step back, 0 not at all; and how often
     * their time may pass on the clock, beyond once, before it is used up:
     * where the machine has other work, a child that waits is not one that
     * hangs. */
    int nice, patience;
};

extern const struct conf_section worker_section; /* "worker" */

/*
 * The child's side: writes records to `fd`, END not included. A failure is
 * told to the parent as an error of the document, not as a death.
 */
typedef int worker_job(void *context, size_t job, int fd, struct err *e);

struct worker_result {
    int code;             /* 0, or ERR_*: how the child died */
    const char *detail;   /* English; NULL when code is 0 */
    const uint8_t *bytes; /* the records, as they came */
    size_t n;
    int attempts;
    double wall_ms, cpu_ms; /* of the last attempt */
    long max_rss_kb;
};

/*
 * Runs jobs 0..n-1 and waits for all; ret[i] belongs to job i whatever the
 * order was. Fails only when no process can be made.
 */
int worker_run(struct arena *a, const struct worker_limits *limits,
               worker_job *job, void *context, size_t n,
               struct worker_result *ret, struct err *e);

#endif
