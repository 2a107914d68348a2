// The completion token of every asynchronous operation that a coroutine waits for: Asio's
// use_awaitable, after which the coroutine goes on in the trace::Context that it waited in.
#pragma once

#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/base/trace_context.hpp"

namespace ticketing {

namespace asio = boost::asio;

struct UseTask {};
inline constexpr UseTask use_task;

// The handler of a waiting coroutine, and the context that it waits in.
template <class Handler>
class ContextHandler {
 public:
  explicit ContextHandler(Handler handler)
      : handler_(std::move(handler)), context_(trace::take_current()) {}

  const Handler& inner() const { return handler_; }
  template <class... Results>
  void operator()(Results&&... results) {
    const trace::Scope scope(context_);
    std::move(handler_)(std::forward<Results>(results)...);
  }

 private:
  Handler handler_;
  trace::Context context_;
};

}  // namespace ticketing

namespace boost::asio {

template <class Result, class... Results>
class async_result<ticketing::UseTask, Result(Results...)> {
 public:
  template <class Initiation, class... Args>
  static auto initiate(Initiation initiation, ticketing::UseTask, Args... args) {
    return async_initiate<const use_awaitable_t<>, Result(Results...)>(
        [start = std::move(initiation)](auto handler, auto&&... given) mutable {
          std::move(start)(ticketing::ContextHandler<decltype(handler)>(std::move(handler)),
                           std::forward<decltype(given)>(given)...);
        },
        use_awaitable, std::move(args)...);
  }
};

// Executor, allocator and cancellation slot are those of the coroutine.
template <template <class, class> class Associator, class Handler, class Default>
struct associator<Associator, ticketing::ContextHandler<Handler>, Default>
    : Associator<Handler, Default> {
  static auto get(const ticketing::ContextHandler<Handler>& handler) noexcept {
    return Associator<Handler, Default>::get(handler.inner());
  }
  static auto get(const ticketing::ContextHandler<Handler>& handler,
                  const Default& otherwise) noexcept {
    return Associator<Handler, Default>::get(handler.inner(), otherwise);
  }
};

}  // namespace boost::asio
