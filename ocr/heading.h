/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * heading - whom a bare label is about: "name" below or beside "agent"
 *
 * Tables name a person once, in a cell beside several rows or in a row above
 * them, and then ask for name, number and telephone.
 */

#ifndef OCR_HEADING_H
#define OCR_HEADING_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct sheet;

/* Whether the heading of run `label` names the agent; one that is not found
 * names nobody. */
int heading_is_agent(struct sheet *s, size_t label, bool *ret, struct err *e);

#endif
