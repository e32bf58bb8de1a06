/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/measured.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/tile_pack.h"
#include "base/utf8.h"
#include "intake/measure/picture_name.h"
#include "intake/measure/wire.h"

enum {
    PNG_CHUNK = 12, /* length, type, CRC */
    MAX_SIDE = 20000,
    MAX_PAGE = 10000,
    MAX_NAME = 64
};

const char *measured_word(enum slot slot)
{
    static const char *const words[SLOT_COUNT] = {
        [SLOT_APPLICATION_FORM] = "form",
        [SLOT_BUSINESS_LICENSE] = "license",
        [SLOT_ID_CARD] = "card",
        [SLOT_AUTHORIZATION_LETTER] = "letter",
        [SLOT_SEAL_SHEET] = "sheet"};
    return (int)slot >= 0 && slot < SLOT_COUNT ? words[slot] : "seal";
}

/* --- pictures ---------------------------------------------------------- */

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

bool measured_is_png(const uint8_t *bytes, size_t n, int width, int height)
{
    static const char ours[] = "IHDR PLTE tRNS pHYs IDAT IEND";
    static const uint8_t signature[] = {0x89, 'P',  'N',  'G',
                                        '\r', '\n', 0x1a, '\n'};
    char type[5] = "";
    size_t at = sizeof signature;
    if (n < at || memcmp(bytes, signature, at) != 0)
        return false;
    for (bool first = true; n - at >= PNG_CHUNK; first = false) {
        size_t size = big_endian(bytes + at);
        if (size > n - at - PNG_CHUNK)
            return false;
        memcpy(type, bytes + at + 4, 4);
        if (strlen(type) != 4 || !strstr(ours, type) || strchr(type, ' '))
            return false;
        if (first != (strcmp(type, "IHDR") == 0))
            return false;
        if (first &&
            (size != 13 || big_endian(bytes + at + 8) != (uint32_t)width ||
             big_endian(bytes + at + 12) != (uint32_t)height))
            return false;
        at += PNG_CHUNK + size;
    }
    return at == n && strcmp(type, "IEND") == 0;
}

bool measured_is_jpeg(const uint8_t *bytes, size_t n)
{
    return n > 4 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff &&
           bytes[n - 2] == 0xff && bytes[n - 1] == 0xd9;
}

/* --- records ----------------------------------------------------------- */

/* A number of records of one type. */
static size_t count(const uint8_t *bytes, size_t n, enum wire_type type)
{
    struct wire_reader r = {bytes, n, 0, 0};
    struct wire_record record;
    size_t found = 0;
    while (wire_next(&r, &record, NULL) > 0)
        found += record.type == type;
    return found;
}

static int broken(struct err *e, const char *what)
{
    return err_set(e, ERR_CRASH, "protocol: %s", what);
}

static int parse(const uint8_t *bytes, size_t n, struct jval **ret,
                 struct err *e)
{
    struct err why;
    if (jval_parse((const char *)bytes, n, ret, &why))
        return err_set(e, ERR_CRASH, "protocol: %s", why.text);
    return 0;
}

static int take_document(struct arena *a, const struct wire_record *r,
                         struct measured *m, struct err *e)
{
    struct jval *j;
    struct err why;
    if (m->document.file)
        return broken(e, "two documents");
    if (parse(r->bytes, r->n, &j, e))
        return ERR_CRASH;
    int failed = facts_json_read_document(a, j, &m->document, &why);
    jval_free(j);
    return failed ? err_set(e, ERR_CRASH, "protocol: document: %s", why.text)
                  : 0;
}

