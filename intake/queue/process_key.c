/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Under which key a measurement is kept: equal keys, equal measurements. */

#include "base/arena.h"
#include "base/conf.h"
#include "base/facts_json.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/queue/process.h"
#include "intake/version.h"

enum { MAX_KEYED = 64 << 10 };

const char *process_key(struct arena *a, const struct conf *conf,
                        const char *sha256, const char *slot,
                        const struct order *order)
{
    /* What no reading depends on may change without measuring again. */
    struct order known = *order;
    known.status = known.order_type = known.user_class = NULL;
    known.legal_rep_verification = NULL;
    known.with_seal = known.prior_main_key = TRI_UNKNOWN;
    known.n_others = 0;
    char hex[FILE_SHA256_HEX];
    struct str t;
    struct jval *j = facts_json_order(&known);
    str_init(&t, MAX_KEYED);
    str_printf(&t, "%s %s %s %s ", sha256, slot, SEALDESK_VERSION,
               conf_hash(conf));
    jval_print(j, false, &t);
    jval_free(j);
    file_sha256(t.s, t.len, hex);
    str_done(&t);
    return arena_strdup(a, hex);
}

const char *process_tiles_key(struct arena *a, const char *key, int page,
                              bool is_private)
{
    return arena_printf(a, "%s:p%d%s", key, page, is_private ? ":private" : "");
}
