/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The star has five turns to choose from: the phase of the fifth harmonic of
 * the ink around the centre. Which of them is up says the ring text: it runs
 * over the top and leaves a gap below, so ink left and right of the top, and
 * less of it opposite, speak for a turn. Sectors without rim are left out:
 * what was not printed tells nothing, and neither does what toner hides. A
 * seal without a star is turned by the gap alone, to a few degrees.
 */

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rank.h"
#include "base/units.h"
#include "imaging/seal_measure.h"

enum {
    TURNS = 720,
    SPAN_STEP = 10,
    MAX_HARMONIC = 9,
    GAP = 14, /* 7 degrees either way: the gap between characters */
};

/* Annuli in units of the radius: star tips and ring text (star 14 of 40 mm,
 * characters between 0.56 and 0.83 of the radius). */
static const double star_from = 0.16, star_to = 0.33;
static const double text_from = 0.58, text_to = 0.82;
static const double rim_from = 0.93, rim_to = 1.0;

/* Ink of a five-pointed star between those radii is nearly all at the tips:
 * a strength of 0.5 to 0.9; other middles stay below 0.25. */
static const double least_star = 0.30;

/* A tie goes to the turn nearest to an upright page: a little when stamped by
 * hand, much on a grey copy, where the text over the ring cannot be told from
 * it and nearly every seal was printed upright. */
static const double prior_stamped = 0.08, prior_copied = 0.5;

/* Mean density of toner over the text that hides it. */
static const double hidden = 0.35;

/* How much ink a straight line has in its box: real and generated seals with
 * one 0.07 to 0.17, without 0.00 to 0.03. */
static const double line_ink = 0.06, line_none = 0.035, line_hidden = 0.10;

/* Mean ink of a band of characters, at least. */
static const double least_name_ink = 0.08;

/* What such a line counts against the gap of the text, a correlation. */
static const double line_bonus = 0.6;

struct rings {
    double star[TURNS], text[TURNS];
    bool seen[TURNS]; /* has rim there */
};

/* Mean of a plane over an annulus at an angle clockwise from twelve o'clock. */
static double annulus(const struct ink_roi *roi, const float *plane,
                      const struct seal_form *f, double turn, double from,
                      double to)
{
    double t = turn - UNITS_PI / 2, radius = fit_ellipse_radius(&f->ellipse, t);
    double step = fmax(0.01, 0.8 / radius), sum = 0;
    int n = 0;
    for (double rho = from; rho < to; rho += step, n++)
        sum += fmin(1, (double)ink_roi_at(roi, plane,
                                          f->center.x + rho * radius * cos(t),
                                          f->center.y + rho * radius * sin(t)));
    return n ? sum / n : 0;
}

static void read_rings(const struct ink_roi *roi, const struct seal_form *f,
                       struct rings *r)
{
    for (int i = 0; i < TURNS; i++) {
        double t = 2 * UNITS_PI * i / TURNS;
        r->star[i] = annulus(roi, roi->ink, f, t, star_from, star_to);
        r->text[i] = annulus(roi, roi->ink, f, t, text_from, text_to);
        r->seen[i] =
            annulus(roi, roi->ink, f, t, rim_from, rim_to) > 0.15 &&
            annulus(roi, roi->black, f, t, text_from, text_to) < hidden;
    }
}

static double harmonic(const double v[TURNS], int k, double *ret_phase)
{
    double re = 0, im = 0, sum = 0;
    for (int i = 0; i < TURNS; i++) {
        double t = 2 * UNITS_PI * k * i / TURNS;
        re += v[i] * cos(t);
        im += v[i] * sin(t);
        sum += v[i];
    }
    *ret_phase = atan2(im, re);
    return sum > 0 ? hypot(re, im) / sum : 0;
}

/* Turn of one tip in 0..72 degrees; false when there is no star. */
static bool find_star(const struct rings *r, double *ret_deg)
{
    double phase, other, five = harmonic(r->star, 5, &phase);
    for (int k = 2; k <= MAX_HARMONIC; k++)
        if (k != 5 && harmonic(r->star, k, &other) > 0.8 * five)
            return false;
    *ret_deg = deg_from_rad(phase) / 5;
    return five > least_star;
}