/* The k-th seal of its page gets the id WORD-PAGE-k. */
static int take_seal(struct arena *a, const struct wire_record *r,
                     enum slot slot, struct measured *m, struct err *e)
{
    struct jval *j;
    struct err why;
    if (parse(r->bytes, r->n, &j, e))
        return ERR_CRASH;
    struct seal *s = &m->seals[m->n_seals];
    int failed = facts_json_read_seal(a, j, s, &why);
    jval_free(j);
    if (failed)
        return err_set(e, ERR_CRASH, "protocol: seal: %s", why.text);
    int k = 1;
    for (size_t i = 0; i < m->n_seals; i++)
        k += m->seals[i].page == s->page;
    s->slot = slot;
    s->id = arena_printf(a, "%s-%d-%d", measured_word(slot), s->page, k);
    s->image = NULL;
    m->n_seals++;
    return 0;
}

/* Safe as a part of a file name. */
static bool is_plain(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return n <= MAX_NAME && s[n] == '\0';
}

/* The head of a picture's record; `of` is checked later, when all is read. */
static int read_head(struct arena *a, const struct jval *j, struct picture *p)
{
    double kind = jval_real(j, "kind", NAN), page = jval_real(j, "page", NAN);
    double w = jval_real(j, "width", NAN), h = jval_real(j, "height", NAN);
    const char *of = jval_string(j, "of", NULL);
    p->scale = jval_real(j, "scale", NAN);
    if (!(kind >= 0 && kind <= PICTURE_STAGE && page >= 1 && page <= MAX_PAGE &&
          w >= 1 && w <= MAX_SIDE && h >= 1 && h <= MAX_SIDE && p->scale > 0 &&
          p->scale < MAX_SIDE && of && is_plain(of)))
        return -1;
    p->rung = (int)fmax(0, fmin(99, jval_real(j, "rung", 0)));
    p->levels = (int)fmax(0, fmin(256, jval_real(j, "levels", 0)));
    p->dpi = fmax(0, fmin(MAX_SIDE, jval_real(j, "dpi", 0)));
    p->is_small_enough = jval_bool(j, "is_small_enough", false);
    p->kind = (enum picture_kind)kind;
    p->page = (int)page;
    p->width = (int)w;
    p->height = (int)h;
    p->of = arena_strdup(a, of);
    return 0;
}

static int take_picture(struct arena *a, const struct wire_record *r,
                        enum slot slot, struct measured *m, struct err *e)
{
    struct jval *j;
    const uint8_t *nul = memchr(r->bytes, 0, r->n);
    if (!nul || parse(r->bytes, (size_t)(nul - r->bytes), &j, e))
        return broken(e, "a picture without a head");
    struct picture *p = &m->pictures[m->n_pictures++];
    int bad = read_head(a, j, p);
    jval_free(j);
    p->slot = slot;
    p->n = r->n - (size_t)(nul + 1 - r->bytes);
    bool jpeg = p->kind == PICTURE_PAGE || p->kind == PICTURE_SEAL_SOURCE;
    if (bad || !(jpeg ? measured_is_jpeg(nul + 1, p->n)
                      : measured_is_png(nul + 1, p->n, p->width, p->height)))
        return broken(e, "a picture that is none");
    p->bytes = arena_memdup(a, nul + 1, p->n);
    return 0;
}

/* Raw samples, so that no decoder runs here. */
static int read_imprint(struct arena *a, const struct wire_record *r,
                        struct imprint *p, struct err *e)
{
    struct jval *j;
    const uint8_t *nul = memchr(r->bytes, 0, r->n);
    if (!nul || r->n - (size_t)(nul + 1 - r->bytes) != IMPRINT_BYTES ||
        parse(r->bytes, (size_t)(nul - r->bytes), &j, e))
        return broken(e, "an imprint that is none");
    p->size_mm = jval_real(j, "size", NAN);
    p->turn_deg = jval_real(j, "turn", NAN);
    p->scale_known = jval_bool(j, "scale_known", false);
    jval_free(j);
    if (!(p->size_mm > 1 && p->size_mm < MAX_SIDE && fabs(p->turn_deg) <= 1080))
        return broken(e, "an imprint of no size");
    p->ink = arena_memdup(a, nul + 1, IMPRINT_BYTES);
    return 0;
}

