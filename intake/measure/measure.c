/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/measure.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/pipeline.h"
#include "imaging/seal_covers.h"
#include "imaging/seal_imprint.h"
#include "imaging/stage.h"
#include "intake/bundle.h"
#include "intake/measure/depict.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"
#include "ocr/reader.h"
#include "ocr/seal_text.h"

enum { MAX_JSON = 8 << 20 };

/* One file on its way through. */
struct course {
    const struct measure *measure;
    struct arena *arena; /* of the document */
    struct depict out;
    struct document document;
    int number;     /* of the page, from 1 */
    double read_ms; /* what reading this page has cost so far */
};

/* Sends a tree and frees it. */
static int send_json(int fd, enum wire_type type, struct jval *j, struct err *e)
{
    struct str t;
    str_init(&t, MAX_JSON);
    jval_print(j, false, &t);
    jval_free(j);
    int r = t.failed ? err_set(e, ERR_LIMIT, "a record is too long")
                     : wire_write(fd, type, t.s, t.len, e);
    str_done(&t);
    return r;
}

/* --- what the stages tell ---------------------------------------------- */

static void tell(const struct course *c, const char *stage, const char *outcome,
                 double ms, const char *why)
{
    struct jval *j = jval_new_object();
    jval_set_int(j, "page", c->number);
    jval_set_string(j, "stage", stage);
    jval_set_string(j, "outcome", outcome);
    jval_set_real(j, "ms", ms, 1);
    jval_set_string(j, "why", why ? why : "");
    send_json(c->out.fd, WIRE_TRACE, j, NULL); /* a trace may be lost */
}

static void tell_step(void *context, const struct trace_step *step)
{
    static const char *const outcomes[] = {"applied", "passed", "failed"};
    tell(context, step->stage->name, outcomes[step->outcome], step->ms,
         step->why);
}

/* What a page costs beside its stages. */
static void tell_part(const struct course *c, const char *name, double ms)
{
    tell(c, name, "done", ms, NULL);
}

static void tell_dump(void *context, const char *name, const struct image *im)
{
    struct course *c = context;
    struct arena *a = arena_new((size_t)1 << 30);
    depict_stage(&c->out, a, c->number, name, im);
    arena_free(a);
}

/* --- copies that outlive the page -------------------------------------- */

static const char *copy_text(struct arena *a, const char *s)
{
    return s ? arena_strdup(a, s) : NULL;
}

static struct page_facts copy_page(struct arena *a, const struct page_facts *p)
{
    struct page_facts copy = *p;
    copy.cues = arena_new_array(a, p->n_cues, struct cue);
    for (size_t i = 0; i < p->n_cues; i++) {
        copy.cues[i] = p->cues[i];
        copy.cues[i].name = arena_strdup(a, p->cues[i].name);
    }
    copy.outlines =
        arena_memdup(a, p->outlines, p->n_outlines * sizeof *p->outlines);
    for (size_t i = 0; i < p->n_outlines; i++)
        copy.outlines[i].name = arena_strdup(a, p->outlines[i].name);
    return copy;
}

static void keep(struct course *c, const struct document *read,
                 const struct page_facts *facts)
{
    struct arena *a = c->arena;
    struct document *d = &c->document;
    d->pages =
        arena_grow(a, d->pages, d->n_pages, d->n_pages + 1, sizeof *d->pages);
    d->pages[d->n_pages++] = copy_page(a, facts);
    d->recognized_as = read->recognized_as;
    if (read->certificate != d->certificate)
        d->certificate = copy_text(a, read->certificate);
    d->fields = arena_new_array(a, read->n_fields, struct field);
    d->n_fields = read->n_fields;
    for (size_t i = 0; i < read->n_fields; i++) {
        struct field *f = &d->fields[i];
        *f = read->fields[i];
        f->name = copy_text(a, f->name);
        f->value = copy_text(a, f->value);
        f->raw = copy_text(a, f->raw);
        f->verified.against = copy_text(a, f->verified.against);
        f->verified.rival = copy_text(a, f->verified.rival);
    }
}