/* The text as presence and not as ink: smoothed over the gaps between
 * characters, and what is full is full. */
static void even_out(const struct rings *r, double ret[TURNS])
{
    double mean = 0;
    for (int i = 0; i < TURNS; i++)
        mean += r->text[i] / TURNS;
    for (int i = 0; i < TURNS; i++) {
        double sum = 0;
        for (int k = -GAP; k <= GAP; k++)
            sum += r->text[(i + k + TURNS) % TURNS];
        ret[i] = fmin(sum / (2 * GAP + 1), 1.2 * mean);
    }
}

/* Correlation of the text with a ring that has ink over `span` degrees around
 * `top` and none elsewhere, over what can be seen. */
static double span_score(const struct rings *r, const double text[TURNS],
                         int top, int span)
{
    double n = 0, in = 0, sum = 0, sum_in = 0, squares = 0;
    for (int k = -TURNS / 2; k < TURNS / 2; k++) {
        int at = (top + k + TURNS) % TURNS;
        if (!r->seen[at])
            continue;
        bool inside = abs(k) * 720 <= span * TURNS;
        n++;
        sum += text[at];
        squares += text[at] * text[at];
        in += inside;
        sum_in += inside ? text[at] : 0;
    }
    double spread = squares - sum * sum / n, width = in - in * in / n;
    if (n < TURNS / 4 || !(spread > 0) || !(width > 0))
        return -1;
    return (sum_in - in * sum / n) / sqrt(spread * width);
}

/* How well the text lies with its middle at `top` (index of an angle). */
static double text_score(const struct rings *r, const double text[TURNS],
                         int top)
{
    double best = -1;
    for (int span = 150; span <= 320; span += SPAN_STEP)
        best = fmax(best, span_score(r, text, top, span));
    return best;
}

/* Candidates every `step` degrees from `first`; the best one. `bonus`: what
 * else speaks for each of them; NULL: nothing. */
static double choose(const struct rings *r, double first, double step, int n,
                     double upright_deg, double prior, const double *bonus)
{
    double text[TURNS];
    even_out(r, text);
    double best = -INFINITY, at = first;
    for (int i = 0; i < n; i++) {
        double deg = first + step * i;
        int top = (int)lround(deg * TURNS / 360) % TURNS;
        double score = text_score(r, text, top < 0 ? top + TURNS : top) +
                       prior * cos(rad_from_deg(deg - upright_deg)) +
                       (bonus ? bonus[i] : 0);
        if (score > best) {
            best = score;
            at = deg;
        }
    }
    return at;
}

/* A box below the middle of a seal that is turned so, in radii. */
struct below {
    double from, to, half;
};

static const struct below line_box = {0.36, 0.60, 0.36};
static const struct below inner_box = {0.40, 0.54, 0.20};

/* Share of the box that has more of the plane than a light stroke. */
static double share_below(const struct ink_roi *roi, const float *plane,
                          const struct seal_form *form, double turn_deg,
                          const struct below *box)
{
    enum { ROWS = 24, COLUMNS = 60 };
    double t = rad_from_deg(turn_deg),
           radius = (form->width + form->height) / 4;
    int on = 0;
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLUMNS; x++) {
            double u = box->half * (2 * (x + 0.5) / COLUMNS - 1) * radius;
            double v =
                (box->from + (box->to - box->from) * (y + 0.5) / ROWS) * radius;
            double px = form->center.x + u * cos(t) - v * sin(t);
            double py = form->center.y + u * sin(t) + v * cos(t);
            on += ink_roi_at(roi, plane, px, py) > 0.4f;
        }
    return (double)on / (ROWS * COLUMNS);
}

/* Mean ink of the band of the name on an oval seal, about its top or, turned by
 * 180 degrees, its bottom; numbers stand nearer to the rim or far from it. */
