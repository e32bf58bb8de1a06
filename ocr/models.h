/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * models - where the files of the second reader are
 *
 * Looked for in this order: the folder that the environment variable
 * SEALDESK_MODELS names and no other, when it is set; share/sealdesk/models
 * beside the program's own folder; the folder models of the sources that the
 * program was built from. In each the files lie as models/setup.sh leaves them
 * (node_modules), or side by side. The library may also be the system's.
 */

#ifndef OCR_MODELS_H
#define OCR_MODELS_H

#include <stdbool.h>

struct arena;

struct models {
    const char *folder;
    const char *library;    /* libonnxruntime.so.1, a path or a name */
    const char *network;    /* PP-OCRv4's recogniser, ONNX */
    const char *characters; /* its classes, one a line, UTF-8 */
    const char *direction;  /* PaddleOCR's classifier of the direction of a
                               line, ONNX; NULL: not there */
};

/* False when there is no network or no list of characters. */
bool models_find(struct arena *a, struct models *ret);

#endif
