/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/calibration.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "intake/judge/decisions.h"
#include "intake/judge/fit_capture.h"
#include "intake/judge/fit_legible.h"
#include "intake/judge/labels.h"
#include "intake/judge/stored.h"
#include "intake/judge/thresholds.h"
#include "rules/settings.h"

static const char clarity[] = "stage_clarity";

/* What the rules compare, and a misreading of which costs a person's time. */
static const char *const key_fields[] = {
    "org_name", "credit_code", "legal_rep", "handler_name", "handler_id", NULL};

/* Set by a standard, by law or by arithmetic (rules/settings.c), whatever a
 * sample has. */
static const char *const norms[] = {"square_aspect",
                                    "round_aspect",
                                    "scale_limit",
                                    "scale_plain",
                                    "scale_most",
                                    "seal_least_mm",
                                    "seal_most_mm",
                                    "read_dpi",
                                    "seal_dpi",
                                    "expiring_days",
                                    NULL};

struct calibration {
    struct arena *a;
    struct conf *conf;
    double rate;
    size_t reports, documents;
    struct fit_capture *capture;
    struct fit_legible *legible;
    struct thresholds *thresholds;
};

struct calibration *calibration_new(struct arena *a, struct conf *conf,
                                    double rate)
{
    struct calibration *c = arena_new_struct(a, struct calibration);
    c->a = a;
    c->conf = conf;
    c->rate = rate;
    c->capture = fit_capture_new(a);
    c->legible = fit_legible_new(a, conf_get(conf, clarity, "legible_half"),
                                 conf_get(conf, clarity, "legible_slope"));
    c->thresholds = thresholds_new(a, conf);
    return c;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

/* Whether the field was read as it is, as far as rules tell texts apart. */
static bool is_right(struct arena *a, const struct document *d,
                     const char *name, const char *truth)
{
    const struct field *f = document_field(d, name);
    return f && strcmp(utf8_name(a, f->value), utf8_name(a, truth)) == 0;
}

static void add_document(struct calibration *c, struct arena *scratch,
                         const struct stored *report, const struct labels *l,
                         const struct document *d)
{
    const struct page_facts *page = &d->pages[0];
    const char *capture = labels_lookup(l, report, d->slot, "capture");
    if (capture)
        fit_capture_add(c->capture, (enum capture)capture_from_name(capture),
                        page);
    for (size_t i = 0; key_fields[i] && !isnan(page->legibility); i++) {
        const char *truth = labels_lookup(l, report, d->slot, key_fields[i]);
        if (truth)
            fit_legible_add(c->legible, c->documents, page->legibility,
                            is_right(scratch, d, key_fields[i], truth));
    }
    c->documents++;
}

void calibration_add(struct calibration *c, const struct stored *report,
                     const struct labels *labels,
                     const struct decisions *decisions)
{
    struct arena *scratch = arena_new((size_t)64 << 20);
    for (size_t i = 0; i < report->facts.n_documents; i++)
        if (document_is_readable(&report->facts.documents[i]))
            add_document(c, scratch, report, labels,
                         &report->facts.documents[i]);
    thresholds_add(c->thresholds, report, decisions);
    c->reports++;
    arena_free(scratch);
}

/* --- pipeline.conf ---------------------------------------------------------
 */

/* Always with a point, as reals are written in the file. */
static void print_value(const char *name, double v, struct str *t)
{
    size_t at = t->len;
    str_printf(t, "    %s = %.6g", name, v);
    if (!t->failed && !strpbrk(strchr(t->s + at, '='), ".en"))
        str_add(t, ".0");
    str_add(t, ";\n");
}

static void print_clarity(struct calibration *c, struct str *t)
{
    struct fit_legible_curve curve;
    size_t wrong, n = fit_legible_count(c->legible, &wrong);
    str_printf(t, "%s: {\n    # %zu key fields of known text, %zu misread\n",
               clarity, n, wrong);
    if (!fit_legible_fit(c->legible, &curve)) {
        str_add(t, "    # nothing to fit: legibility makes no difference\n");
    } else {
        fit_legible_print(c->legible, &curve, t);
        str_printf(t, "    # 95 %%: %.3g to %.3g\n", curve.half_low,
                   curve.half_high);
        print_value("legible_half", curve.half, t);
        str_printf(t, "    # 95 %%: %.3g to %.3g\n", curve.slope_low,
                   curve.slope_high);
        print_value("legible_slope", curve.slope, t);
    }
    str_add(t, "};\n\n");
}

static void print_end(double v, struct str *t)
{
    if (isnan(v))
        str_add(t, "?");
    else
        str_printf(t, "%g", v);
}

static void print_threshold(const struct threshold *h, struct str *t)
{
    str_printf(t,
               "    # %s: at %g false alarms %zu of %zu, not failed %zu of "
               "%zu faults; now %zu and %zu; 95 %%: ",
               h->rule, h->wanted, h->wanted_alarms, h->n_fine,
               h->wanted_misses, h->n_faults, h->false_alarms, h->misses);
    print_end(h->low, t);
    str_add(t, " to ");
    print_end(h->high, t);
    str_add(t, "\n");
}

/* The rule that asks for the mildest value rules; NULL: there is none, or two
 * rules pull in different directions. */
static const struct threshold *binding(const struct threshold *all, size_t n,
                                       const char *setting)
{
    const struct threshold *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct threshold *h = &all[i];
        if (strcmp(h->setting, setting) != 0)
            continue;
        if (best && best->fails_above != h->fails_above)
            return NULL;
        bool is_milder = best && (h->fails_above ? h->wanted < best->wanted
                                                 : h->wanted > best->wanted);
        best = !best || is_milder ? h : best;
    }
    return best;
}

