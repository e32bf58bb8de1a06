/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `seal`: one transparent PNG per seal, its other forms, and a manifest. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "base/units.h"
#include "intake/bundle.h"
#include "intake/commands.h"
#include "intake/measure/examine.h"
#include "intake/measure/seal_forms.h"
#include "intake/measure/worker.h"
#include "intake/outcome.h"
#include "intake/version.h"

enum { MANIFEST_BYTES = 16 << 20, PRIVATE = 0600, MM = 2, PX = 2, MATRIX = 6 };

static const char manifest_name[] = "manifest.json";

static bool is_wanted(const struct cli *cli, const struct seal *s)
{
    return cli->role < 0 || (int)s->role == cli->role;
}

static const struct picture *cut_of(const struct examined *x,
                                    const struct seal *s)
{
    for (size_t i = 0; i < x->n_pictures; i++)
        if (x->pictures[i].kind == PICTURE_SEAL &&
            strcmp(x->pictures[i].of, s->id) == 0)
            return &x->pictures[i];
    return NULL;
}

/* A seal that is written, and its files besides the one for the token. */
struct delivery {
    const struct examined *examined;
    struct seal_cutting *seals;
    struct seal_form_file *forms; /* SEAL_FORMS of each */
    size_t n;
};

static const struct seal_form_file *forms_of(const struct delivery *d,
                                             const struct seal *s)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->seals[i].seal == s)
            return d->forms + i * SEAL_FORMS;
    return NULL;
}

static struct jval *forms_json(const struct seal_form_file *f)
{
    struct jval *list = jval_new_array();
    for (int i = 0; i < SEAL_FORMS; i++, f++) {
        char hex[FILE_SHA256_HEX];
        struct jval *j = jval_new_object();
        file_sha256(f->bytes, f->n, hex);
        jval_set_string(j, "kind", f->kind);
        jval_set_string(j, "file", f->name);
        jval_set_int(j, "bytes", (long long)f->n);
        jval_set_string(j, "sha256", hex);
        jval_set_int(j, "width", f->width);
        jval_set_int(j, "height", f->height);
        jval_append(list, j);
    }
    return list;
}

/* The map from the PNG's pixels to the page's. */
static Affine page_from_picture(const struct seal *s, const struct picture *p,
                                double page_turn_deg)
{
    Affine m =
        affine_compose(affine_translate(-p->width / 2.0, -p->height / 2.0),
                       affine_scale(1 / p->scale, 1 / p->scale));
    double turn = isfinite(s->rotation_deg) ? s->rotation_deg : 0;
    m = affine_compose(m, affine_rotate(turn - page_turn_deg));
    return affine_compose(m, affine_translate(s->center.x, s->center.y));
}

static void set_place(struct jval *j, const struct seal *s,
                      const struct picture *p, double page_turn_deg)
{
    Affine m = page_from_picture(s, p, page_turn_deg);
    const double v[] = {m.a, m.b, m.c, m.d, m.e, m.f};
    Quad q = affine_quad(m, (Rect){0, 0, p->width, p->height});
    struct jval *corners = jval_new_array();
    for (int i = 0; i < 4; i++)
        jval_append(corners,
                    jval_new_reals((double[]){q.p[i].x, q.p[i].y}, 2, PX));
    jval_set(j, "quadrilateral", corners);
    jval_set(j, "page_from_picture", jval_new_reals(v, 6, MATRIX));
}

/* The seal as in a report, what the PNG is, and where it comes from. */
static struct jval *entry(const struct delivery *to, const struct seal *s)
{
    const struct picture *p = cut_of(to->examined, s);
    const struct document *d = &to->examined->facts.documents[0];
    char hex[FILE_SHA256_HEX];
    struct jval *j = facts_json_seal(s);
    if (!p)
        return j;
    file_sha256(p->bytes, p->n, hex);
    jval_set_string(j, "file", p->name);
    jval_set_int(j, "bytes", (long long)p->n);
    jval_set_string(j, "sha256", hex);
    jval_set_int(j, "width", p->width);
    jval_set_int(j, "height", p->height);
    if (p->dpi > 0) {
        const double mm[] = {mm_from_px(p->width, p->dpi),
                             mm_from_px(p->height, p->dpi)};
        jval_set(j, "mm", jval_new_reals(mm, 2, MM));
        jval_set_real(j, "dpi", p->dpi, 1);
    }
    jval_set_int(j, "rung", p->rung);
    jval_set_int(j, "levels", p->levels);
    jval_set_bool(j, "small_enough", p->is_small_enough);
    set_place(j, s, p, d->pages[s->page - 1].rotation_deg);
    jval_set(j, "forms", forms_json(forms_of(to, s)));
    return j;
}

static struct jval *tool_json(const struct conf *conf, const struct examined *x)
{
    struct jval *tool = jval_new_object(), *libraries = jval_new_object();
    jval_set_string(tool, "version", SEALDESK_VERSION);
    jval_set_string(tool, "config", conf_hash(conf));
    for (size_t i = 0; i < x->n_libraries; i++)
        jval_set_string(libraries, x->libraries[i].name,
                        x->libraries[i].version);
    jval_set(tool, "libraries", libraries);
    return tool;
}

