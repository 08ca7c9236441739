// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** What the REST interface of a Flink cluster says of it. */
final class FlinkCluster {
  private static final String SUBJECT = "cluster";

  private FlinkCluster() {}

  static List<Finding> findings(String address, JobOptions options) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://%s/overview".formatted(address)))
              .timeout(Duration.ofMillis(Doctor.PATIENCE_MILLIS))
              .build();
      HttpClient http =
          HttpClient.newBuilder().connectTimeout(Duration.ofMillis(Doctor.PATIENCE_MILLIS)).build();
      return of(
          new ObjectMapper()
              .readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body()),
          options.job().parallelism());
    } catch (IOException | IllegalArgumentException e) {
      return List.of(
          Finding.mend(
              SUBJECT,
              "no Flink cluster answers at %s: %s".formatted(address, FailureMessage.of(e))));
    }
  }

  static List<Finding> of(JsonNode overview, int parallelism) {
    String version = overview.path("flink-version").asText();
    List<Finding> findings = new ArrayList<>();
    String here = EnvironmentInformation.getVersion();
    findings.add(
        minor(version).equals(minor(here))
            ? Finding.ok(SUBJECT, "Flink %s".formatted(version))
            : Finding.mend(
                SUBJECT,
                "it runs Flink %s, the job is built for %s: use a cluster of that version"
                    .formatted(version, here)));
    int free = overview.path("slots-available").asInt();
    String slots =
        "%s of %s slots are free, job.parallelism = %s"
            .formatted(free, overview.path("slots-total").asInt(), parallelism);
    findings.add(
        free >= parallelism
            ? Finding.ok(SUBJECT, slots)
            : Finding.mend(SUBJECT, slots + ": start TaskManagers or stop other jobs"));
    return findings;
  }

  private static String minor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }
}
