# Written by infra/generate.py from src/services.json; edit that.
# shellcheck disable=SC2034
services="auth tickets orders expiration payments shows delivery notifications"
services_built_here="auth tickets orders expiration payments shows delivery notifications"
services_with_api="auth tickets orders payments shows delivery notifications"
services_with_jobs="expiration"
programs_with_images="auth tickets orders expiration payments shows delivery notifications streams"
nats_users="auth tickets orders expiration payments shows delivery notifications streams operator"
