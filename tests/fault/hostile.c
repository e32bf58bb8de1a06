/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * hostile - damaged and forged files through the sandboxed children
 *
 *     hostile COUNT [SEED]
 *
 * A small sheet is written as JPEG, PNG, TIFF, WebP, HEIC and PDF; each case
 * is one of them, broken in one to four ways: bits, lengths, pieces moved or
 * repeated, cut, glued to another kind, or its header claiming a picture of a
 * billion pixels. Every case goes through the same children as an upload. Most
 * are only opened, every page of them, which is all that touches foreign bytes;
 * one batch in sixty-four is measured whole, and its records go through the
 * same reader. Crashes of a child are what children are for and are counted. It
 * must not happen that this process dies, that a child lives past its deadline,
 * that one tries a forbidden call (the list is then stale, or it was taken
 * over), or that the records of a child that ended well are not as agreed.
 */

#include <cairo-pdf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vips/vips.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/page.h"
#include "intake/bundle.h"
#include "intake/measure/examine.h"
#include "intake/measure/measure.h"
#include "intake/measure/measured.h"
#include "intake/measure/wire.h"
#include "intake/measure/worker.h"
#include "intake/sections.h"

enum {
    WIDTH = 260,
    HEIGHT = 180,
    ROOM = 1 << 20, /* for one seed */
    BATCH = 32,
    WHOLE_EVERY = 64, /* batches */
    TIMEOUT_S = 20,
    SLACK_MS = 3000, /* until a killed child is buried on a busy machine */
    MAX_FILE = 4 << 20,
};

/* --- random numbers: the same on every machine (xorshift64*) ------------- */

static uint64_t next(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717ULL;
}

static size_t below(uint64_t *s, size_t n)
{
    return n ? (size_t)(next(s) >> 11) % n : 0;
}

/* --- seeds ---------------------------------------------------------------- */

enum { KINDS = 6 };

static const char *const kinds[KINDS] = {".jpg",  ".png",  ".tif",
                                         ".webp", ".heic", ".pdf"};

struct seed {
    size_t n;
    uint8_t bytes[ROOM];
};

static void draw(cairo_t *cr)
{
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 0.1, 0.1, 0.1);
    cairo_select_font_face(cr, "Noto Sans CJK SC", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, 15);
    for (int i = 0; i < 6; i++) {
        cairo_move_to(cr, 16, 28 + 24 * i);
        cairo_show_text(cr, "江西省数字证书申请 3601");
    }
    cairo_set_source_rgb(cr, 0.85, 0.1, 0.1);
    cairo_set_line_width(cr, 4);
    cairo_arc(cr, 200, 110, 45, 0, 6.3);
    cairo_stroke(cr);
}

static void write_pdf(struct seed *s)
{
    FILE *f = tmpfile();
    cairo_surface_t *page;
    cairo_t *cr;
    if (!f)
        return;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(f));
    page = cairo_pdf_surface_create(path, WIDTH, HEIGHT);
    cr = cairo_create(page);
    draw(cr);
    cairo_show_page(cr);
    cairo_destroy(cr);
    cairo_surface_destroy(page);
    rewind(f);
    s->n = fread(s->bytes, 1, ROOM, f);
    fclose(f);
}

static void write_picture(struct seed *s, VipsImage *im, const char *suffix)
{
    void *bytes = NULL;
    size_t n = 0;
    if (vips_image_write_to_buffer(im, suffix, &bytes, &n, NULL) == 0 &&
        n <= ROOM) {
        memcpy(s->bytes, bytes, n);
        s->n = n;
    }
    g_free(bytes);
}

/* In a process of its own: encoders start threads. */
static void make_seeds(struct seed *seeds)
{
    cairo_surface_t *sheet =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create(sheet);
    draw(cr);
    cairo_surface_flush(sheet);
    const uint8_t *in = cairo_image_surface_get_data(sheet);
    static uint8_t rgb[WIDTH * HEIGHT * 3];
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        for (int b = 0; b < 3; b++)
            rgb[3 * i + b] = in[4 * i + 2 - b];
    VipsImage *im = vips_image_new_from_memory(rgb, sizeof rgb, WIDTH, HEIGHT,
                                               3, VIPS_FORMAT_UCHAR);
    im->Type = VIPS_INTERPRETATION_sRGB;
    im->Xres = im->Yres = 300 / 25.4;
    for (int k = 0; k < KINDS - 1; k++)
        write_picture(&seeds[k], im, kinds[k]);
    write_pdf(&seeds[KINDS - 1]);
}

