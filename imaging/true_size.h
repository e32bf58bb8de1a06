/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * true_size - were the copies made smaller: rulers of a whole application
 *
 * A pure function of the facts of all documents. Fills scale_ratio, scale_low,
 * scale_high and anisotropy of every page that can be told, and dpi_measured
 * and dpi_source where a better ruler than the file's own word was found.
 *
 * The ratio is of what was copied to its original: 0.7 for a licence copied at
 * 70 %, whatever the resolution of the scan is. low and high enclose it with
 * about 95 %; NAN, all three, when there is no ruler: an unknown form gives no
 * ratio rather than a wrong one. Of a page without a copy on it (the form, the
 * letter, the sheet) it is the size of the seal against the same seal on the
 * other documents.
 */

#ifndef IMAGING_TRUE_SIZE_H
#define IMAGING_TRUE_SIZE_H

struct facts;

void true_size_judge(struct facts *f);

#endif
