// Runs services: HTTP, health, readiness, metrics, signals, draining.
#pragma once

#include <memory>
#include <string>

#include "common/http/server.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/readiness.hpp"
#include "common/runtime/settings.hpp"

namespace ticketing::runtime {

// Serves until SIGTERM or SIGINT, then drains: requests first, then the bus, then the services.
// Adds /healthz, /readyz, /metrics, the document at /api/openapi.json and `more` to the services'
// routes.
// Announces on standard output, in one line, where it listens. `services` outlive the call.
Task<> serve(Platform& platform, const HostSettings& settings, const Services& services,
             std::string_view api_description, http::Routes more = {});

// The frame of every main(): --help and --version, configuration faults as one line and exit code
// 2, any other exception as a logged error and exit code 1. `start` gets the process environment
// and an executor; its coroutine is run to the end.
int run_program(int argc, char** argv, const std::string& name, const std::string& description,
                const std::string& environment_help,
                const std::function<Task<>(Environment&, const Executor&)>& run);

}  // namespace ticketing::runtime
