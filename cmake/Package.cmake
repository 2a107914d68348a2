# The common rooms and the contracts as a package, for services outside this tree
# (docs/adding-a-service.md): `cmake --install … --component development`, or a Debian package by CPack.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_targets
  ticketing_options common_base common_async common_json common_limits common_http common_db common_db_postgres
  common_bus common_bus_jetstream common_files common_images common_jail common_jobs common_jobs_redis common_identity common_tracing common_runtime
  common_runtime_distributed contracts)
set(package_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ticketing")

# A user's project chooses its own warnings, and the sources are at another path.
foreach(property INTERFACE_INCLUDE_DIRECTORIES INTERFACE_COMPILE_OPTIONS INTERFACE_LINK_OPTIONS)
  get_target_property(value ticketing_options ${property})
  set_target_properties(ticketing_options PROPERTIES ${property} "$<BUILD_INTERFACE:${value}>")
endforeach()
target_include_directories(ticketing_options INTERFACE
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/ticketing>")
target_compile_options(ticketing_options INTERFACE "$<INSTALL_INTERFACE:-ftemplate-depth=1024>")
target_compile_features(ticketing_options INTERFACE cxx_std_23)

# Installing builds nothing by itself: build the target `package_libraries` first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
add_custom_target(package_libraries)
foreach(target IN LISTS package_targets)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    add_dependencies(package_libraries ${target})
  endif()
endforeach()

install(TARGETS ${package_targets} EXPORT TicketingTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/ticketing" COMPONENT development)
install(EXPORT TicketingTargets NAMESPACE ticketing:: DESTINATION "${package_cmake_dir}"
  COMPONENT development)
install(DIRECTORY src/common src/contracts
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ticketing" COMPONENT development
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY src/contracts/golden DESTINATION "${CMAKE_INSTALL_DATADIR}/ticketing"
  COMPONENT development)
install(FILES src/contracts/openapi.json DESTINATION "${CMAKE_INSTALL_DATADIR}/ticketing"
  COMPONENT development)
configure_package_config_file(cmake/TicketingConfig.cmake.in
  "${CMAKE_BINARY_DIR}/TicketingConfig.cmake" INSTALL_DESTINATION "${package_cmake_dir}"
  PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/TicketingConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_BINARY_DIR}/TicketingConfig.cmake"
  "${CMAKE_BINARY_DIR}/TicketingConfigVersion.cmake" cmake/embed.cmake
  DESTINATION "${package_cmake_dir}" COMPONENT development)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ticketing-dev)
set(CPACK_PACKAGE_CONTACT "The ticketing team <team@ticketing.dev>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Common rooms and event contracts of the ticket marketplace")
set(CPACK_COMPONENTS_ALL development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME ticketing-dev)
set(CPACK_DEBIAN_DEVELOPMENT_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "clang-19, lld-19, cmake, pkg-config")
string(CONCAT CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libboost1.81-dev, libboost-json1.81-dev, libboost-url1.81-dev, libcli11-dev, "
  "libcurl4-openssl-dev, libfmt-dev, libhiredis-dev, libidn2-dev, libnats-dev, libpq-dev, "
  "libsodium-dev, libspdlog-dev, libsqlite3-dev, libssl-dev, libunistring-dev, prometheus-cpp-dev")
include(CPack)
