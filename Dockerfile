# SPDX-License-Identifier: GPL-3.0-or-later
# The driftmoe command, with the job jar that it submits. Plain `docker build -t driftmoe .` makes it.
ARG BUILD_IMAGE=maven:3.9.9-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17.0.15_6-jre-jammy

FROM ${BUILD_IMAGE} AS build
WORKDIR /driftmoe
COPY . .
# the script builds what it is to run
RUN ./driftmoe --version \
  && mkdir -p /image/cli/target /image/flink-jobs/target \
  && cp driftmoe LICENSE /image/ \
  && cp -R cli/target/lib cli/target/driftmoe-cli-*.jar /image/cli/target/ \
  && cp flink-jobs/target/driftmoe-job.jar /image/flink-jobs/target/

FROM ${RUNTIME_IMAGE}
COPY --from=build /image /opt/driftmoe
COPY docker/healthy /usr/local/bin/healthy
# where jobs that run in the container keep their states; the user is that of Flink's image, to share a volume with it
RUN mkdir -p /var/lib/driftmoe && chown 9999:9999 /var/lib/driftmoe
USER 9999:9999
ENV XDG_STATE_HOME=/var/lib/driftmoe
WORKDIR /var/lib/driftmoe
EXPOSE 8070
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/usr/local/bin/healthy"]
ENTRYPOINT ["/opt/driftmoe/driftmoe"]
CMD ["--help"]
