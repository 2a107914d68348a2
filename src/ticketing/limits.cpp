#include "ticketing/limits.hpp"

#include "auth/limits.hpp"
#include "common/http/server_limits.hpp"
#include "common/runtime/limits.hpp"
#include "delivery/limits.hpp"
#include "orders/settings.hpp"
#include "payments/service.hpp"
#include "shows/limits.hpp"

namespace ticketing {

limits::Limits all_limits() {
  limits::Limits all;
  for (const limits::Limits& some :
       {http::server_limits(), runtime::service_limits(), auth::account_limits(),
        orders::order_limits(), payments::payment_limits(), delivery::upload_limits(),
        limits::Limits{shows::pictures}}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace ticketing
