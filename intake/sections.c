/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/sections.h"

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "imaging/decode.h"
#include "imaging/pipeline.h"
#include "intake/core/serve.h"
#include "intake/measure/worker.h"
#include "intake/queue/jobs.h"
#include "intake/queue/lane.h"
#include "ocr/reader.h"
#include "rules/engine.h"

struct conf *sections_new(struct arena *a)
{
    const struct conf_section own[] = {worker_section, lane_section,
                                       jobs_section, serve_section,
                                       decode_section};
    enum { OWN = sizeof own / sizeof *own };
    size_t n_stages, n_rules;
    const struct conf_section *stages = pipeline_sections(a, &n_stages);
    const struct conf_section *rules = engine_sections(a, &n_rules);
    size_t n = OWN + n_stages + 1 + n_rules;
    struct conf_section *all = arena_new_array(a, n, struct conf_section);
    memcpy(all, own, sizeof own);
    memcpy(all + OWN, stages, n_stages * sizeof *all);
    all[OWN + n_stages] = reader_section;
    memcpy(all + OWN + n_stages + 1, rules, n_rules * sizeof *all);
    return conf_new(a, all, n);
}
