/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * onnx - running a neural network; the only door to ONNX Runtime
 *
 * The library is loaded when the program runs and may be missing: nothing is
 * linked with it and no header of it is needed. A session has one thread (the
 * caller's), is made before any fork, and afterwards opens no file, maps no
 * code and starts no thread, so that a forked child can run it in a sandbox.
 * Nothing is ever printed.
 */

#ifndef OCR_ONNX_H
#define OCR_ONNX_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct image;
struct onnx;

enum { ONNX_MAX_DIMS = 4 };

/* Row by row, the last dimension is the fastest. */
struct onnx_tensor {
    float *values;
    int64_t dims[ONNX_MAX_DIMS];
    size_t n_dims;
};

/*
 * Loads the library (a path, or a name for the system's search) and makes a
 * session of a model with one input and one output of floats. ERR_LIBRARY
 * when the library is not there, is of an unknown version, or refuses the
 * model. The model's bytes are not needed afterwards.
 */
int onnx_open(struct arena *a, const char *library, const void *model, size_t n,
              struct onnx **ret, struct err *e);

/* A grey picture as PaddleOCR's networks want it: values from -1 to 1, the same
 * in three channels, behind it zeros up to that width. */
struct onnx_tensor onnx_picture(struct arena *a, const struct image *im,
                                int width);

/* The output is in `a`. */
int onnx_run(struct onnx *o, struct arena *a, const struct onnx_tensor *input,
             struct onnx_tensor *ret, struct err *e);

/* "1.27.0" */
const char *onnx_version(const struct onnx *o);

#endif
