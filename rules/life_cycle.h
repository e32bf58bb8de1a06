/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * life_cycle - what may happen to an order, and when (rules W01 to W06)
 *
 * A finite automaton without memory: where an order stands is one value, and
 * the table in life_cycle.def holds every move there is. Whoever keeps orders
 * asks here before it writes. Pure functions.
 */

#ifndef RULES_LIFE_CYCLE_H
#define RULES_LIFE_CYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct err;

enum order_state {
#define STATE(name, ...) ORDER_##name,
#include "rules/life_cycle.def"
    ORDER_STATES
};

enum order_event {
#define EVENT(name, ...) ON_##name,
#include "rules/life_cycle.def"
    ORDER_EVENTS
};

/* Where the order goes; ERR_USAGE, naming state and event, when the table has
 * no such move. *ret is written only on success. */
int life_cycle_move(enum order_state from, enum order_event event,
                    enum order_state *ret, struct err *e);
bool life_cycle_allows(enum order_state from, enum order_event event);

/* The event of a return for these rules: ON_FAIL_KEY when one of them says that
 * the order asks for the wrong kind of key, which no change can mend. */
enum order_event life_cycle_return_event(const char *const *rules, size_t n);

/* Names for files and addresses ("awaiting_papers", "paper_pass") and back; -1
 * for an unknown one. */
const char *life_cycle_state_name(enum order_state s);
const char *life_cycle_event_name(enum order_event ev);
int life_cycle_state_from_name(const char *name);
int life_cycle_event_from_name(const char *name);

/* What the platform shows (正在受理), and what the desk says more exactly. */
const char *life_cycle_status(enum order_state s);
const char *life_cycle_state_zh(enum order_state s);
const char *life_cycle_event_zh(enum order_event ev);

/* The first state of that status (an order from elsewhere), or -1. */
int life_cycle_state_from_status(const char *status);

struct refusal {
    const char *name, *zh, *en;
};

/* Why the production file of the seals may not be written now: only for a main
 * key, while the order is handled, and after the papers were approved. NULL: it
 * may. A preview is not bound to this. */
const struct refusal *life_cycle_export_refusal(enum order_state s,
                                                enum tri with_seal);

#endif