static void write_manifest(const struct cli *cli, const struct conf *conf,
                           const struct delivery *to, struct str *t)
{
    const struct examined *x = to->examined;
    const struct document *d = &x->facts.documents[0];
    struct jval *j = jval_new_object(), *seals = jval_new_array();
    jval_set_string(j, "schema", "sealdesk.seals/1");
    jval_set_string(j, "source", d->file);
    jval_set_string(j, "sha256", d->sha256);
    jval_set_int(j, "dpi_wanted", cli->dpi);
    jval_set(j, "tool", tool_json(conf, x));
    for (size_t i = 0; i < x->facts.n_seals; i++)
        if (is_wanted(cli, &x->facts.seals[i]))
            jval_append(seals, entry(to, &x->facts.seals[i]));
    jval_set(j, "seals", seals);
    jval_finish(j, true, t);
}

static void write_lines(const struct cli *cli, const struct examined *x,
                        struct str *t)
{
    for (size_t i = 0; i < x->facts.n_seals; i++) {
        const struct seal *s = &x->facts.seals[i];
        if (!is_wanted(cli, s))
            continue;
        str_printf(t, "%s  %s  %s  ", s->image ? s->image : s->id,
                   seal_role_name(s->role), seal_shape_name(s->shape));
        if (isfinite(s->size_mm[0]))
            str_printf(t, "%.1f x %.1f mm", s->size_mm[0], s->size_mm[1]);
        str_printf(t, "  第 %d 页\n", s->page);
    }
}

static int save(const struct cli *cli, const struct delivery *to,
                const struct str *manifest, struct err *e)
{
    const char *dir = cli->out ? cli->out : ".";
    int r = 0;
    for (size_t i = 0; i < to->n && r == 0; i++) {
        const struct picture *p = to->seals[i].cut;
        const struct seal_form_file *f = to->forms + i * SEAL_FORMS;
        r = file_write(dir, p->name, p->bytes, p->n, PRIVATE, e);
        for (int k = 0; k < SEAL_FORMS && r == 0; k++)
            r = file_write(dir, f[k].name, f[k].bytes, f[k].n, PRIVATE, e);
    }
    return r ? r
             : file_write(dir, manifest_name, manifest->s, manifest->len,
                          PRIVATE, e);
}

/* The wanted seals that have a picture, and their other forms. */
static int prepare(struct arena *a, const struct cli *cli,
                   const struct conf *conf, const struct bundle_file *file,
                   struct delivery *to, struct err *e)
{
    const struct facts *f = &to->examined->facts;
    to->seals = arena_new_array(a, f->n_seals, struct seal_cutting);
    for (size_t i = 0; i < f->n_seals; i++) {
        const struct seal *s = &f->seals[i];
        const struct picture *cut = cut_of(to->examined, s);
        if (cut && is_wanted(cli, s))
            to->seals[to->n++] = (struct seal_cutting){
                s, cut, f->documents[0].pages[s->page - 1].dpi_measured};
    }
    to->forms = arena_new_array(a, to->n * SEAL_FORMS, struct seal_form_file);
    return seal_forms_make(a, conf, file, to->seals, to->n, to->forms, e);
}

static size_t count_wanted(const struct cli *cli, const struct facts *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_seals; i++)
        n += is_wanted(cli, &f->seals[i]);
    return n;
}

/* Writes the files and tells; the seals are there or not. */
static int deliver(const struct cli *cli, const struct conf *conf,
                   const struct delivery *to)
{
    const struct examined *x = to->examined;
    struct err e = {0};
    struct str manifest, lines;
    str_init(&manifest, MANIFEST_BYTES);
    str_init(&lines, MANIFEST_BYTES);
    write_manifest(cli, conf, to, &manifest);
    write_lines(cli, x, &lines);
    int r = save(cli, to, &manifest, &e);
    if (r)
        r = outcome_fail(&e);
    else
        r = cli_print(cli_format_of(cli) == FORMAT_TEXT ? &lines : &manifest);
    str_done(&manifest);
    str_done(&lines);
    if (r == 0 && count_wanted(cli, &x->facts) == 0) {
        cli_say("%s: no such seal was found", x->facts.documents[0].file);
        cli_say("%s：没有找到所要的印章。", x->facts.documents[0].file);
        r = EXIT_FLAGGED;
    }
    return r;
}

int command_seal(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    struct examined x;
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    r = cli_refuse_html(cli);
    if (r)
        return r;
    const struct worker_limits *w = conf_values(conf, worker_section.name);
    struct bundle_file file = bundle_read_file(a, cli->args[0], SLOT_UNKNOWN,
                                               (size_t)w->file_mb << 20);
    const struct examine_options options = {.jobs = 1,
                                            .seal_dpi = cli->dpi,
                                            .sends_dumps =
                                                cli->dump_stages != NULL};
    if (outcome_folders(cli, &e))
        return outcome_fail(&e);
    if (examine_files(a, conf, &options, &file, 1, &x, &e))
        return cli_fail(&e);
    if (outcome_dump(cli, &x, &e))
        return outcome_fail(&e);
    if (cli->trace)
        outcome_trace(&x);
    outcome_tell_errors(&x.facts);
    if (x.facts.documents[0].error)
        return outcome_exit(VERDICT_CLEAN, &x.facts);
    struct delivery to = {.examined = &x};
    if (prepare(a, cli, conf, &file, &to, &e))
        return cli_fail(&e);
    return deliver(cli, conf, &to);
}