static int take_tiles(struct arena *a, const struct wire_record *r,
                      struct measured *m, struct err *e)
{
    struct jval *j;
    struct tile_pack pack;
    const uint8_t *nul = memchr(r->bytes, 0, r->n);
    if (!nul || parse(r->bytes, (size_t)(nul - r->bytes), &j, e))
        return broken(e, "tiles without a head");
    struct tile_set *t = &m->tiles[m->n_tiles++];
    double page = jval_real(j, "page", NAN);
    t->is_private = jval_bool(j, "private", true);
    jval_free(j);
    t->n = r->n - (size_t)(nul + 1 - r->bytes);
    if (!(page >= 1 && page <= MAX_PAGE) ||
        tile_pack_open(nul + 1, t->n, &pack, NULL))
        return broken(e, "tiles that are none");
    t->page = (int)page;
    t->bytes = arena_memdup(a, nul + 1, t->n);
    return 0;
}

static int take_trace(struct arena *a, const struct wire_record *r,
                      struct measured *m, struct err *e)
{
    struct jval *j;
    if (parse(r->bytes, r->n, &j, e))
        return ERR_CRASH;
    struct trace_line *t = &m->trace[m->n_trace++];
    double page = jval_real(j, "page", NAN);
    t->page = page >= 1 && page <= MAX_PAGE ? (int)page : 0;
    t->stage = arena_strdup(a, jval_string(j, "stage", ""));
    t->outcome = arena_strdup(a, jval_string(j, "outcome", ""));
    t->why = arena_strdup(a, jval_string(j, "why", ""));
    t->ms = jval_real(j, "ms", 0);
    jval_free(j);
    return is_plain(t->stage) && is_plain(t->outcome)
               ? 0
               : broken(e, "a trace of no stage");
}

/* The first error counts. */
static int take_error(struct arena *a, const struct wire_record *r,
                      int *ret_code, const char **ret_text, struct err *e)
{
    const uint8_t *nul = memchr(r->bytes, 0, r->n);
    if (!nul)
        return broken(e, "an error without a name");
    int code = err_from_name((const char *)r->bytes);
    if (code == ERR_NONE)
        return broken(e, "an error that is none");
    size_t n = r->n - (size_t)(nul + 1 - r->bytes);
    if (*ret_code == 0)
        *ret_text = utf8_repair(a, (const char *)nul + 1, n);
    if (*ret_code == 0)
        *ret_code = code;
    return 0;
}

static int take(struct arena *a, const struct wire_record *r, enum slot slot,
                struct measured *m, struct err *e)
{
    switch (r->type) {
    case WIRE_DOCUMENT:
        return take_document(a, r, m, e);
    case WIRE_SEAL:
        return take_seal(a, r, slot, m, e);
    case WIRE_PICTURE:
        return take_picture(a, r, slot, m, e);
    case WIRE_IMPRINT:
        return m->n_seals == 0
                   ? broken(e, "an imprint of no seal")
                   : read_imprint(a, r, &m->imprints[m->n_seals - 1], e);
    case WIRE_TILES:
        return take_tiles(a, r, m, e);
    case WIRE_TRACE:
        return take_trace(a, r, m, e);
    default:
        return 0;
    }
}

/* --- names ------------------------------------------------------------- */

/* The seal whose number in the list is written in `of`, or NULL. */
static struct seal *seal_of(struct measured *m, const char *of)
{
    size_t i = 0, n = strspn(of, "0123456789");
    if (n == 0 || n > 6 || of[n])
        return NULL;
    for (; *of; of++)
        i = 10 * i + (size_t)(*of - '0');
    return i < m->n_seals ? &m->seals[i] : NULL;
}

