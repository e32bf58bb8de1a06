/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/seal_forms.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/facts.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/png_out.h"
#include "imaging/seal_formats.h"
#include "intake/bundle.h"
#include "intake/measure/review.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"

enum { HEAD_BYTES = 256, MAX_SIDE = 1 << 16 };

/* Paper that is left around the seal, share of its longer side. */
static const double around = 0.05;

static const struct {
    const char *kind, *suffix;
} forms[SEAL_FORMS] = {
    {"source", "-source.png"}, {"bmp", ".bmp"}, {"gif", ".gif"}};

struct forms_job {
    const struct conf *conf;
    const struct bundle_file *file;
    const struct seal_cutting *seals;
    size_t n;
};

/* --- in the child ---------------------------------------------------------*/

static int send(int fd, const struct image *im, const uint8_t *bytes, size_t n,
                struct err *e)
{
    struct str head;
    str_init(&head, HEAD_BYTES);
    str_printf(&head, "{\"width\":%d,\"height\":%d}", im->width, im->height);
    int r = wire_write2(fd, WIRE_PICTURE, head.s, head.len + 1, bytes, n, e);
    str_done(&head);
    return r;
}

static int open_page(struct arena *a, const struct forms_job *j,
                     const void *bytes, size_t n, int page,
                     const struct image **ret, struct err *e)
{
    struct decode_file *f;
    struct container container;
    int r = decode_open(a, bytes, n, conf_values(j->conf, decode_section.name),
                        &f, e);
    return r ? r : decode_page(a, f, page - 1, ret, &container, e);
}

/* The pixels of the page around the seal. */
static int send_source(struct arena *a, const struct forms_job *j,
                       const struct seal_cutting *s, int fd, struct err *e)
{
    const struct image *page;
    int r =
        open_page(a, j, j->file->bytes, j->file->n, s->seal->page, &page, e);
    if (r)
        return r;
    Rect box = s->seal->box;
    double more = around * fmax(box.w, box.h);
    box = rect_intersect(rect_inset(box, -more, -more),
                         (Rect){0, 0, page->width, page->height});
    if (!(box.w >= 1 && box.h >= 1))
        return err_set(e, ERR_CRASH, "a seal beside its page");
    const struct image *part = image_crop(a, page, box);
    uint8_t *bytes;
    size_t n;
    r = png_out_write(a, part, s->page_dpi, &bytes, &n, e);
    return r ? r : send(fd, part, bytes, n, e);
}

static int send_formats(struct arena *a, const struct forms_job *j,
                        const struct seal_cutting *s, int fd, struct err *e)
{
    static const enum seal_format formats[] = {SEAL_FORMAT_BMP,
                                               SEAL_FORMAT_GIF};
    const struct image *cut;
    int r = open_page(a, j, s->cut->bytes, s->cut->n, 1, &cut, e);
    for (int i = 0; i < SEAL_FORMS - 1 && r == 0; i++) {
        uint8_t *bytes;
        size_t n;
        r = seal_formats_write(a, cut, s->cut->dpi, formats[i], &bytes, &n, e);
        if (r == 0)
            r = send(fd, cut, bytes, n, e);
    }
    return r;
}

static int forms_job(void *context, size_t job, int fd, struct err *e)
{
    (void)job;
    const struct forms_job *j = context;
    const struct worker_limits *w = conf_values(j->conf, worker_section.name);
    int r = 0;
    for (size_t i = 0; i < j->n && r == 0; i++) {
        struct arena *a = arena_new((size_t)w->memory_mb << 20);
        r = send_source(a, j, &j->seals[i], fd, e);
        if (r == 0)
            r = send_formats(a, j, &j->seals[i], fd, e);
        arena_free(a);
    }
    return r;
}

/* --- in the parent --------------------------------------------------------*/

/* The child's word is taken for the size only, and within bounds. */
static int take(struct arena *a, const struct wire_record *r,
                struct seal_form_file *ret, struct err *e)
{
    struct jval *j;
    const uint8_t *nul = memchr(r->bytes, 0, r->n);
    if (!nul ||
        jval_parse((const char *)r->bytes, (size_t)(nul - r->bytes), &j, e))
        return err_set(e, ERR_CRASH, "a picture without a head");
    double width = jval_real(j, "width", 0), height = jval_real(j, "height", 0);
    jval_free(j);
    if (!(width >= 1 && width < MAX_SIDE && height >= 1 && height < MAX_SIDE))
        return err_set(e, ERR_CRASH, "a picture without a size");
    ret->width = (int)width;
    ret->height = (int)height;
    ret->n = r->n - (size_t)(nul + 1 - r->bytes);
    ret->bytes = arena_memdup(a, nul + 1, ret->n);
    return 0;
}

/* "sheet-1-1.png" becomes "sheet-1-1" and the suffix. */
static const char *name_of(struct arena *a, const struct picture *cut, int form)
{
    const char *dot = strrchr(cut->name, '.');
    int n = (int)(dot ? dot - cut->name : (ptrdiff_t)strlen(cut->name));
    return arena_printf(a, "%.*s%s", n, cut->name, forms[form].suffix);
}

static int collect(struct arena *a, const struct forms_job *j,
                   const struct worker_result *got, struct seal_form_file *ret,
                   struct err *e)
{
    struct wire_reader reader = {got->bytes, got->n, 0, 0};
    struct wire_record record;
    size_t k = 0;
    int more, r = 0;
    while (r == 0 && (more = wire_next(&reader, &record, e)) != 0) {
        if (more < 0)
            return more;
        if (record.type != WIRE_PICTURE || k == j->n * SEAL_FORMS)
            return err_set(e, ERR_CRASH, "other records than %d pictures",
                           (int)j->n * SEAL_FORMS);
        int form = (int)(k % SEAL_FORMS);
        ret[k].kind = forms[form].kind;
        ret[k].name = name_of(a, j->seals[k / SEAL_FORMS].cut, form);
        r = take(a, &record, &ret[k++], e);
    }
    if (r == 0 && k < j->n * SEAL_FORMS)
        return err_set(e, ERR_CRASH, "too few pictures");
    return r;
}

int seal_forms_make(struct arena *a, const struct conf *conf,
                    const struct bundle_file *file,
                    const struct seal_cutting *seals, size_t n,
                    struct seal_form_file *ret, struct err *e)
{
    struct forms_job job = {conf, file, seals, n};
    struct worker_result got;
    if (n == 0)
        return 0;
    int r = worker_run(a, conf_values(conf, worker_section.name), forms_job,
                       &job, 1, &got, e);
    if (r == 0 && got.code)
        r = err_set(e, got.code, "%s", got.detail);
    return r ? r : collect(a, &job, &got, ret, e);
}