static struct seed *seeds_new(const char *argv0)
{
    struct seed *seeds =
        mmap(NULL, KINDS * sizeof *seeds, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 1;
    if (seeds == MAP_FAILED)
        exit(2);
    pid_t pid = fork();
    if (pid == 0) {
        if (VIPS_INIT(argv0))
            _exit(1);
        make_seeds(seeds);
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        exit(2);
    for (int k = 0; k < KINDS; k++)
        if (seeds[k].n == 0)
            printf("SKIPPED: this machine cannot write %s\n", kinds[k]);
    return seeds;
}

/* --- damage --------------------------------------------------------------- */

struct victim {
    uint8_t *bytes; /* MAX_FILE */
    size_t n;
    const struct seed *seeds;
    uint64_t *random;
};

static void flip_bits(struct victim *v)
{
    for (size_t i = 1 + below(v->random, 8); i > 0; i--)
        v->bytes[below(v->random, v->n)] ^= (uint8_t)(1 << below(v->random, 8));
}

static void set_number(struct victim *v)
{
    static const uint32_t odd[] = {0,          1,          0x7f,       0x80,
                                   0xff,       0x7fff,     0xffff,     0x10000,
                                   0x7fffffff, 0x80000000, 0xffffffff, 30000};
    uint32_t x = odd[below(v->random, sizeof odd / sizeof *odd)];
    size_t size = (size_t)1 << below(v->random, 3);
    size_t at =
        below(v->random, v->n < 1024 || below(v->random, 2) ? v->n : 1024);
    bool big = below(v->random, 2);
    for (size_t i = 0; i < size && at + i < v->n; i++)
        v->bytes[at + i] = (uint8_t)(x >> 8 * (big ? size - 1 - i : i));
}

static void cut(struct victim *v)
{
    v->n = below(v->random, v->n) + 1;
}

static void repeat(struct victim *v)
{
    size_t from = below(v->random, v->n), n = below(v->random, v->n - from) + 1;
    if (v->n + n > MAX_FILE)
        return;
    memmove(v->bytes + from + n, v->bytes + from, v->n - from);
    v->n += n;
}

static void take_out(struct victim *v)
{
    size_t from = below(v->random, v->n), n = below(v->random, v->n - from);
    memmove(v->bytes + from, v->bytes + from + n, v->n - from - n);
    v->n -= n;
}

/* Two kinds in one file: the second after the first, or over its middle. */
static void glue(struct victim *v)
{
    const struct seed *other = &v->seeds[below(v->random, KINDS)];
    size_t at = below(v->random, 2) ? v->n : below(v->random, v->n);
    if (at + other->n > MAX_FILE)
        return;
    memcpy(v->bytes + at, other->bytes, other->n);
    if (at + other->n > v->n)
        v->n = at + other->n;
}

/* A header that claims a billion pixels, wherever the size is found in it. */
static void claim_size(struct victim *v)
{
    const uint16_t sides[] = {WIDTH, HEIGHT};
    for (size_t i = 0; i + 2 <= v->n && i < 4096; i++)
        for (int k = 0; k < 2; k++) {
            uint16_t side = sides[k];
            if (v->bytes[i] == side >> 8 && v->bytes[i + 1] == (side & 0xff)) {
                v->bytes[i] = 0x75; /* 30000 */
                v->bytes[i + 1] = 0x30;
            } else if (v->bytes[i] == (side & 0xff) &&
                       v->bytes[i + 1] == side >> 8) {
                v->bytes[i] = 0x30;
                v->bytes[i + 1] = 0x75;
            }
        }
}

static void shuffle(struct victim *v)
{
    size_t n = below(v->random, 64) + 1;
    if (v->n <= n)
        return;
    size_t a = below(v->random, v->n - n), b = below(v->random, v->n - n);
    for (size_t i = 0; i < n; i++) {
        uint8_t keep = v->bytes[a + i];
        v->bytes[a + i] = v->bytes[b + i];
        v->bytes[b + i] = keep;
    }
}

static void (*const damages[])(struct victim *) = {
    flip_bits, set_number, cut, repeat, take_out, glue, claim_size, shuffle};

static struct bundle_file broken_file(struct arena *a, const struct seed *seeds,
                                      uint64_t *random)
{
    struct victim v = {arena_alloc(a, 1, MAX_FILE), 0, seeds, random};
    const struct seed *s;
    do
        s = &seeds[below(random, KINDS)];
    while (s->n == 0);
    memcpy(v.bytes, s->bytes, s->n);
    v.n = s->n;
    for (size_t i = 1 + below(random, 4); i > 0 && v.n > 0; i--)
        damages[below(random, sizeof damages / sizeof *damages)](&v);
    return (struct bundle_file){.slot = (enum slot)below(random, SLOT_COUNT),
                                .file = "hostile",
                                .sha256 = "",
                                .bytes = (const char *)v.bytes,
                                .n = v.n};
}

/* --- a case that is only opened ------------------------------------------- */

/* Sends the document of a file without anything that was measured. */
static int send_document(const struct bundle_file *f, int fd, struct err *e)
{
    const struct document d = {.slot = f->slot, .file = f->file};
    struct jval *j = facts_json_document(&d);
    struct str text;
    str_init(&text, ROOM);
    jval_print(j, false, &text);
    jval_free(j);
    int r = wire_write(fd, WIRE_DOCUMENT, text.s, text.len, e);
    str_done(&text);
    return r;
}

/* A worker_job. */
static int open_pages(void *context, size_t job, int fd, struct err *e)
{
    const struct measure *m = context;
    const struct bundle_file *f = m->files[job];
    struct arena *a = arena_new((size_t)4 << 30);
    struct decode_file *file;
    int r = decode_open(a, f->bytes, f->n,
                        conf_values(m->conf, decode_section.name), &file, e);
    for (int i = 0; r == 0 && i < decode_page_count(file); i++) {
        struct arena *of_page = arena_new((size_t)4 << 30);
        const struct image *im;
        struct container container;
        r = decode_page(of_page, file, i, &im, &container, e);
        arena_free(of_page);
    }
    int sent = send_document(f, fd, r ? NULL : e);
    arena_free(a);
    return r ? r : sent;
}

/* --- the run -------------------------------------------------------------- */

struct tally {
    unsigned long cases, read, refused, crashes, timeouts, memory;
    unsigned long forbidden, overdue, liars; /* must be 0 */
    double longest_ms;
};

static void judge(struct arena *a, const struct bundle_file *f,
                  const struct worker_result *r, struct tally *t)
{
    struct measured m;
    struct err e = {0};
    t->cases++;
    t->crashes += r->code == ERR_CRASH;
    t->timeouts += r->code == ERR_TIMEOUT;
    t->memory += r->code == ERR_MEMORY;
    t->forbidden += r->code == ERR_SANDBOX;
    t->overdue += r->wall_ms > 1e3 * TIMEOUT_S + SLACK_MS;
    if (r->wall_ms > t->longest_ms)
        t->longest_ms = r->wall_ms;
    if (r->code) {
        printf("  case %lu: %s: %s, %.1f s of processor\n", t->cases,
               err_name(r->code), r->detail, r->cpu_ms / 1e3);
        return;
    }
    if (measured_read(a, f->slot, r->bytes, r->n, &m, &e)) {
        t->liars++;
        printf("  case %lu: records: %s\n", t->cases, e.text);
        return;
    }
    t->read += m.document.error == 0;
    t->refused += m.document.error != 0;
    t->forbidden += m.document.error == ERR_SANDBOX;
}

static int run_batch(struct measure *m, const struct worker_limits *limits,
                     const struct seed *seeds, uint64_t *random, size_t n,
                     struct tally *t)
{
    struct arena *a = arena_new((size_t)4 << 30);
    struct bundle_file files[BATCH];
    const struct bundle_file *list[BATCH];
    struct worker_result results[BATCH];
    struct err e = {0};
    for (size_t i = 0; i < n; i++) {
        files[i] = broken_file(a, seeds, random);
        list[i] = &files[i];
    }
    m->files = list;
    bool whole = t->cases / BATCH % WHOLE_EVERY == 0;
    int r = worker_run(a, limits, whole ? measure_job : open_pages, m, n,
                       results, &e);
    for (size_t i = 0; i < n && r == 0; i++)
        judge(a, &files[i], &results[i], t);
    if (r)
        printf("%s\n", e.text);
    arena_free(a);
    return r;
}

/* What has come of it so far; whether anything must not be. */
static bool tell(const struct tally *t)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("%lu files: %lu read, %lu refused, %lu crashes, %lu time-outs, %lu "
           "out of memory; longest %.1f s; parent %ld MB\n"
           "forbidden calls %lu, past the deadline %lu, records not as agreed "
           "%lu\n",
           t->cases, t->read, t->refused, t->crashes, t->timeouts, t->memory,
           t->longest_ms / 1e3, used.ru_maxrss / 1024, t->forbidden, t->overdue,
           t->liars);
    return t->forbidden || t->overdue || t->liars;
}

int main(int argc, char **argv)
{
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
    uint64_t random = argc > 2 ? strtoull(argv[2], NULL, 10) : 20260401;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct seed *seeds = seeds_new(argv[0]);
    struct arena *a = arena_new((size_t)1 << 30);
    struct measure m = {.conf = sections_new(a),
                        .reads_fields = true,
                        .sends_evidence = true,
                        .sends_tiles = true,
                        .sends_private = true};
    struct err e = {0};
    struct tally t = {0};
    struct worker_limits limits;
    memcpy(&limits, conf_values(m.conf, worker_section.name), sizeof limits);
    limits.timeout_s = TIMEOUT_S;
    if (examine_warm_up(a, m.conf, &m.reader, &e)) {
        printf("%s\n", e.text);
        return 2;
    }
    while (t.cases < count) {
        size_t n = count - t.cases < BATCH ? count - t.cases : BATCH;
        if (run_batch(&m, &limits, seeds, &random, n, &t))
            return 1;
        if (t.cases % (16 * BATCH) == 0)
            tell(&t);
    }
    return tell(&t);
}