static int name_picture(struct arena *a, struct measured *m, size_t i,
                        struct err *e)
{
    struct picture *p = &m->pictures[i];
    struct seal *s = NULL;
    if (p->kind == PICTURE_SEAL || p->kind == PICTURE_SEAL_SOURCE) {
        s = seal_of(m, p->of);
        if (!s)
            return broken(e, "a picture of no seal");
        p->of = s->id;
        p->page = s->page;
    }
    switch (p->kind) {
    case PICTURE_PAGE:
        p->of = "";
        p->name = picture_name_page(a, p->slot, p->page);
        break;
    case PICTURE_FIELD:
        if (!document_field(&m->document, p->of))
            return broken(e, "a picture of no field");
        p->name = picture_name_part(a, p->slot, p->page, p->of);
        break;
    case PICTURE_SEAL:
        p->name = picture_name_seal(a, s->id);
        s->image = p->name;
        break;
    case PICTURE_SEAL_SOURCE:
        p->name = picture_name_seal_source(a, s->id);
        break;
    case PICTURE_OVERLAY:
        p->name = picture_name_part(a, p->slot, p->page,
                                    arena_printf(a, "overlay-%s", p->of));
        break;
    case PICTURE_STAGE:
        p->name = picture_name_part(a, p->slot, p->page,
                                    arena_printf(a, "%03zu-%s", i + 1, p->of));
        break;
    }
    return 0;
}

/* Seals lie on pages that there are. */
static int check_pages(const struct measured *m, struct err *e)
{
    int n = (int)m->document.n_pages;
    for (size_t i = 0; i < m->n_seals; i++)
        if (m->seals[i].page > n)
            return broken(e, "a seal on no page");
    return 0;
}

int measured_read(struct arena *a, enum slot slot, const uint8_t *bytes,
                  size_t n, struct measured *ret, struct err *e)
{
    struct measured m = {0};
    struct wire_reader r = {bytes, n, 0, 0};
    struct wire_record record;
    int got, code = 0;
    const char *text = NULL;
    m.seals = arena_new_array(a, count(bytes, n, WIRE_SEAL), struct seal);
    m.imprints = arena_new_array(a, count(bytes, n, WIRE_SEAL), struct imprint);
    m.pictures =
        arena_new_array(a, count(bytes, n, WIRE_PICTURE), struct picture);
    m.tiles = arena_new_array(a, count(bytes, n, WIRE_TILES), struct tile_set);
    m.trace =
        arena_new_array(a, count(bytes, n, WIRE_TRACE), struct trace_line);
    while ((got = wire_next(&r, &record, e)) > 0) {
        int bad = record.type == WIRE_ERROR
                      ? take_error(a, &record, &code, &text, e)
                      : take(a, &record, slot, &m, e);
        if (bad)
            return bad;
    }
    if (got < 0)
        return got;
    if (!m.document.file && code == 0)
        return broken(e, "no document");
    for (size_t i = 0; i < m.n_pictures; i++)
        if (name_picture(a, &m, i, e))
            return ERR_CRASH;
    if (check_pages(&m, e))
        return ERR_CRASH;
    if (!m.document.file)
        m.document.recognized_as = SLOT_UNKNOWN;
    m.document.slot = slot;
    m.document.error = code;
    m.document.detail = text;
    *ret = m;
    return 0;
}

int measured_read_imprint(struct arena *a, const uint8_t *bytes, size_t n,
                          struct imprint *ret, const char **ret_text,
                          struct err *e)
{
    struct wire_reader r = {bytes, n, 0, 0};
    struct wire_record record;
    int got, code = 0, bad = 0;
    *ret = (struct imprint){0};
    while ((got = wire_next(&r, &record, e)) > 0 && !bad) {
        if (record.type == WIRE_ERROR)
            bad = take_error(a, &record, &code, ret_text, e);
        else if (record.type == WIRE_IMPRINT && !ret->ink)
            bad = read_imprint(a, &record, ret, e);
        else
            bad = broken(e, "more than one imprint");
    }
    if (bad || got < 0)
        return bad ? bad : got;
    return code || ret->ink ? code : broken(e, "no imprint");
}
