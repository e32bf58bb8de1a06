/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * units - millimetres, pixels and angles
 *
 * Thresholds are written in millimetres and degrees; pixels appear only where
 * an image is touched.
 */

#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#define MM_PER_INCH 25.4
#define UNITS_PI    3.14159265358979323846

static inline double mm_from_px(double px, double dpi)
{
    return px * MM_PER_INCH / dpi;
}

static inline double px_from_mm(double mm, double dpi)
{
    return mm * dpi / MM_PER_INCH;
}

static inline double rad_from_deg(double deg)
{
    return deg * UNITS_PI / 180.0;
}
static inline double deg_from_rad(double rad)
{
    return rad * 180.0 / UNITS_PI;
}

#endif
