/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The shape of application.json is a table of members; one walk compares the
 * file with it and collects what differs. Only then are values taken.
 */

#include "intake/bundle.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/file.h"
#include "base/jval.h"

#define APPLICATION "application.json"

enum {
    MAX_APPLICATION = 1 << 20,
    MAX_MISTAKES = 100,
    MAX_PATH = 1024,
    MAX_TEXT = 4096
};

struct member {
    const char *name;
    enum jval_kind kind;
    bool required;
    const char *const *words;    /* of a string; NULL: any */
    const struct member *inside; /* of an object, or of an array's elements */
};

static const char *const schemas[] = {"sealdesk.application/1", NULL};
static const char *const order_types[] = {"new", "reissue", "change", "renewal",
                                          NULL};
static const char *const statuses[] = {
    "正在审核", "资料审核失败", "资料审核通过",
    "正在受理", "制证完成",     "已发放",
    NULL};
static const char *const user_classes[] = {
    "ordinary", "supervisor", "cost_engineer", "expert", "unknown", NULL};
static const char *const yes_no[] = {"yes", "no", "unknown", NULL};
static const char *const slots[] = {"application_form", "business_license",
                                    "id_card",          "authorization_letter",
                                    "seal_sheet",       NULL};

static const struct member organization[] = {
    {"name", JVAL_STRING, false, NULL, NULL},
    {"credit_code", JVAL_STRING, false, NULL, NULL},
    {"user_class", JVAL_STRING, false, user_classes, NULL},
    {0}};
static const struct member certificate[] = {
    {"with_seal", JVAL_BOOL, false, NULL, NULL},
    {"prior_main_key", JVAL_STRING, false, yes_no, NULL},
    {0}};
static const struct member legal_representative[] = {
    {"name", JVAL_STRING, false, NULL, NULL},
    {"verification", JVAL_STRING, false, NULL, NULL},
    {0}};
static const struct member handler[] = {
    {"name", JVAL_STRING, false, NULL, NULL},
    {"id_number", JVAL_STRING, false, NULL, NULL},
    {"mobile", JVAL_STRING, false, NULL, NULL},
    {"email", JVAL_STRING, false, NULL, NULL},
    {0}};
static const struct member document[] = {
    {"slot", JVAL_STRING, true, slots, NULL},
    {"file", JVAL_STRING, true, NULL, NULL},
    {0}};
/* The order, and with it the files that a bundle has. */
#define ORDER                                                                  \
    {"schema", JVAL_STRING, false, schemas, NULL},                             \
        {"order_no", JVAL_STRING, false, NULL, NULL},                          \
        {"order_type", JVAL_STRING, false, order_types, NULL},                 \
        {"status", JVAL_STRING, false, statuses, NULL},                        \
        {"project", JVAL_STRING, false, NULL, NULL},                           \
        {"organization", JVAL_OBJECT, false, NULL, organization},              \
        {"certificate", JVAL_OBJECT, false, NULL, certificate},                \
        {"legal_representative", JVAL_OBJECT, false, NULL,                     \
         legal_representative},                                                \
    {                                                                          \
        "handler", JVAL_OBJECT, false, NULL, handler                           \
    }
static const struct member order_only[] = {ORDER, {0}};
static const struct member application[] = {
    ORDER, {"documents", JVAL_ARRAY, true, NULL, document}, {0}};
#undef ORDER

struct check {
    struct arena *arena;
    struct bundle *bundle;
    const char *file; /* named before each mistake, or "" */
};

__attribute__((format(printf, 3, 4))) static void mistake(struct check *c,
                                                          const char *where,
                                                          const char *fmt, ...)
{
    struct bundle *b = c->bundle;
    if (b->n_mistakes == MAX_MISTAKES)
        return;
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    b->mistakes = arena_grow(c->arena, b->mistakes, b->n_mistakes,
                             b->n_mistakes + 1, sizeof *b->mistakes);
    b->mistakes[b->n_mistakes++] =
        arena_printf(c->arena, "%s%s%s%s%s", c->file, *c->file ? ": " : "",
                     where, *where ? ": " : "", text);
}

static const char *join(struct check *c, const char *where, const char *name)
{
    return arena_printf(c->arena, "%s%s%.60s", where, *where ? "." : "", name);
}

