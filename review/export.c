/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "review/export.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "base/units.h"
#include "review/bitmap.h"
#include "review/ses_picture.h"
#include "review/zip.h"

enum { MAX_FILE = 8 << 20, PER_SEAL = 4, MM = 2, DPI = 1 };

struct package {
    struct arena *arena;
    struct zip_file *files;
    size_t n_files;
    struct jval *seals; /* of the manifest */
};

/* One file of a seal: into the archive and into the manifest. */
static void add_file(struct package *p, struct jval *list, const char *name,
                     const char *type, const void *bytes, size_t n)
{
    char hex[FILE_SHA256_HEX];
    struct jval *j = jval_new_object();
    file_sha256(bytes, n, hex);
    jval_set_string(j, "file", name);
    jval_set_string(j, "type", type);
    jval_set_int(j, "bytes", (long long)n);
    jval_set_string(j, "sha256", hex);
    jval_append(list, j);
    p->files[p->n_files++] = (struct zip_file){name, bytes, n};
}

/* A written text, moved into the arena. */
static void add_text(struct package *p, struct jval *list, const char *name,
                     const char *type, const struct str *t)
{
    add_file(p, list, name, type, arena_memdup(p->arena, t->s, t->len), t->len);
}

struct form {
    const char *suffix, *type;
    int (*write)(struct package *p, const struct export_seal *s,
                 const struct bitmap *b, struct str *out, struct err *e);
};

static int write_bmp(struct package *p, const struct export_seal *s,
                     const struct bitmap *b, struct str *out, struct err *e)
{
    return bitmap_write_bmp(p->arena, b, b->width * MM_PER_INCH / s->width_mm,
                            out, e);
}

static int write_gif(struct package *p, const struct export_seal *s,
                     const struct bitmap *b, struct str *out, struct err *e)
{
    (void)s;
    return bitmap_write_gif(p->arena, b, out, e);
}

static int write_der(struct package *p, const struct export_seal *s,
                     const struct bitmap *b, struct str *out, struct err *e)
{
    (void)p;
    (void)b;
    const struct ses_picture picture = {.type = "PNG",
                                        .data = s->png,
                                        .n = s->n,
                                        .width_mm = (int)lround(s->width_mm),
                                        .height_mm = (int)lround(s->height_mm)};
    return ses_picture_write(&picture, out, e);
}

static const struct form forms[] = {
    {"bmp", "image/bmp", write_bmp},
    {"gif", "image/gif", write_gif},
    {"der", "SES_ESPictrueInfo", write_der},
};

/* An optional text. */
static void set(struct jval *j, const char *name, const char *value)
{
    if (value)
        jval_set_string(j, name, value);
}

static struct jval *seal_json(const struct export_seal *s,
                              const struct bitmap *b, struct jval *files)
{
    const double mm[] = {s->width_mm, s->height_mm};
    struct jval *j = jval_new_object(), *params;
    jval_set_string(j, "id", s->id);
    jval_set_string(j, "role", s->role);
    jval_set_int(j, "version", s->version);
    jval_set_int(j, "width", b->width);
    jval_set_int(j, "height", b->height);
    jval_set(j, "mm", jval_new_reals(mm, 2, MM));
    jval_set_real(j, "dpi", b->width * MM_PER_INCH / s->width_mm, DPI);
    set(j, "source", s->source);
    set(j, "source_sha256", s->source_sha256);
    set(j, "made_by", s->made_by);
    set(j, "proposed_by", s->proposed_by);
    set(j, "approved_by", s->approved_by);
    if (s->params &&
        jval_parse(s->params, strlen(s->params), &params, NULL) == 0)
        jval_set(j, "edited", params);
    jval_set(j, "files", files);
    return j;
}

static int add_seal(struct package *p, const struct export_seal *s,
                    struct err *e)
{
    struct bitmap b;
    int r = bitmap_read_png(p->arena, s->png, s->n, &b, e);
    if (r)
        return r;
    if (!(s->width_mm > 0 && s->height_mm > 0))
        return err_set(e, ERR_FORMAT, "seal %s: its size is not known", s->id);
    struct jval *files = jval_new_array();
    const char *stem = arena_printf(p->arena, "%s-%s", s->role, s->id);
    add_file(p, files, arena_printf(p->arena, "%s.png", stem), "image/png",
             s->png, s->n);
    for (size_t i = 0; i < sizeof forms / sizeof *forms && r == 0; i++) {
        struct str t;
        str_init(&t, MAX_FILE);
        r = forms[i].write(p, s, &b, &t, e);
        if (r == 0)
            add_text(p, files,
                     arena_printf(p->arena, "%s.%s", stem, forms[i].suffix),
                     forms[i].type, &t);
        str_done(&t);
    }
    jval_append(p->seals, seal_json(s, &b, files));
    return r;
}

static void add_manifest(struct package *p, const struct export_info *info)
{
    struct jval *j = jval_new_object();
    struct str t;
    str_init(&t, MAX_FILE);
    jval_set_string(j, "schema", "sealdesk.export/1");
    set(j, "order_no", info->order_no);
    set(j, "org_name", info->org_name);
    set(j, "credit_code", info->credit_code);
    set(j, "exported_at", info->at);
    set(j, "exported_by", info->user);
    set(j, "program", info->program);
    set(j, "run", info->run);
    jval_set(j, "seals", p->seals);
    jval_print(j, true, &t);
    str_add(&t, "\n");
    p->files[p->n_files++] = (struct zip_file){
        "manifest.json", arena_memdup(p->arena, t.s, t.len), t.len};
    str_done(&t);
    jval_free(j);
}

int export_write(struct arena *a, const struct export_info *info,
                 const struct export_seal *seals, size_t n, struct str *out,
                 struct err *e)
{
    struct package p = {
        .arena = a,
        .files = arena_new_array(a, n * PER_SEAL + 1, struct zip_file),
        .seals = jval_new_array()};
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = add_seal(&p, &seals[i], e);
    if (r) {
        jval_free(p.seals);
        return r;
    }
    add_manifest(&p, info);
    return zip_write(p.files, p.n_files, out, e);
}
