# SPDX-License-Identifier: GPL-3.0-or-later
# embed_web(target): the pages of review/web become part of the target.
# They are built here when review/web/setup.sh has installed what that needs;
# -DSEALDESK_WEB_DIST=FOLDER names pages that were built elsewhere. Without
# either the program says that it has no pages.
set(SEALDESK_WEB_DIST "" CACHE PATH "pages that are built already")

function(embed_web target)
  set(web ${CMAKE_SOURCE_DIR}/review/web)
  set(made ${CMAKE_BINARY_DIR}/web/assets.c)
  find_program(SEALDESK_NODE NAMES node nodejs)
  target_sources(${target} PRIVATE ${web}/assets.c)
  if(SEALDESK_NODE AND EXISTS ${web}/node_modules/vite/bin/vite.js
      AND NOT SEALDESK_WEB_DIST)
    set(dist ${CMAKE_BINARY_DIR}/web/dist)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/*.html
      ${web}/*.js ${web}/*.json)
    list(FILTER sources EXCLUDE REGEX "/(node_modules|dist)/")
    add_custom_command(OUTPUT ${made} DEPENDS ${sources} VERBATIM
      WORKING_DIRECTORY ${web} COMMENT "Building the pages"
      COMMAND ${SEALDESK_NODE} node_modules/typescript/bin/tsc --noEmit
      COMMAND ${SEALDESK_NODE} node_modules/vite/bin/vite.js build
        --logLevel warn --emptyOutDir --outDir ${dist}
      COMMAND ${SEALDESK_NODE} embed.js ${dist} ${made})
    target_sources(${target} PRIVATE ${made})
  elseif(SEALDESK_NODE AND SEALDESK_WEB_DIST)
    add_custom_command(OUTPUT ${made} DEPENDS ${web}/embed.js VERBATIM
      COMMAND ${SEALDESK_NODE} ${web}/embed.js ${SEALDESK_WEB_DIST} ${made})
    target_sources(${target} PRIVATE ${made})
  else()
    message(WARNING "The review desk and the applicant's page are not built: "
      "run review/web/setup.sh (it needs node and npm), then configure again. "
      "The program will say so where they should be.")
    target_sources(${target} PRIVATE ${web}/unbuilt.c)
  endif()
endfunction()
