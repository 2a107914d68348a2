// The codes of the code that every service shares, each defined once. Those of the services are in
// contracts/codes.hpp. src/contracts/openapi.json lists all of them; tests/architecture compares.
#pragma once

#include "common/base/code.hpp"

// What a request as a whole is refused with.
namespace ticketing::slugs {

inline constexpr CodeKind body_too_large{"body_too_large", "max"};
inline constexpr CodeKind cross_site_request{"cross_site_request"};
inline constexpr CodeKind email_not_verified{"email_not_verified"};
inline constexpr CodeKind headers_too_large{"headers_too_large"};
inline constexpr CodeKind idempotency_key_reused{"idempotency_key_reused"};
inline constexpr CodeKind internal_error{"internal_error"};
inline constexpr CodeKind invalid_input{"invalid_input"};
inline constexpr CodeKind invalid_json{"invalid_json"};
inline constexpr CodeKind malformed_request{"malformed_request"};
inline constexpr CodeKind method_not_allowed{"method_not_allowed"};
inline constexpr CodeKind not_found{"not_found"};
inline constexpr CodeKind outcome_unknown{"outcome_unknown"};
inline constexpr CodeKind request_timeout{"request_timeout"};
inline constexpr CodeKind too_many_bytes{"too_many_bytes"};
inline constexpr CodeKind too_many_connections{"too_many_connections"};
inline constexpr CodeKind too_many_keys{"too_many_keys"};
inline constexpr CodeKind too_many_requests{"too_many_requests"};
inline constexpr CodeKind too_many_streams{"too_many_streams"};
inline constexpr CodeKind too_many_writes{"too_many_writes", "seconds"};
inline constexpr CodeKind unauthenticated{"unauthenticated"};
inline constexpr CodeKind unavailable{"unavailable"};
inline constexpr CodeKind unsupported_media_type{"unsupported_media_type"};
inline constexpr CodeKind uri_too_long{"uri_too_long"};

}  // namespace ticketing::slugs

// What can be wrong with one field.
namespace ticketing::codes {

inline constexpr CodeKind required{"required"};
inline constexpr CodeKind wrong_type{"wrong_type", "type"};
inline constexpr CodeKind empty{"empty"};
inline constexpr CodeKind too_short{"too_short", "min"};
inline constexpr CodeKind too_long{"too_long", "max"};
inline constexpr CodeKind too_small{"too_small", "min"};
inline constexpr CodeKind too_large{"too_large", "max"};
inline constexpr CodeKind negative{"negative"};
inline constexpr CodeKind too_many_decimals{"too_many_decimals", "max"};
inline constexpr CodeKind not_an_amount{"not_an_amount"};
inline constexpr CodeKind not_a_time{"not_a_time"};
inline constexpr CodeKind not_an_id{"not_an_id"};
inline constexpr CodeKind not_in_range{"not_in_range", "min", "max"};
inline constexpr CodeKind not_one_of{"not_one_of", "values"};
inline constexpr CodeKind not_a_cursor{"not_a_cursor"};
// Visible ASCII characters only, from `min` to `max` of them.
inline constexpr CodeKind not_visible_ascii{"not_visible_ascii", "min", "max"};
inline constexpr CodeKind bad_characters{"bad_characters"};
inline constexpr CodeKind invisible_character{"invisible_character"};

}  // namespace ticketing::codes