static const char *list(struct arena *a, const char *const *words)
{
    const char *text = "";
    for (size_t i = 0; words[i]; i++)
        text = arena_printf(a, "%s%s%s", text, i ? ", " : "", words[i]);
    return text;
}

static const char *member_names(struct arena *a, const struct member *m)
{
    const char *text = "";
    for (size_t i = 0; m[i].name; i++)
        text = arena_printf(a, "%s%s%s", text, i ? ", " : "", m[i].name);
    return text;
}

static void check_string(struct check *c, const char *where,
                         const struct member *m, const char *s)
{
    if (strlen(s) > MAX_TEXT)
        mistake(c, where, "has %zu bytes, at most %d are allowed", strlen(s),
                MAX_TEXT);
    for (size_t i = 0; m->words && m->words[i]; i++)
        if (strcmp(m->words[i], s) == 0)
            return;
    if (m->words)
        mistake(c, where, "is \"%.60s\", allowed: %s", s,
                list(c->arena, m->words));
}

static void check_object(struct check *c, const char *where,
                         const struct jval *j, const struct member *members);

static void check_value(struct check *c, const char *where,
                        const struct jval *j, const struct member *m)
{
    if (jval_kind_of(j) != m->kind) {
        mistake(c, where, "is %s, must be %s", jval_kind_name(jval_kind_of(j)),
                jval_kind_name(m->kind));
        return;
    }
    if (m->kind == JVAL_STRING)
        check_string(c, where, m, jval_string_value(j, ""));
    if (m->kind == JVAL_OBJECT)
        check_object(c, where, j, m->inside);
    for (size_t i = 0; m->kind == JVAL_ARRAY && i < jval_count(j); i++)
        check_object(c, arena_printf(c->arena, "%s[%zu]", where, i),
                     jval_at(j, i), m->inside);
}

static void check_object(struct check *c, const char *where,
                         const struct jval *j, const struct member *members)
{
    const char *name;
    struct jval *child;
    if (jval_kind_of(j) != JVAL_OBJECT) {
        mistake(c, where, "is %s, must be an object",
                jval_kind_name(jval_kind_of(j)));
        return;
    }
    for (size_t i = 0; jval_member(j, i, &name, &child); i++) {
        const struct member *m = members;
        while (m->name && strcmp(m->name, name) != 0)
            m++;
        if (m->name)
            check_value(c, join(c, where, name), child, m);
        else
            mistake(c, join(c, where, name), "unknown member, allowed: %s",
                    member_names(c->arena, members));
    }
    for (const struct member *m = members; m->name; m++)
        if (m->required && !jval_lookup(j, m->name))
            mistake(c, join(c, where, m->name), "is missing, must be %s",
                    jval_kind_name(m->kind));
}

/* --- files ------------------------------------------------------------- */

static bool leads_out(const char *file)
{
    if (file[0] == '/')
        return true;
    for (const char *p = file; p; p = strchr(p, '/')) {
        p += *p == '/';
        if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
            return true;
    }
    return false;
}

/* What no table can say: paths stay below, slots come once. */
static void check_documents(struct check *c, const struct jval *documents)
{
    bool seen[SLOT_COUNT] = {false};
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const char *file = jval_string(d, "file", "document");
        int slot = slot_from_name(jval_string(d, "slot", ""));
        const char *where = arena_printf(c->arena, "documents[%zu]", i);
        if (leads_out(file))
            mistake(c, join(c, where, "file"),
                    "\"%.100s\" is not a path below the bundle's folder (no "
                    "leading /, no ..)",
                    file);
        if (*file == '\0' || strlen(file) > MAX_PATH)
            mistake(c, join(c, where, "file"),
                    "must have 1 to %d bytes, has %zu", MAX_PATH, strlen(file));
        if (slot >= 0 && seen[slot])
            mistake(c, join(c, where, "slot"),
                    "\"%s\" comes twice, each slot holds one file",
                    slot_name((enum slot)slot));
        if (slot >= 0)
            seen[slot] = true;
    }
}

