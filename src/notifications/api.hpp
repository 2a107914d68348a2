// The pages for development: the service has no other routes.
#pragma once

#include "common/http/router.hpp"
#include "notifications/mail/mail_folder.hpp"

namespace ticketing::notifications {

// For programs on this machine alone: the mails have links that open accounts. `folder` outlives
// the routes.
http::Routes dev_routes(mail::MailFolder& folder);

}  // namespace ticketing::notifications
