#include "common/base/code.hpp"

#include "common/base/text.hpp"

namespace ticketing {

ParamValue::ParamValue(std::string_view text) : json_("\"") {
  append_json_escaped(json_, text);
  json_ += '"';
}

}  // namespace ticketing
