#include "delivery/limits.hpp"

namespace ticketing::delivery {

limits::Limits upload_limits() { return {ticket_files, files_at_once, files_kept, megabytes_kept}; }

}  // namespace ticketing::delivery