/* --- one page ---------------------------------------------------------- */

static struct page_facts nothing_known(const struct image *scan)
{
    return (struct page_facts){
        .width = scan->width,
        .height = scan->height,
        .dpi_declared = NAN,
        .dpi_measured = NAN,
        .rotation_confidence = NAN,
        .skew_deg = NAN,
        .scale_ratio = NAN,
        .scale_low = NAN,
        .scale_high = NAN,
        .anisotropy = NAN,
        .effective_dpi = NAN,
        .colour_dpi = NAN,
        .clarity = NAN,
        .worst_clarity = NAN,
        .appearance = NAN,
        .legibility = NAN,
        .shows = SLOT_UNKNOWN,
        .shows_sure = NAN,
    };
}

/* What a comparison with the other documents' seals needs. */
static int send_imprint(int fd, const struct imprint *p, struct err *e)
{
    struct str head;
    struct jval *j = jval_new_object();
    jval_set_real(j, "size", p->size_mm, 4);
    jval_set_real(j, "turn", p->turn_deg, 4);
    jval_set_bool(j, "scale_known", p->scale_known);
    str_init(&head, MAX_JSON);
    jval_print(j, false, &head);
    jval_free(j);
    int r = wire_write2(fd, WIRE_IMPRINT, head.s, head.len + 1, p->ink,
                        IMPRINT_BYTES, e);
    str_done(&head);
    return r;
}

/* The fields of this page on which the seal's ink lies. */
static void note_covers(struct course *c, struct arena *a,
                        const struct page *page, const struct document *read,
                        struct seal *s)
{
    s->covers = arena_new_array(a, read->n_fields, const char *);
    for (size_t i = 0; i < read->n_fields; i++) {
        const struct field *f = &read->fields[i];
        if (f->page == c->number && seal_covers(page, s, f->box))
            s->covers[s->n_covers++] = f->name;
    }
}

/* What stands in a seal, where it is wanted. */
static int read_seal(struct course *c, struct arena *a, const struct page *page,
                     const struct found_seal *found, struct seal *seal,
                     struct err *e)
{
    const struct measure *m = c->measure;
    if (!m->reads_fields || !seal_text_is_wanted(page, found))
        return 0;
    double start = clock_cpu_ms();
    int r = reader_read_seal(m->reader, a, found, m->order, seal, e);
    c->read_ms += clock_cpu_ms() - start;
    return r;
}

static int send_seals(struct course *c, struct arena *a,
                      const struct page *page, const struct document *read,
                      struct err *e)
{
    for (size_t i = 0; i < page->n_seals; i++) {
        struct seal seal = page->seals[i].seal;
        seal.page = c->number;
        seal.slot = page->slot;
        note_covers(c, a, page, read, &seal);
        int r = read_seal(c, a, page, &page->seals[i], &seal, e);
        if (r == 0)
            r = send_json(c->out.fd, WIRE_SEAL, facts_json_seal(&seal), e);
        if (r == 0 && c->measure->reads_fields && page->seals[i].imprint)
            r = send_imprint(c->out.fd, page->seals[i].imprint, e);
        if (r == 0)
            r = depict_seal(&c->out, a, page, &page->seals[i], e);
        if (r)
            return r;
    }
    return 0;
}

