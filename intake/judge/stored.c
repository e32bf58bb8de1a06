/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/judge/stored.h"

#include <errno.h>
#include <fts.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"

enum { MAX_REPORT = 64 << 20, MAX_LISTED = 10000 };

static int wrong(struct err *e, const char *path, const char *what)
{
    return err_set(e, ERR_FORMAT, "%s: %s", path, what);
}

static int read_documents(struct arena *a, const struct jval *j,
                          struct facts *f, struct err *e)
{
    size_t n = jval_count(j);
    f->documents = arena_new_array(a, n, struct document);
    for (size_t i = 0; i < n; i++) {
        int r = facts_json_read_document(a, jval_at(j, i), &f->documents[i], e);
        if (r)
            return err_context(e, r, "documents[%zu]", i);
    }
    f->n_documents = n;
    return 0;
}

static int read_seals(struct arena *a, const struct jval *j, struct facts *f,
                      struct err *e)
{
    size_t n = jval_count(j);
    f->seals = arena_new_array(a, n, struct seal);
    for (size_t i = 0; i < n; i++) {
        int r = facts_json_read_seal(a, jval_at(j, i), &f->seals[i], e);
        if (r)
            return err_context(e, r, "seals[%zu]", i);
    }
    f->n_seals = n;
    return 0;
}

static int read_pairs(struct arena *a, const struct jval *j, struct facts *f,
                      struct err *e)
{
    size_t n = jval_count(j);
    if (n > MAX_LISTED)
        return err_set(e, ERR_FORMAT, "seal_pairs: too many");
    f->pairs = arena_new_array(a, n, struct seal_pair);
    for (size_t i = 0; i < n; i++) {
        int r = facts_json_read_pair(a, jval_at(j, i), &f->pairs[i], e);
        if (r)
            return err_context(e, r, "seal_pairs[%zu]", i);
    }
    f->n_pairs = n;
    return 0;
}

static int read_facts(struct arena *a, const struct jval *j, const char *path,
                      struct facts *f, struct err *e)
{
    const struct jval *documents = jval_lookup(j, "documents");
    const struct jval *seals = jval_lookup(j, "seals");
    const struct jval *order = jval_lookup(j, "application");
    const char *today = jval_string(j, "today", NULL);
    if (strcmp(jval_string(j, "schema", ""), "sealdesk.report/1") != 0)
        return wrong(e, path, "is not a report (schema sealdesk.report/1)");
    if (jval_kind_of(documents) != JVAL_ARRAY ||
        jval_kind_of(seals) != JVAL_ARRAY ||
        jval_count(documents) > MAX_LISTED || jval_count(seals) > MAX_LISTED)
        return wrong(e, path, "documents and seals must be lists");
    if (today)
        f->today = arena_strdup(a, today);
    int r = read_documents(a, documents, f, e);
    if (r == 0)
        r = read_seals(a, seals, f, e);
    if (r == 0)
        r = read_pairs(a, jval_lookup(j, "seal_pairs"), f, e);
    if (r == 0 && order)
        r = facts_json_read_order(a, order, &f->order, e);
    return r ? err_context(e, r, "%s", path) : 0;
}

/* Index of a word, or `otherwise`. */
static int word(const char *(*name)(int), int n, const char *s, int otherwise)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name(i), s) == 0)
            return i;
    return otherwise;
}

static const char *verdict_word(int i)
{
    return verdict_name((enum verdict)i);
}

static const char *answer_word(int i)
{
    return answer_name((enum answer)i);
}

/* Rules that this version does not know are kept: that they are gone is a
 * change too. */
static struct opinion read_opinion(struct arena *a, const struct jval *j)
{
    const struct jval *findings = jval_lookup(j, "findings");
    size_t n = jval_count(findings);
    struct said *said = arena_new_array(a, n, struct said);
    for (size_t i = 0; i < n; i++) {
        const struct jval *f = jval_at(findings, i);
        const char *slot = jval_string(f, "slot", "unknown");
        said[i] = (struct said){
            arena_strdup(a, jval_string(f, "rule", "?")),
            (enum answer)word(answer_word, ANSWER_NOT_APPLICABLE + 1,
                              jval_string(f, "answer", ""), ANSWER_FAIL),
            (enum slot)slot_from_name(slot)};
    }
    int verdict = word(verdict_word, VERDICT_BLOCKED + 1,
                       jval_string(j, "verdict", ""), VERDICT_BLOCKED);
    return (struct opinion){(enum verdict)verdict, said, n};
}

