/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/life_cycle.h"

#include <string.h>

#include "base/err.h"

static const struct state {
    const char *name, *status, *zh, *en;
} states[] = {
#define STATE(id, ...) {__VA_ARGS__},
#include "rules/life_cycle.def"
};

static const struct event {
    const char *name, *zh, *en;
} events[] = {
#define EVENT(id, ...) {__VA_ARGS__},
#include "rules/life_cycle.def"
};

static const struct move {
    enum order_state from;
    enum order_event event;
    enum order_state to;
} moves[] = {
#define MOVE(from, event, to) {ORDER_##from, ON_##event, ORDER_##to},
#include "rules/life_cycle.def"
};

enum {
#define REFUSAL(id, ...) REFUSAL_##id,
#include "rules/life_cycle.def"
};

static const struct refusal refusals[] = {
#define REFUSAL(id, ...) {__VA_ARGS__},
#include "rules/life_cycle.def"
};

static const struct move *find_move(enum order_state from,
                                    enum order_event event)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from && moves[i].event == event)
            return &moves[i];
    return NULL;
}

int life_cycle_move(enum order_state from, enum order_event event,
                    enum order_state *ret, struct err *e)
{
    const struct move *m = find_move(from, event);
    if (!m)
        return err_set(e, ERR_USAGE,
                       "an order that is \"%s\" (%s) does not allow \"%s\" "
                       "(%s)",
                       states[from].name, states[from].en, events[event].name,
                       events[event].en);
    *ret = m->to;
    return 0;
}

bool life_cycle_allows(enum order_state from, enum order_event event)
{
    return find_move(from, event) != NULL;
}

enum order_event life_cycle_return_event(const char *const *rules, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rules[i], "K01") == 0 || strcmp(rules[i], "K02") == 0)
            return ON_FAIL_KEY;
    return ON_FAIL;
}

const char *life_cycle_state_name(enum order_state s)
{
    return states[s].name;
}

const char *life_cycle_event_name(enum order_event ev)
{
    return events[ev].name;
}

int life_cycle_state_from_name(const char *name)
{
    for (int i = 0; i < ORDER_STATES; i++)
        if (strcmp(states[i].name, name) == 0)
            return i;
    return -1;
}

int life_cycle_event_from_name(const char *name)
{
    for (int i = 0; i < ORDER_EVENTS; i++)
        if (strcmp(events[i].name, name) == 0)
            return i;
    return -1;
}

const char *life_cycle_status(enum order_state s)
{
    return states[s].status;
}

const char *life_cycle_state_zh(enum order_state s)
{
    return states[s].zh;
}

const char *life_cycle_event_zh(enum order_event ev)
{
    return events[ev].zh;
}

int life_cycle_state_from_status(const char *status)
{
    for (int i = 0; i < ORDER_STATES; i++)
        if (strcmp(states[i].status, status) == 0)
            return i;
    return -1;
}

const struct refusal *life_cycle_export_refusal(enum order_state s,
                                                enum tri with_seal)
{
    if (with_seal != TRI_YES)
        return &refusals[with_seal == TRI_NO ? REFUSAL_SUB_KEY
                                             : REFUSAL_KEY_UNKNOWN];
    if (s == ORDER_PAPERS_APPROVED)
        return NULL;
    bool handled = s == ORDER_AWAITING_PAPERS || s == ORDER_PAPERS_LACKING;
    return &refusals[handled ? REFUSAL_NOT_APPROVED : REFUSAL_NOT_HANDLED];
}
