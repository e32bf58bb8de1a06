/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * fields - the words on the papers: labels of values, and titles
 *
 * Read words are matched with those of labels.def and titles.def fuzzily: what
 * a reader makes of a label is a little wrong one time in ten. Punctuation and
 * spaces never count. Labels count at the beginning of a line, titles must be
 * most of it.
 */

#ifndef OCR_FIELDS_H
#define OCR_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"

struct tess_text;

enum value_kind {
    VALUE_NONE, /* known words, but nothing to read */
    VALUE_CREDIT,
    VALUE_ORG,
    VALUE_PERSON,
    VALUE_RESIDENT,
    VALUE_MOBILE,
    VALUE_NUMBER,
    VALUE_REGISTRATION,
    VALUE_TEXT,
    VALUE_CHOICE, /* printed choices, one of them ticked */
    VALUE_DATE,
    VALUE_TERM, /* two dates: fields valid_from and valid_to */
    VALUE_EMAIL,
    VALUE_AUTHORITY, /* what issues papers */
    VALUE_SEX,       /* one character of two */
};

/* Worth reading the whole page for; worth reading all that may be a label for;
 * taken when its label is come across, or when its heading names the agent, too
 * (ocr/heading.h). LEFT_OVER: when no other label has the field. LAST: on
 * papers with a credit code no label that matters
 * stands below this one; older licences have their term there. */
enum need {
    NEED_ALWAYS,
    NEED_IF_SEEN,
    NEED_RARELY,
    NEED_BY_HEADING,
    NEED_LEFT_OVER,
    NEED_LAST
};

struct label {
    enum slot slot;
    const char *field; /* NULL with VALUE_NONE */
    enum value_kind kind;
    enum need need;
    const char *text;
};

enum title_kind {
    TITLE_PAPER,
    TITLE_CERTIFICATE,
    TITLE_EMBLEM,
    TITLE_PORTRAIT
};

struct title {
    enum slot slot;
    const char *text;
    enum title_kind kind;
};

struct label_match {
    const struct label *label;
    size_t end;     /* the first symbol behind the label, a remark in brackets
                       that follows it, and their colon */
    bool has_colon; /* or a remark, behind which the colon may be unread */
    bool is_open;   /* the text ends within the remark */
    double score;   /* share of the label's characters that were read, 0..1 */
};

/* The best label of that slot at the beginning of the text; false: none. */
bool fields_match_label(enum slot slot, const struct tess_text *t,
                        struct label_match *ret);

/* Whether the text is nothing but a label or its end, or begins with one of
 * four or more characters: then it is no value. */
bool fields_is_label(enum slot slot, const char *text);

/* Whether a label of at least so many characters, three at least, begins at
 * that symbol; least 0: or two of its characters end the text. */
bool fields_label_begins(enum slot slot, const struct tess_text *t, size_t at,
                         size_t least);

/* The best title of all slots, or NULL when no title is near enough; the share
 * of its characters that were read right in *ret_score. */
const struct title *fields_match_title(const struct tess_text *t,
                                       double *ret_score);

/* The i-th label of the table, NULL past the end. */
const struct label *fields_label(size_t i);

#endif