static double band_ink(const struct ink_roi *roi, const struct seal_form *form,
                       double turn_deg)
{
    static const double from = 0.70, to = 0.83; /* shares of the half axes */
    enum { ACROSS = 12, HALF_DEG = 40 };
    double t = rad_from_deg(turn_deg), c = cos(t), s = sin(t), sum = 0;
    for (int deg = -HALF_DEG; deg <= HALF_DEG; deg++)
        for (int i = 0; i < ACROSS; i++) {
            double share = from + (to - from) * (i + 0.5) / ACROSS;
            double u = share * form->width / 2 * sin(rad_from_deg(deg));
            double v = -share * form->height / 2 * cos(rad_from_deg(deg));
            sum += fmin(1, (double)ink_roi_at(roi, roi->ink,
                                              form->center.x + u * c - v * s,
                                              form->center.y + u * s + v * c));
        }
    return sum / ((2 * HALF_DEG + 1) * ACROSS);
}

double seal_turn_oval_rim(const struct ink_roi *roi,
                          const struct seal_form *form)
{
    enum { HALF_DEG = 20 };
    double t = rad_from_deg(form->turn_deg), c = cos(t), s = sin(t);
    for (double depth = 0.3 * form->rim; depth < form->rim; depth += 0.5) {
        double w = form->width / 2 - depth, h = form->height / 2 - depth;
        double sum = 0;
        for (int deg = -HALF_DEG; deg <= HALF_DEG; deg++) {
            double u = w * sin(rad_from_deg(deg)),
                   v = h * cos(rad_from_deg(deg));
            sum += (double)ink_roi_at(roi, roi->ink,
                                      form->center.x + u * c - v * s,
                                      form->center.y + u * s + v * c);
        }
        if (sum < 0.5 * (2 * HALF_DEG + 1))
            return depth;
    }
    return form->rim;
}

bool seal_turn_oval_is_over(const struct ink_roi *roi,
                            const struct seal_form *form)
{
    double top = band_ink(roi, form, form->turn_deg);
    double bottom = band_ink(roi, form, form->turn_deg + 180);
    return bottom > least_name_ink && bottom > 3 * top;
}

/*
 * Below the star, above the number and between the ends of the ring text a seal
 * has nothing, or the straight line that says for what it is good: 3 to 5 mm
 * high, 14 to 20 mm long, 12 mm below the middle of 42.
 */
enum tri seal_turn_line(const struct ink_roi *roi, const struct seal_form *form)
{
    double turn = form->turn_deg;
    double ink = share_below(roi, roi->ink, form, turn, &line_box);
    double black = share_below(roi, roi->black, form, turn, &line_box);
    if (ink > line_ink)
        return TRI_YES;
    return black > line_hidden || ink > line_none ? TRI_UNKNOWN : TRI_NO;
}

/* A straight line fills the gap that tells what is up, and tells it itself:
 * between star and ring text there is nothing else. Ring text that reaches in
 * so far does it below more than one tip, so that only what a box has before
 * the middle one of the five counts. */
static void find_line(const struct ink_roi *roi, const struct seal_form *form,
                      double tip_deg, double ret_bonus[5])
{
    double ink[5], order[5];
    for (int i = 0; i < 5; i++)
        order[i] = ink[i] =
            share_below(roi, roi->ink, form, tip_deg + 72 * i, &inner_box);
    rank_sort(order, 5);
    for (int i = 0; i < 5; i++)
        ret_bonus[i] =
            line_bonus * fmax(0, fmin(1, (ink[i] - order[2]) / line_ink));
}

void seal_turn_round(struct arena *a, const struct ink_roi *roi,
                     double upright_deg, struct seal_form *form)
{
    struct rings *r = arena_new_struct(a, struct rings);
    const float *ink = roi->vector.d;
    bool grey = ink[0] == ink[1] && ink[1] == ink[2];
    double tip, prior = grey ? prior_copied : prior_stamped;
    read_rings(roi, form, r);
    form->has_star = find_star(r, &tip);
    if (form->has_star) {
        double bonus[5];
        find_line(roi, form, tip, bonus);
        /* On a grey copy it may as well be the page's own print. */
        form->turn_deg =
            choose(r, tip, 72, 5, upright_deg, prior, grey ? NULL : bonus);
    } else {
        double near = choose(r, 0, 6, 60, upright_deg, prior, NULL);
        form->turn_deg = choose(r, near - 6, 1, 13, upright_deg, prior, NULL);
    }
    form->turn_deg = remainder(form->turn_deg, 360);
}
