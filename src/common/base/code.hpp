// A code: the name by which a program distinguishes refusals, or faults in the input, with the
// values that complete its sentence ("at most {max} characters"). The codes themselves are declared
// in common/base/codes.hpp and contracts/codes.hpp.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/money.hpp"

namespace ticketing {

// A value as JSON. Money is in major units, as everywhere in the API.
class ParamValue {
 public:
  template <std::integral Integer>
  ParamValue(Integer value) : json_(std::to_string(value)) {}  // NOLINT(*-explicit-constructor)
  ParamValue(bool value) : json_(value ? "true" : "false") {}  // NOLINT(*-explicit-constructor)
  ParamValue(Money value) : json_(to_decimal(value)) {}        // NOLINT(*-explicit-constructor)
  ParamValue(std::string_view text);                           // NOLINT(*-explicit-constructor)
  ParamValue(const char* text)                                 // NOLINT(*-explicit-constructor)
      : ParamValue(std::string_view(text)) {}

  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

struct Param {
  std::string_view name;
  std::string json;
};

template <std::size_t N>
class CodeKind;

class Code {
 public:
  Code(const CodeKind<0>& kind);  // NOLINT(*-explicit-constructor)
  Code(std::string_view name, std::vector<Param> params)
      : name_(name), params_(std::move(params)) {}

  std::string_view name() const { return name_; }
  const std::vector<Param>& params() const { return params_; }

  friend bool operator==(const Code& code, std::string_view name) { return code.name_ == name; }

 private:
  std::string_view name_;
  std::vector<Param> params_;
};

// A declared code with the names of its N parameters. Called with a value for each, it gives the
// Code; without parameters it is one.
template <std::size_t N>
class CodeKind {
 public:
  template <class... Names>
  consteval explicit CodeKind(std::string_view name, Names... params)
      : name_(name), params_{std::string_view(params)...} {}

  template <class... Values>
    requires(sizeof...(Values) == N)
  Code operator()(const Values&... values) const {
    std::vector<Param> params;
    std::size_t at = 0;
    (params.push_back({params_[at++], ParamValue(values).json()}), ...);
    return Code(name_, std::move(params));
  }

  constexpr std::string_view name() const { return name_; }
  friend bool operator==(const Code& code, const CodeKind& kind) {
    return code.name() == kind.name_;
  }

 private:
  std::string_view name_;
  std::array<std::string_view, N> params_;
};

template <class... Names>
CodeKind(std::string_view, Names...) -> CodeKind<sizeof...(Names)>;

inline Code::Code(const CodeKind<0>& kind) : name_(kind.name()) {}

}  // namespace ticketing
