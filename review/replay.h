/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * replay - stored measurements judged under two settings: what a draft would
 * change for each rule, and which applications would be told something else
 */

#ifndef REVIEW_REPLAY_H
#define REVIEW_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "intake/store/store.h"
#include "rules/engine.h"

struct arena;
struct conf;
struct err;
struct jval;
struct service;

struct replay_case {
    struct store_application row;
    struct store_run run;
    enum verdict before, after;
    const char **turned; /* rules that speak under one setting only */
    size_t n_turned;
};

struct replay {
    struct arena *arena;
    struct conf *before, *after;
    struct replay_case *cases;
    size_t n;
    int64_t *hits[2]; /* of each rule of the engine, before and after */
    double ms;
};

/* A response_worker; the context is a struct replay with `hits` not set. */
int replay_run(struct service *s, void *replay, struct err *e);

/* {"applications", "ms", "rows", "flips"} */
struct jval *replay_json(const struct replay *p);

#endif
