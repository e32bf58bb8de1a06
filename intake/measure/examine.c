/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/examine.h"

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "imaging/decode.h"
#include "imaging/jpeg_out.h"
#include "imaging/pipeline.h"
#include "imaging/png_out.h"
#include "imaging/seal_compare.h"
#include "imaging/true_size.h"
#include "intake/bundle.h"
#include "intake/measure/measure.h"
#include "intake/measure/measured.h"
#include "intake/measure/worker.h"
#include "intake/version.h"
#include "ocr/reader.h"
#include "ocr/seal_text.h"

/* The reader names its engines as "tesseract 5.3.0". */
void examine_list_libraries(struct arena *a, const struct reader *reader,
                            struct examined *x)
{
    const char *const *versions = reader_versions(reader);
    size_t n = 0;
    while (versions[n])
        n++;
    enum { OWN = 2 };
    struct library *all = arena_new_array(a, n + OWN, struct library);
    all[0] = (struct library){"libvips", jpeg_out_library()};
    all[1] = (struct library){"libpng", png_out_library()};
    for (size_t i = 0; i < n; i++) {
        const char *space = strchr(versions[i], ' ');
        size_t len =
            space ? (size_t)(space - versions[i]) : strlen(versions[i]);
        all[i + OWN] = (struct library){arena_strndup(a, versions[i], len),
                                        space ? space + 1 : ""};
    }
    x->libraries = all;
    x->n_libraries = n + OWN;
}

int examine_warm_up(struct arena *a, const struct conf *conf,
                    struct reader **ret, struct err *e)
{
    int r = decode_init(e);
    if (r == 0)
        r = pipeline_validate(e);
    return r == 0 ? reader_open(a, conf, ret, e) : r;
}

/* What is known of a document without opening it. */
static struct document blank(const struct bundle_file *f)
{
    return (struct document){.slot = f->slot,
                             .file = f->file,
                             .sha256 = f->sha256,
                             .error = f->error,
                             .detail = f->detail,
                             .recognized_as = SLOT_UNKNOWN};
}

static void append(struct arena *a, struct examined *x,
                   const struct measured *m)
{
    struct facts *f = &x->facts;
    x->imprints = arena_grow(a, x->imprints, f->n_seals,
                             f->n_seals + m->n_seals, sizeof *x->imprints);
    memcpy(x->imprints + f->n_seals, m->imprints,
           m->n_seals * sizeof *x->imprints);
    f->seals = arena_grow(a, f->seals, f->n_seals, f->n_seals + m->n_seals,
                          sizeof *f->seals);
    memcpy(f->seals + f->n_seals, m->seals, m->n_seals * sizeof *f->seals);
    f->n_seals += m->n_seals;
    x->pictures =
        arena_grow(a, x->pictures, x->n_pictures, x->n_pictures + m->n_pictures,
                   sizeof *x->pictures);
    memcpy(x->pictures + x->n_pictures, m->pictures,
           m->n_pictures * sizeof *x->pictures);
    x->n_pictures += m->n_pictures;
}

/* One file's result into the whole. */
static void take_result(struct arena *a, struct examined *x, size_t i,
                        const struct bundle_file *file,
                        const struct worker_result *r)
{
    struct document *d = &x->facts.documents[i];
    struct measured m = {0};
    struct err why;
    x->processes[i] = (struct examined_process){
        r->attempts, r->wall_ms, r->cpu_ms, r->max_rss_kb, NULL, 0};
    d->error = r->code;
    d->detail = r->detail;
    if (r->code)
        return;
    d->error = measured_read(a, file->slot, r->bytes, r->n, &m, &why);
    if (d->error) {
        d->detail = arena_strdup(a, why.text);
        return;
    }
    *d = m.document;
    d->file = file->file;
    d->sha256 = file->sha256;
    x->processes[i].trace = m.trace;
    x->processes[i].n_trace = m.n_trace;
    append(a, x, &m);
}

void examine_join(struct arena *a, const struct bundle_file *files,
                  const struct worker_result *results, size_t n,
                  struct examined *ret)
{
    *ret = (struct examined){0};
    ret->facts.documents = arena_new_array(a, n, struct document);
    ret->facts.n_documents = n;
    ret->processes = arena_new_array(a, n, struct examined_process);
    for (size_t i = 0; i < n; i++) {
        ret->facts.documents[i] = blank(&files[i]);
        if (files[i].error == 0)
            take_result(a, ret, i, &files[i], &results[i]);
    }
    true_size_judge(&ret->facts);
    seal_compare_all(a, &ret->facts, ret->imprints);
    seal_text_vote(a, &ret->facts);
}

int examine_files(struct arena *a, const struct conf *conf,
                  const struct examine_options *options,
                  const struct bundle_file *files, size_t n,
                  struct examined *ret, struct err *e)
{
    struct worker_limits limits;
    const struct bundle_file **readable =
        arena_new_array(a, n, const struct bundle_file *);
    size_t n_jobs = 0;
    struct measure m = {.conf = conf,
                        .files = readable,
                        .reads_fields = options->reads_fields,
                        .sends_evidence = options->sends_evidence,
                        .sends_dumps = options->sends_dumps,
                        .seal_dpi = options->seal_dpi,
                        .reveal = options->reveal,
                        .order = options->order};
    for (size_t i = 0; i < n; i++)
        if (files[i].error == 0)
            readable[n_jobs++] = &files[i];
    struct worker_result *all = arena_new_array(a, n, struct worker_result);
    struct worker_result *results =
        arena_new_array(a, n_jobs, struct worker_result);
    int r = n_jobs > 0 ? examine_warm_up(a, conf, &m.reader, e) : 0;
    memcpy(&limits, conf_values(conf, worker_section.name), sizeof limits);
    if (options->jobs > 0)
        limits.jobs = options->jobs;
    if (r == 0)
        r = worker_run(a, &limits, measure_job, &m, n_jobs, results, e);
    if (r)
        return r;
    for (size_t i = 0; i < n_jobs; i++)
        all[readable[i] - files] = results[i];
    examine_join(a, files, all, n, ret);
    if (n_jobs > 0)
        examine_list_libraries(a, m.reader, ret);
    return 0;
}

struct review examine_review(const struct conf *conf,
                             const struct examined *examined,
                             const struct facts *facts,
                             const struct judgement *judgement)
{
    return (struct review){.version = SEALDESK_VERSION,
                           .config_hash = conf_hash(conf),
                           .libraries = examined->libraries,
                           .n_libraries = examined->n_libraries,
                           .facts = facts,
                           .judgement = judgement,
                           .pictures = examined->pictures,
                           .n_pictures = examined->n_pictures};
}
