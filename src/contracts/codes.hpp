// The codes of the marketplace, each defined once. src/contracts/openapi.json lists all of them;
// tests/architecture compares.
#pragma once

#include "common/base/codes.hpp"

// What a request as a whole is refused with.
namespace ticketing::slugs {

inline constexpr CodeKind address_changed_lately{"address_changed_lately", "seconds"};
inline constexpr CodeKind already_refunded{"already_refunded"};
// `reason` is one of payments::attempts::decline_reasons.
inline constexpr CodeKind card_declined{"card_declined", "reason"};
inline constexpr CodeKind duplicate_ticket{"duplicate_ticket"};
inline constexpr CodeKind email_in_use{"email_in_use"};
inline constexpr CodeKind face_value_missing{"face_value_missing"};
inline constexpr CodeKind file_encrypted{"file_encrypted"};
inline constexpr CodeKind file_too_large_inside{"file_too_large_inside"};
inline constexpr CodeKind file_unreadable{"file_unreadable"};
inline constexpr CodeKind gateway_unavailable{"gateway_unavailable"};
inline constexpr CodeKind image_too_large{"image_too_large", "megapixels"};
inline constexpr CodeKind image_unreadable{"image_unreadable"};
inline constexpr CodeKind invalid_credentials{"invalid_credentials"};
inline constexpr CodeKind invalid_event{"invalid_event"};
inline constexpr CodeKind invalid_signature{"invalid_signature"};
inline constexpr CodeKind link_over{"link_over"};
inline constexpr CodeKind no_code_found{"no_code_found"};
inline constexpr CodeKind not_your_order{"not_your_order"};
inline constexpr CodeKind not_your_show{"not_your_show"};
inline constexpr CodeKind not_your_ticket{"not_your_ticket"};
inline constexpr CodeKind nothing_to_reveal{"nothing_to_reveal"};
inline constexpr CodeKind order_cancelled{"order_cancelled"};
inline constexpr CodeKind order_complete{"order_complete"};
inline constexpr CodeKind order_expired{"order_expired"};
inline constexpr CodeKind order_not_found{"order_not_found"};
inline constexpr CodeKind order_not_paid{"order_not_paid"};
inline constexpr CodeKind order_refunded{"order_refunded"};
inline constexpr CodeKind own_ticket{"own_ticket"};
inline constexpr CodeKind payment_in_progress{"payment_in_progress"};
inline constexpr CodeKind price_above_cap{"price_above_cap", "max"};
inline constexpr CodeKind price_changed{"price_changed", "price"};
inline constexpr CodeKind promise_changed{"promise_changed", "filePromised"};
inline constexpr CodeKind reading_timed_out{"reading_timed_out"};
inline constexpr CodeKind refund_refused{"refund_refused"};
inline constexpr CodeKind refund_too_large{"refund_too_large", "max"};
inline constexpr CodeKind refund_window_over{"refund_window_over"};
inline constexpr CodeKind relist_needs_full_refund{"relist_needs_full_refund"};
inline constexpr CodeKind resale_keeps_file{"resale_keeps_file"};
inline constexpr CodeKind session_not_found{"session_not_found"};
inline constexpr CodeKind session_over{"session_over"};
inline constexpr CodeKind show_cancelled{"show_cancelled"};
inline constexpr CodeKind show_changed{"show_changed", "version"};
inline constexpr CodeKind show_exists{"show_exists"};
inline constexpr CodeKind show_has_sales{"show_has_sales"};
inline constexpr CodeKind show_not_found{"show_not_found"};
inline constexpr CodeKind show_over{"show_over"};
inline constexpr CodeKind ticket_changed{"ticket_changed", "version"};
inline constexpr CodeKind ticket_erased{"ticket_erased"};
inline constexpr CodeKind ticket_lapsed{"ticket_lapsed"};
inline constexpr CodeKind ticket_not_found{"ticket_not_found"};
inline constexpr CodeKind ticket_not_revealed{"ticket_not_revealed"};
inline constexpr CodeKind ticket_paused{"ticket_paused", "expiries", "seconds"};
inline constexpr CodeKind ticket_reserved{"ticket_reserved"};
inline constexpr CodeKind ticket_resold{"ticket_resold"};
inline constexpr CodeKind ticket_revealed{"ticket_revealed"};
inline constexpr CodeKind ticket_sold{"ticket_sold"};
inline constexpr CodeKind ticket_withdrawn{"ticket_withdrawn"};
inline constexpr CodeKind too_many_attempts{"too_many_attempts", "seconds"};
inline constexpr CodeKind too_many_bytes_kept{"too_many_bytes_kept", "megabytes"};
inline constexpr CodeKind too_many_declines{"too_many_declines", "seconds"};
inline constexpr CodeKind too_many_files{"too_many_files", "seconds"};
inline constexpr CodeKind too_many_files_kept{"too_many_files_kept", "max"};
inline constexpr CodeKind too_many_orders{"too_many_orders", "max"};
inline constexpr CodeKind too_many_orders_of_address{"too_many_orders_of_address", "max"};
inline constexpr CodeKind too_many_orders_of_show{"too_many_orders_of_show", "max"};
inline constexpr CodeKind too_many_pages{"too_many_pages", "max"};
inline constexpr CodeKind too_many_pictures{"too_many_pictures", "seconds"};
inline constexpr CodeKind too_many_refunds{"too_many_refunds", "max"};
inline constexpr CodeKind wrong_password{"wrong_password"};

}  // namespace ticketing::slugs

// What can be wrong with one field.
namespace ticketing::codes {

inline constexpr CodeKind not_a_country{"not_a_country"};
inline constexpr CodeKind not_a_time_zone{"not_a_time_zone"};
inline constexpr CodeKind not_an_email{"not_an_email"};
inline constexpr CodeKind too_common{"too_common"};

}  // namespace ticketing::codes
