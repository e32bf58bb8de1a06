/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * jval - reading and writing JSON; the only door to jansson, with jval_plain
 *
 * A tree is owned by its root: jval_set and jval_append take over the child,
 * jval_free(root) frees all. Members keep the order in which they were set, so
 * that equal reports are equal bytes. Reading is strict: duplicate names,
 * trailing text and invalid UTF-8 are errors with line and column.
 */

#ifndef BASE_JVAL_H
#define BASE_JVAL_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct jval; /* an object, array, string, number, bool or null */
struct str;

enum jval_kind {
    JVAL_NULL,
    JVAL_OBJECT,
    JVAL_ARRAY,
    JVAL_STRING,
    JVAL_NUMBER,
    JVAL_BOOL,
};

/* Reads one value; ERR_FORMAT with "line 3, column 7: ..." otherwise. */
int jval_parse(const char *bytes, size_t n, struct jval **ret, struct err *e);
void jval_free(struct jval *j);

/* Appends the text of j, two spaces indented when `pretty`, to t. */
void jval_print(const struct jval *j, bool pretty, struct str *t);

/* The same and a line feed; frees j. For the last that is done with it. */
void jval_finish(struct jval *j, bool pretty, struct str *t);

struct jval *jval_new_object(void);
struct jval *jval_new_array(void);

/* An array of n numbers, each rounded as jval_set_real does. */
struct jval *jval_new_reals(const double *v, size_t n, int decimals);

void jval_set(struct jval *object, const char *name, struct jval *child);
/* No text is written as null. */
void jval_set_string(struct jval *object, const char *name, const char *s);
void jval_set_int(struct jval *object, const char *name, long long v);
void jval_set_bool(struct jval *object, const char *name, bool v);
void jval_set_null(struct jval *object, const char *name);

/* The child, or null when there is none. */
void jval_set_or_null(struct jval *object, const char *name,
                      struct jval *child);

/* Rounded to `decimals` places, so that the last bit of a double never shows;
 * a value that is not finite is written as null. */
void jval_set_real(struct jval *object, const char *name, double v,
                   int decimals);

void jval_append(struct jval *array, struct jval *child);
void jval_append_string(struct jval *array, const char *s);
void jval_append_real(struct jval *array, double v, int decimals);
struct jval *jval_copy(const struct jval *j); /* deep */

enum jval_kind jval_kind_of(const struct jval *j); /* NULL: JVAL_NULL */
const char *jval_kind_name(enum jval_kind kind);   /* "a string" ... */

/* Borrowed; NULL when the member is not there or j is not an object. */
struct jval *jval_lookup(const struct jval *j, const char *name);
size_t jval_count(const struct jval *j); /* members or elements; else 0 */
struct jval *jval_at(const struct jval *array, size_t i);

/* The i-th member in order of writing; false past the end. */
bool jval_member(const struct jval *object, size_t i, const char **ret_name,
                 struct jval **ret_child);

/* The member's value, or the default when it is missing or of another kind. */
const char *jval_string(const struct jval *object, const char *name,
                        const char *otherwise);
double jval_real(const struct jval *object, const char *name, double otherwise);
long long jval_int(const struct jval *object, const char *name,
                   long long otherwise);
bool jval_bool(const struct jval *object, const char *name, bool otherwise);

/* The value itself, with the same rule. */
const char *jval_string_value(const struct jval *j, const char *otherwise);
double jval_real_value(const struct jval *j, double otherwise);
bool jval_bool_value(const struct jval *j, bool otherwise);

#endif