/*
 * Why the setting stays as it is; NULL: it is fitted. A quantile that the
 * sample bounds on one side only is no measurement.
 */
static const char *reason_to_stay(const char *setting,
                                  const struct threshold *rule, size_t told)
{
    if (told == 0)
        return "no decided application turns on it";
    if (is_one_of(setting, norms))
        return "it is a norm and not fitted";
    if (!rule)
        return "two rules pull it in two directions";
    return isnan(rule->low) || isnan(rule->high)
               ? "too few fine applications for so small a share"
               : NULL;
}

static void print_setting(struct calibration *c, const struct threshold *all,
                          size_t n, const char *setting, struct str *t)
{
    const struct threshold *rule = binding(all, n, setting);
    size_t told = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].setting, setting) == 0) {
            print_threshold(&all[i], t);
            told++;
        }
    const char *why = reason_to_stay(setting, rule, told);
    if (why)
        str_printf(t, "    # %s stays %g: %s\n", setting,
                   conf_get(c->conf, settings_rules.name, setting), why);
    else
        print_value(setting, rule->wanted, t);
}

static void print_rules(struct calibration *c, struct str *t)
{
    size_t n;
    const struct threshold *all = thresholds_of(c->thresholds, c->rate, &n);
    str_printf(t,
               "%s: {\n    # wished: at most %g %% of the applications that "
               "are fine may fail a rule\n",
               settings_rules.name, 100 * c->rate);
    for (const struct param *p = settings_rules.params; p->name; p++)
        print_setting(c, all, n, p->name, t);
    str_add(t, "};\n");
}

static void print_source(const struct calibration *c, const char *mark,
                         const char *source, struct str *t)
{
    str_printf(t,
               "%s Made by `sealdesk calibrate` from %s:\n%s %zu reports, "
               "%zu documents; present settings %.12s.\n",
               mark, source, mark, c->reports, c->documents,
               conf_hash(c->conf));
}

void calibration_print(struct calibration *c, const char *source, struct str *t)
{
    print_source(c, "#", source, t);
    str_add(t, "\n");
    print_clarity(c, t);
    print_rules(c, t);
}

void calibration_print_cues(struct calibration *c, const char *source,
                            struct str *t)
{
    size_t fewest, n = fit_capture_count(c->capture, &fewest);
    str_add(t, "/*\n");
    print_source(c, " *", source, t);
    str_add(t, " */\n");
    if (fewest > 0)
        fit_capture_print(c->capture, t);
    else
        str_printf(t,
                   "/* Not fitted: %zu pages, and one class of capture has "
                   "none. */\n",
                   n);
}