static struct bundle_file file_of(struct arena *a, enum slot slot,
                                  const char *name, int r, const char *bytes,
                                  size_t n, const struct err *why)
{
    struct bundle_file f = {.slot = slot, .file = name, .error = r};
    if (r) {
        f.detail = arena_strdup(a, why->text);
        return f;
    }
    char hex[FILE_SHA256_HEX];
    file_sha256(bytes, n, hex);
    f.bytes = bytes;
    f.n = n;
    f.sha256 = arena_strdup(a, hex);
    if (n == 0) {
        f.error = ERR_EMPTY;
        f.detail = arena_printf(a, "%s: 0 bytes", name);
    }
    return f;
}

static void read_files(struct check *c, const char *dir,
                       const struct jval *documents, size_t max_bytes)
{
    struct bundle *b = c->bundle;
    size_t n = jval_count(documents);
    b->files = arena_new_array(c->arena, n, struct bundle_file);
    for (size_t i = 0; i < n; i++) {
        const struct jval *d = jval_at(documents, i);
        const char *name = arena_strdup(c->arena, jval_string(d, "file", ""));
        int slot = slot_from_name(jval_string(d, "slot", ""));
        char *bytes = NULL;
        size_t size = 0;
        struct err why = {0};
        int r = file_read_below(c->arena, dir, name, max_bytes, &bytes, &size,
                                &why);
        if (r == ERR_BUNDLE)
            mistake(c, arena_printf(c->arena, "documents[%zu].file", i), "%s",
                    why.text);
        b->files[b->n_files++] =
            file_of(c->arena, (enum slot)slot, name, r, bytes, size, &why);
    }
}

static void read_application(struct check *c, const char *dir,
                             const char *bytes, size_t n, size_t max_bytes)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors' first bytes */
    struct err why;
    struct jval *j = NULL;
    size_t skip = n >= sizeof mark - 1 && !memcmp(bytes, mark, sizeof mark - 1)
                      ? sizeof mark - 1
                      : 0;
    if (jval_parse(bytes + skip, n - skip, &j, &why)) {
        mistake(c, "", "%s", why.text);
        return;
    }
    check_object(c, "", j, application);
    const struct jval *documents = jval_lookup(j, "documents");
    check_documents(c, documents);
    if (c->bundle->n_mistakes == 0 &&
        facts_json_read_order(c->arena, j, &c->bundle->order, &why))
        mistake(c, "", "%s", why.text);
    if (c->bundle->n_mistakes == 0)
        read_files(c, dir, documents, max_bytes);
    jval_free(j);
}

int bundle_load(struct arena *a, const char *dir, size_t max_bytes,
                struct bundle *ret, struct err *e)
{
    struct check c = {a, ret, APPLICATION};
    struct stat st;
    struct err why;
    char *bytes;
    size_t n;
    *ret = (struct bundle){0};
    if (stat(dir, &st) != 0)
        return err_set(e, ERR_MISSING, "%s: there is no such folder", dir);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_MISSING,
                       "%s: is not a folder; a bundle is a folder with "
                       "application.json",
                       dir);
    if (file_read_below(a, dir, APPLICATION, MAX_APPLICATION, &bytes, &n, &why))
        mistake(&c, "", "cannot be read: %s", why.text);
    else
        read_application(&c, dir, bytes, n, max_bytes);
    if (ret->n_mistakes == 0)
        return 0;
    return err_set(e, ERR_BUNDLE, "%s: %zu mistake%s; first: %s", dir,
                   ret->n_mistakes, ret->n_mistakes == 1 ? "" : "s",
                   ret->mistakes[0]);
}

int bundle_read_order(struct arena *a, const struct jval *j, struct bundle *ret,
                      struct err *e)
{
    struct check c = {a, ret, ""};
    struct err why;
    *ret = (struct bundle){0};
    check_object(&c, "", j, order_only);
    if (ret->n_mistakes == 0 && facts_json_read_order(a, j, &ret->order, &why))
        mistake(&c, "", "%s", why.text);
    return ret->n_mistakes == 0
               ? 0
               : err_set(e, ERR_BUNDLE, "%s", ret->mistakes[0]);
}

struct bundle_file bundle_read_file(struct arena *a, const char *path,
                                    enum slot slot, size_t max_bytes)
{
    char *bytes = NULL;
    size_t n = 0;
    struct err why = {0};
    int r = file_read(a, path, max_bytes, &bytes, &n, &why);
    const char *slash = strrchr(path, '/');
    const char *name = slash && slash[1] ? slash + 1 : path;
    return file_of(a, slot, arena_strdup(a, name), r, bytes, n, &why);
}
