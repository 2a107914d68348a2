# Everything comes from Debian 12's packages; ./tools/install-packages names them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
# The libraries are taken one by one: FindBoost of CMake 3.25 would accept Debian's other, older Boost.
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
