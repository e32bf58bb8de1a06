/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * facts - what is known about one application
 *
 * The meeting place: intake says what the order claims, imaging and ocr say
 * what they measured, rules judge it, and none of them knows another. Plain
 * data in an arena, never changed after the run. Boxes and points are pixels
 * of the original page (after EXIF orientation), lengths millimetres, angles
 * degrees clockwise, scores 0..100, confidences and ratios 0..1. A number
 * that was not measured is NAN, a text that was not read is NULL.
 */

#ifndef BASE_FACTS_H
#define BASE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"

struct arena;

enum slot {
    SLOT_APPLICATION_FORM,
    SLOT_BUSINESS_LICENSE,
    SLOT_ID_CARD,
    SLOT_AUTHORIZATION_LETTER,
    SLOT_SEAL_SHEET,
    SLOT_COUNT,
    SLOT_UNKNOWN = -1,
};

enum capture {
    CAPTURE_UNKNOWN,
    CAPTURE_FLATBED,
    CAPTURE_PHONE,
    CAPTURE_SCAN_APP,
    CAPTURE_SCREEN
};
enum dpi_source {
    DPI_NONE,
    DPI_METADATA,
    DPI_PAPER,
    DPI_FRAME,
    DPI_CARD,
    DPI_SEAL
};
enum seal_role { SEAL_OTHER, SEAL_OFFICIAL, SEAL_LEGAL_REP, SEAL_AUTHORITY };
enum seal_shape {
    SHAPE_OTHER,
    SHAPE_ROUND,
    SHAPE_SQUARE,
    SHAPE_RECTANGLE,
    SHAPE_ELLIPSE
};
enum seal_ink { INK_UNKNOWN, INK_WET, INK_PRINTED, INK_PHOTOCOPY };
enum ink_colour { COLOUR_UNKNOWN, COLOUR_RED, COLOUR_OTHER };
enum field_source { SOURCE_OCR, SOURCE_QR, SOURCE_OCR_REPAIRED };
enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };
enum verify_result {
    VERIFY_CANNOT_TELL,
    VERIFY_CONFIRMED,
    VERIFY_CONTRADICTED
};

/* Another open order of the same credit code. */
struct other_order {
    const char *order_no, *project; /* NULL: not known */
};

/* What the order says; every text may be NULL. */
struct order {
    const char *order_no, *order_type, *status, *project;
    const char *org_name, *credit_code, *user_class;
    const char *legal_rep, *legal_rep_verification;
    const char *handler_name, *handler_id, *handler_mobile, *handler_email;
    enum tri with_seal, prior_main_key;
    const struct other_order *others; /* as far as whoever judges knows */
    size_t n_others;
};

/* One character that was read, for comparisons and repairs. */
struct glyph {
    Rect box;
    double confidence;
};

/* What looking for a known value on the page came to: not what was read, but
 * whether this text and no other fits what is printed there. */
struct verified {
    const char *against; /* the known value; NULL: none, nothing was verified */
    enum verify_result result;
    double confidence; /* that the result is right, 0..1 */
    const char *rival; /* the text that fits better, or as well; NULL: none */
};

struct field {
    const char *name, *value;
    double confidence;
    int page; /* from 1 */
    Rect box;
    enum field_source source;
    const char *raw; /* before a repair, or what another reader read, or NULL */
    enum tri handwritten; /* an empty value: YES, ink that nobody could read;
                             NO, the place of it was found empty */
    struct verified verified;
};

/* A printed rectangle that has one size wherever it is printed. */
struct outline {
    const char *name; /* "id_card", "licence_2019" */
    Rect box;
    double size_px[2]; /* width and height as printed */
    double true_mm[2]; /* what they are when nothing was reduced */
    double seen;       /* share of its sides that was seen, 0..1 */
};

/* A named number that spoke for or against a capture class. */
struct cue {
    const char *name;
    double value;
    Rect box; /* where it shows; empty: all over the page */
};

struct page_facts {
    int width, height; /* pixels of the original */
    double dpi_declared, dpi_measured;
    enum dpi_source dpi_source;
    int rotation_deg; /* clockwise turns that make it upright: 0, 90, ... */
    double rotation_confidence;
    double skew_deg; /* after those turns, clockwise positive */
    enum capture capture;
    double capture_confidence;
    struct cue *cues;
    size_t n_cues;
    struct outline *outlines;
    size_t n_outlines;
    double scale_ratio, scale_low, scale_high; /* print to original: 0.7 */
    double anisotropy; /* of the printed thing: width ratio to height ratio */
    double effective_dpi;
    double colour_dpi; /* the same of what has colour, seals above all, when the
                          file keeps that apart from the print; else NAN */
    enum tri upscaled;
    int jpeg_quality, jpeg_earlier; /* of the last compression and of a coarser
                                       one before it, 1..100; 0: none seen */
    double clarity, worst_clarity;
    double appearance; /* as a person sees it; clarity is no higher */
    double legibility; /* chance that a field is read right, of 100 */
    Rect worst_box;
    enum tri has_colour; /* TRI_NO: a grey or black-and-white picture */
    enum slot shows;     /* what the page is by its own title and words */
    double shows_sure;   /* 0..1 */
    enum tri is_blank;   /* nothing written and nothing stamped on it */
    enum tri has_portrait_side, has_emblem_side; /* of a resident's card */
};

