/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_set - the seals of an application's uploads, or of its papers, and
 * where each was cut from
 *
 * The report numbers seals within their document ("sheet-1-1"), so that the
 * same name comes again with the next file in that slot. The desk's id says of
 * which file it is: "sheet-1-1" of the first submission, "r2-sheet-1-1" of a
 * document that came with the second, "p1-sheet-1-1" of the first scan of the
 * original. Versions and approvals hang on that id, so none outlives its file.
 */

#ifndef REVIEW_SEAL_SET_H
#define REVIEW_SEAL_SET_H

#include "review/desk.h"

struct seal_file {
    const char *prefix; /* "", "r2-", "p1-"; NULL: nothing in this slot */
    const char *name, *blob, *sha256;
};

struct seal_set {
    struct arena *arena;
    bool is_paper;
    const char *run; /* the one that the set is shown by; NULL: none yet */
    int64_t run_ms;  /* when it was made */
    struct seal_file files[SLOT_COUNT];
    /* Of all seals that the application ever had: seal_set_has. */
    struct store_seal_version *versions;
    size_t n_versions;
};

int seal_set_open(struct service *s, struct arena *a,
                  const struct store_application *row, bool is_paper,
                  struct seal_set *ret, struct err *e);

/* Whether an id is of a paper's seal. */
bool seal_set_is_paper(const char *id);

/* The report's name in an id. */
const char *seal_set_name(const char *id);

/* Whether the id's file is still the slot's. */
bool seal_set_has(const struct seal_set *set, const char *id);

/* The set of that id and the report's name of the seal in it; ERR_MISSING when
 * the set does not have it. */
int seal_set_of(struct service *s, struct arena *a,
                const struct store_application *row, const char *id,
                struct seal_set *ret, const char **ret_name, struct err *e);

/* The desk's id of the report's seal. */
const char *seal_set_id(const struct seal_set *set, const char *name);

/* The file that it was cut from; NULL when the name is of no slot. */
const struct seal_file *seal_set_file(const struct seal_set *set,
                                      const char *name);

/* Step 0 of a handler of the seal {sid}: asks for the report of its set. */
int seal_set_load(struct service *s, struct arena *a, const struct request *q,
                  struct response *r, struct err *e);

/* The seal as the report has it; NULL when it has no such seal. */
const struct jval *seal_set_find(const struct desk_load *l, const char *name);

#endif
