/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * message - sentences with {placeholders}
 *
 * A template is plain text in which {name} stands for the detail of that name.
 * Braces are used for nothing else. What is filled in is copied as it is: a
 * report escapes the finished sentence for its own format.
 */

#ifndef RULES_MESSAGE_H
#define RULES_MESSAGE_H

#include <stddef.h>

#include "rules/rule.h"

enum language { LANGUAGE_ZH, LANGUAGE_EN };

/* In the arena. A placeholder without a detail is a bug: it stays visible. */
const char *message_fill(struct arena *a, const char *template,
                         const struct detail *details, size_t n,
                         enum language language);

/* The first placeholder from *at on, or NULL; its length without braces in
 * *ret_length, and *at moves behind it. */
const char *message_placeholder(const char **at, size_t *ret_length);

#endif
