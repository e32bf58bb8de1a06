/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * cursor - reading JSON that somebody else wrote
 *
 * Kinds, ranges and words are checked. The first mistake stays, as code and
 * text; after it every getter answers with a harmless value, so that a reader
 * looks like the shape it reads and asks for `code` once, at the end. Members
 * that are not known are passed over: the schema may grow.
 */

#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "base/jval.h"

enum { CURSOR_MAX_SIDE = 1000000, CURSOR_MAX_MEMBERS = 256 };

struct cursor {
    struct arena *arena;
    const char *where; /* of what is read, for messages: "pages[2]"; or "" */
    int code;          /* 0, or ERR_FORMAT after the first mistake */
    struct err *e;
};

/* Keeps the mistake when it is the first. `name` may be "". */
void cursor_wrong(struct cursor *c, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The member, or NULL, with a mistake when it is of another kind or is
 * required and not there. */
const struct jval *cursor_member(struct cursor *c, const struct jval *j,
                                 const char *name, enum jval_kind kind,
                                 bool required);

/* The list of that name, of no more than `most` elements; else NULL. */
const struct jval *cursor_list(struct cursor *c, const struct jval *j,
                               const char *name, bool required, size_t most);

/* NAN when it is not there. */
double cursor_number(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max);

/* Numbers that have to be there. */
double cursor_needed(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max);
int cursor_whole(struct cursor *c, const struct jval *j, const char *name,
                 int min, int max);

/* `n` numbers; false when the member is not there. */
bool cursor_numbers(struct cursor *c, const struct jval *j, const char *name,
                    bool required, double *ret, size_t n);
Rect cursor_box(struct cursor *c, const struct jval *j, const char *name);

/* A copy; NULL when it is not there, "" after a mistake. */
const char *cursor_text(struct cursor *c, const struct jval *j,
                        const char *name, bool required);

/* A word of the contract, by its table's function; 0 after a mistake. */
int cursor_word(struct cursor *c, const struct jval *j, const char *name,
                int (*from_name)(const char *), bool required);

/* A truth value; TRI_UNKNOWN when it is not there. */
enum tri cursor_tri(struct cursor *c, const struct jval *j, const char *name);

/* Whether all members of j have plain names (a-z, 0-9, _), safe in a file name,
 * and are not too many. */
bool cursor_has_plain_names(struct cursor *c, const struct jval *j,
                            const char *name);

#endif
