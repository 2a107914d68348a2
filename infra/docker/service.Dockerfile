# One of the C++ services of src/services.json.
#   docker build -f infra/docker/service.Dockerfile --build-arg SERVICE=orders -t ticketing/orders .
# All of them are compiled in one layer, which their builds share.
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY tools/install-packages tools/
RUN tools/install-packages build && rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY src src
# As on most machines: the compiler cache distinguishes locales.
ENV LANG=C.UTF-8
# DT_RPATH rather than DT_RUNPATH: it holds for the libraries of libraries, too.
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DTICKETING_TESTS=OFF -DTICKETING_BENCHMARKS=OFF \
      -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath,/app/lib,--disable-new-dtags -Wl,-s" && \
    cmake --build --preset release --target service_programs
# What the programs need that the run stage's Debian does not have.
COPY infra/docker/collect-libraries infra/docker/
RUN infra/docker/collect-libraries build/release/bin /collected

FROM debian:bookworm-slim
ARG SERVICE
LABEL org.opencontainers.image.title="ticketing ${SERVICE}"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# Time zones of venues.
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /collected/${SERVICE} /app/
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENV PORT=4000 BIND_ADDRESS=0.0.0.0 MODE=production
EXPOSE 4000
ENTRYPOINT ["/app/service"]