static int measure_image(struct course *c, struct arena *a, struct page *page,
                         struct err *e)
{
    const struct measure *m = c->measure;
    struct pipeline_watch watch = {c, tell_step,
                                   m->sends_dumps ? tell_dump : NULL};
    struct document read = c->document;
    page->facts = nothing_known(page->scan);
    page->legibility = reader_legibility(m->reader);
    int r = pipeline_run(a, m->conf, page, &watch, e);
    double start = clock_cpu_ms();
    if (r == 0 && m->reads_fields)
        r = reader_read_page(m->reader, a, page, c->number, m->order, &read, e);
    c->read_ms = clock_cpu_ms() - start;
    if (r == 0)
        keep(c, &read, &page->facts); /* first the page, then what is on it */
    if (r == 0)
        r = send_seals(c, a, page, &read, e);
    if (r == 0 && m->sends_evidence)
        r = depict_page(&c->out, a, page, c->number, &read, e);
    for (size_t i = 0; i < read.n_fields && r == 0 && m->sends_evidence; i++)
        if (read.fields[i].page == c->number)
            r = depict_field(&c->out, a, page, &read.fields[i], e);
    if (r == 0 && m->sends_tiles)
        r = depict_tiles(&c->out, a, page, c->number, &read, e);
    if (r == 0 && m->sends_tiles)
        r = depict_overlays(&c->out, a, page, c->number, e);
    tell_part(c, "read", c->read_ms);
    tell_part(c, "depict", clock_cpu_ms() - start - c->read_ms);
    return r;
}

static int measure_page(struct course *c, struct decode_file *f, size_t max,
                        struct err *e)
{
    struct arena *a = arena_new(max);
    struct page *page = arena_new_struct(a, struct page);
    page->slot = c->document.slot;
    page->wanted_dpi = c->measure->seal_dpi;
    double start = clock_cpu_ms();
    int r = decode_page(a, f, c->number - 1, &page->scan, &page->container, e);
    tell_part(c, "decode", clock_cpu_ms() - start);
    if (r == 0)
        r = measure_image(c, a, page, e);
    arena_free(a);
    return r ? err_context(e, r, "page %d", c->number) : 0;
}

/* --- the file ---------------------------------------------------------- */

static int measure_file(struct course *c, const struct bundle_file *file,
                        size_t max, struct err *e)
{
    struct decode_file *f;
    const struct decode_limits *limits =
        conf_values(c->measure->conf, decode_section.name);
    int r = decode_open(c->arena, file->bytes, file->n, limits, &f, e);
    if (r)
        return r;
    c->document.format = decode_format(f);
    int n = decode_page_count(f);
    for (c->number = 1; c->number <= n && r == 0; c->number++)
        r = measure_page(c, f, max, e);
    return r;
}

int measure_job(void *context, size_t job, int fd, struct err *e)
{
    const struct measure *m = context;
    const struct bundle_file *file = m->files[job];
    const struct worker_limits *w = conf_values(m->conf, worker_section.name);
    size_t max = (size_t)w->memory_mb << 20;
    struct course c = {.measure = m,
                       .arena = arena_new(max),
                       .out = {.fd = fd,
                               .reveal = m->reveal,
                               .sends_private = m->sends_private}};
    c.document.slot = file->slot;
    c.document.file = file->file;
    c.document.recognized_as = SLOT_UNKNOWN;
    int r = measure_file(&c, file, max, e);
    /* What was measured before a page failed is sent all the same. */
    int sent = send_json(fd, WIRE_DOCUMENT, facts_json_document(&c.document),
                         r ? NULL : e);
    arena_free(c.arena);
    return r ? r : sent;
}

int measure_impression(void *context, size_t job, int fd, struct err *e)
{
    const struct measure *m = context;
    const struct bundle_file *file = m->files[job];
    const struct worker_limits *w = conf_values(m->conf, worker_section.name);
    struct arena *a = arena_new((size_t)w->memory_mb << 20);
    struct decode_file *f;
    struct container container = {0};
    struct imprint imprint;
    const struct image *im;
    int r = decode_open(a, file->bytes, file->n,
                        conf_values(m->conf, decode_section.name), &f, e);
    if (r == 0)
        r = decode_page(a, f, 0, &im, &container, e);
    if (r == 0 && !seal_imprint_of_cut(a, im, container.dpi_x, &imprint))
        r = err_set(e, ERR_UNSUPPORTED,
                    "there is no impression on clear ground");
    if (r == 0)
        r = send_imprint(fd, &imprint, e);
    arena_free(a);
    return r;
}
