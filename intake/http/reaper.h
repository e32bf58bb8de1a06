/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * reaper - ends connections that hold their place and do nothing with it
 *
 * The library's own timeout is one of inactivity: a byte every few seconds
 * lives for ever. Here each connection has a deadline for what it is doing, and
 * a body a lowest average rate. A thread looks four times a second and shuts
 * the sockets down; the library then closes them.
 */

#ifndef INTAKE_REAPER_H
#define INTAKE_REAPER_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct reaper;
struct reaper_entry;
struct serve_settings;

enum reaper_state {
    REAPER_IDLE,    /* before the request line */
    REAPER_HEADERS, /* the line is there */
    REAPER_BODY,
    REAPER_WORK, /* ours to act: no deadline */
    REAPER_SEND,
    REAPER_STATES
};

int reaper_start(const struct serve_settings *settings, struct reaper **ret,
                 struct err *e);
void reaper_stop(struct reaper *r); /* NULL is fine */

struct reaper_entry *reaper_add(struct reaper *r, int fd);
/* Before the socket is closed. */
void reaper_remove(struct reaper *r, struct reaper_entry *entry);

/* What it does from now on. */
void reaper_enter(struct reaper *r, struct reaper_entry *entry,
                  enum reaper_state state);
void reaper_progress(struct reaper *r, struct reaper_entry *entry, size_t n);

size_t reaper_connections(struct reaper *r);
uint64_t reaper_reaped(struct reaper *r);

#endif
