/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/against.h"

#include "base/arena.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "imaging/seal_compare.h"
#include "intake/measure/examine.h"

enum { MAX_PAIRS = 24 };

static const size_t scratch_bytes = (size_t)64 << 20;

static bool is_pair(const struct seal *s, const struct seal *t)
{
    return s->role == t->role && s->slot == t->slot &&
           (s->role == SEAL_OFFICIAL || s->role == SEAL_LEGAL_REP);
}

static struct jval *pair_json(const struct examined *x, size_t i,
                              const struct examined *y, size_t k)
{
    struct arena *scratch = arena_new(scratch_bytes);
    struct seal_comparison c =
        seal_compare(scratch, &x->imprints[i], &y->imprints[k]);
    const struct seal_pair p = {.a = x->facts.seals[i].id,
                                .b = y->facts.seals[k].id,
                                .same_stamp = c.is_same_stamp,
                                .same_impression = c.is_same_impression,
                                .confidence = c.confidence,
                                .shape = c.shape,
                                .correlation = c.correlation,
                                .texture = c.texture,
                                .turn_deg = c.page_turn_deg};
    arena_free(scratch);
    return facts_json_pair(&p);
}

struct jval *against_json(const struct examined *papers,
                          const struct examined *others)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < papers->facts.n_seals; i++)
        for (size_t k = 0; k < others->facts.n_seals; k++)
            if (jval_count(all) < MAX_PAIRS && papers->imprints[i].ink &&
                others->imprints[k].ink &&
                is_pair(&papers->facts.seals[i], &others->facts.seals[k]))
                jval_append(all, pair_json(papers, i, others, k));
    return all;
}
