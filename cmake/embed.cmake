# Writes OUT: for each of FILES (relative to BASE) the pair (name without folder and ending, content),
# returned by NAMESPACE::embedded_files().
set(body "#include \"common/base/embedded_files.hpp\"\n\nnamespace ${NAMESPACE} {\n\n")
# A literal that is longer than the standard promises; the compilers in use take it.
string(PREPEND body "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n")
string(APPEND body "ticketing::EmbeddedFiles embedded_files() {\n  return {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${BASE}/${file}" content)
  # CMake and some compilers limit one literal; adjacent ones are joined.
  string(LENGTH "${content}" length)
  string(APPEND body "      {\"${name}\",\n")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${content}" ${at} 8000 piece)
    string(APPEND body "       R\"embedded(${piece})embedded\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(APPEND body "       \"\"},\n")
endforeach()
string(APPEND body "  };\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUT}" "${body}")