void stored_place(struct arena *a, struct stored *s)
{
    const char *slash = strrchr(s->path, '/');
    s->folder =
        arena_strndup(a, s->path, slash ? (size_t)(slash - s->path) : 0);
}

int stored_parse(struct arena *a, const char *path, const char *bytes, size_t n,
                 const char *today, struct stored *ret, struct err *e)
{
    struct jval *j;
    *ret = (struct stored){.path = path, .facts = {.today = today}};
    stored_place(a, ret);
    int r = jval_parse(bytes, n, &j, e);
    if (r)
        return err_context(e, r, "%s", path);
    r = read_facts(a, j, path, &ret->facts, e);
    ret->is_inspection = !jval_lookup(j, "application");
    if (r == 0)
        ret->opinion = read_opinion(a, j);
    jval_free(j);
    return r;
}

int stored_load(struct arena *a, const char *path, const char *today,
                struct stored *ret, struct err *e)
{
    char *bytes;
    size_t n;
    int r = file_read(a, path, MAX_REPORT, &bytes, &n, e);
    return r ? r : stored_parse(a, path, bytes, n, today, ret, e);
}

void stored_names(const struct stored *s, const char *ret[STORED_NAMES])
{
    const char *order_no = s->facts.order.order_no;
    const char *slash = strrchr(s->folder, '/');
    ret[0] = s->folder;
    ret[1] = order_no ? order_no : "";
    ret[2] = slash ? slash + 1 : s->folder;
}

const struct judgement *stored_judge(struct arena *a, const struct conf *conf,
                                     const struct stored *s)
{
    return s->is_inspection ? engine_inspect(a, conf, &s->facts)
                            : engine_judge(a, conf, &s->facts);
}

struct opinion stored_opinion(struct arena *a, const struct judgement *j)
{
    struct said *said = arena_new_array(a, j->n_findings, struct said);
    for (size_t i = 0; i < j->n_findings; i++)
        said[i] = (struct said){j->findings[i].rule->id, j->findings[i].answer,
                                j->findings[i].slot};
    return (struct opinion){j->verdict, said, j->n_findings};
}

struct list {
    struct arena *a;
    const char **paths;
    size_t n, size;
};

static void add(struct list *l, const char *path)
{
    if (l->n == l->size) {
        l->size = l->size ? 2 * l->size : 64;
        l->paths = arena_grow(l->a, l->paths, l->n, l->size, sizeof *l->paths);
    }
    l->paths[l->n++] = arena_strdup(l->a, path);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The reports of one file or folder. */
static int walk(struct list *l, char *path, struct err *e)
{
    char *roots[] = {path, NULL};
    FTS *tree =
        fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
    if (!tree)
        return err_set(e, ERR_SYS, "%s: %s", path, strerror(errno));
    int r = 0;
    for (const FTSENT *at; r == 0 && (at = fts_read(tree)) != NULL;) {
        bool is_given = at->fts_level == FTS_ROOTLEVEL;
        if (at->fts_info == FTS_NS || at->fts_info == FTS_DNR ||
            at->fts_info == FTS_ERR)
            r = err_set(e, ERR_MISSING, "%s: %s", at->fts_path,
                        strerror(at->fts_errno));
        else if (at->fts_info == FTS_F &&
                 (is_given || strcmp(at->fts_name, "report.json") == 0))
            add(l, at->fts_path);
    }
    fts_close(tree);
    return r;
}

int stored_list(struct arena *a, char *const *paths, size_t n,
                const char *const **ret, size_t *ret_n, struct err *e)
{
    struct list l = {.a = a};
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = walk(&l, paths[i], e);
    if (r == 0 && l.n == 0)
        r = err_set(e, ERR_MISSING, "%s: no report.json in it", paths[0]);
    *ret = l.paths;
    *ret_n = l.n;
    return r;
}
