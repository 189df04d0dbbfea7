# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /hessian
# The packages that we depend on change less often than our own sources: a layer of their own.
COPY Package.swift ./
RUN swift package resolve
COPY openapi.yaml ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product hessian --static-swift-stdlib -Xlinker -s \
    && install -D "$(swift build -c release --static-swift-stdlib --show-bin-path)/hessian" /image/hessian

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /image/hessian /usr/local/bin/hessian
ENV HESSIAN_HOST=0.0.0.0
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --start-interval=200ms --retries=3 \
    CMD ["/usr/local/bin/hessian", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/hessian"]
CMD ["serve"]