/* One place of a seal's number. */
struct seal_digit {
    char c;            /* '0' to '9'; 0: nothing could be read there */
    double confidence; /* that it is this digit, 0..1 */
    double clarity;    /* how plainly it was printed, 0..100 */
    Rect box;
};

/* The parts of a seal's clarity. */
struct seal_impression {
#define IMPRESSION(name, decimals, most, unit, zh, en) double name;
#include "base/seal_impression.def"
#undef IMPRESSION
};

struct seal {
    const char *id; /* unique in the application: "form-1-1" */
    enum slot slot;
    int page; /* from 1 */
    enum seal_role role;
    enum seal_shape shape;
    Rect box;
    Point center;
    double size_mm[2]; /* width, height of the seal set upright */
    double rotation_deg;
    double crosses_mm; /* how far it reaches beyond a rule of the cell that
                          holds its centre; NAN: no such cell is known */
    enum seal_ink ink;
    enum ink_colour colour;
    double hue_deg;    /* CIELAB hue of the ink, 0..360 */
    double confidence; /* that this is a seal of that shape */
    double clarity, completeness, background;
    const struct seal_impression *impression; /* NULL: not measured */
    enum tri has_line; /* round: a straight line of print below its middle, as
                          seals for one purpose have */
    const char *line_text; /* that line; NULL: not read */
    double line_confidence;
    const char *text; /* around the ring or in the frame; NULL: not read */
    double text_confidence;
    struct verified text_verified;   /* against the order's names */
    const struct seal_digit *digits; /* of the number, from left to right */
    size_t n_digits;                 /* 0: none was seen */
    const char **covers;             /* names of fields its ink lies on */
    size_t n_covers;
    const char *image; /* file name of the extracted PNG */
};

/* Two seals of one role, of different pages, laid on each other. */
struct seal_pair {
    const char *a, *b;        /* ids */
    enum tri same_stamp;      /* made by one stamp */
    enum tri same_impression; /* one impression shown twice: pasted, printed */
    double confidence;        /* that same_stamp is right, 0..1 */
    double shape, correlation, texture; /* -1..1; texture may be NAN */
    double turn_deg;                    /* between them, on the paper */
};

struct document {
    enum slot slot;
    const char *file, *sha256, *format; /* "jpeg", "png", ..., NULL */
    int error;          /* ERR_* when it could not be read, else 0 */
    const char *detail; /* English, what exactly failed; NULL */
    enum slot recognized_as;
    const char *certificate; /* licence slot: title as recognised */
    struct page_facts *pages;
    size_t n_pages;
    struct field *fields;
    size_t n_fields;
};

struct facts {
    const char *today; /* YYYY-MM-DD */
    struct order order;
    struct document *documents; /* in the order of the bundle */
    size_t n_documents;
    struct seal *seals;
    size_t n_seals;
    struct seal_pair *pairs; /* of seals */
    size_t n_pairs;
};

/* Words of the contract and back; an unknown word gives -1. */
const char *slot_name(enum slot s); /* "unknown" for SLOT_UNKNOWN */
const char *slot_zh(enum slot s);
int slot_from_name(const char *name);
const char *capture_name(enum capture c);
int capture_from_name(const char *name);
const char *dpi_source_name(enum dpi_source s);
int dpi_source_from_name(const char *name);
const char *seal_role_name(enum seal_role r);
int seal_role_from_name(const char *name);
const char *seal_shape_name(enum seal_shape s);
int seal_shape_from_name(const char *name);
const char *seal_ink_name(enum seal_ink i);
int seal_ink_from_name(const char *name);
const char *ink_colour_name(enum ink_colour c);
int ink_colour_from_name(const char *name);
const char *field_source_name(enum field_source s);
int field_source_from_name(const char *name);
const char *verify_result_name(enum verify_result r);
int verify_result_from_name(const char *name);

/* The first document of that slot, or NULL. */
const struct document *facts_document(const struct facts *f, enum slot slot);

/* The document's field of that name, or NULL when it was not read. */
const struct field *document_field(const struct document *d, const char *name);

/* What the order says a field of that name must be, or NULL. */
const char *order_value(const struct order *o, const char *field);

/* Whether the document was opened and has a page. */
bool document_is_readable(const struct document *d);

/* Appends to a list in the arena; the texts are borrowed. */
void document_add_field(struct arena *a, struct document *d, struct field f);

/* Whether a field holds an ID or phone number, or a day of birth. */
bool field_is_private(const char *name);

/* `3601**********0018`, `138****1234`, `1990******`: for every view but
 * report.json. */
char *facts_mask_number(struct arena *a, const char *number);

#endif
