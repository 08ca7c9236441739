// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;

/** What is to be seen on the machine of the command. */
final class Machine {
  private static final long LEAST_FREE = 100L << 20;
  private static final long ENOUGH_FREE = 2L << 30;
  private static final int BITS_OF_MEBIBYTE = 20;

  private Machine() {}

  /**
   * What is found.
   *
   * @param local whether the job is to run here, so that folders of this machine count
   */
  static List<Finding> findings(JobOptions options, boolean local) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "versions",
            "here: Java %s, Flink %s, Kafka clients %s"
                .formatted(
                    Runtime.version(),
                    EnvironmentInformation.getVersion(),
                    AppInfoParser.getVersion())));
    findings.add(folder("job.state-dir", options.job().stateDir(), local));
    findings.add(folder("job.checkpoint-dir", options.job().checkpointDir(), local));
    return findings;
  }

  static Finding folder(String key, @Nullable String place, boolean local) {
    if (place == null) {
      return local
          ? Finding.ok(key, "none: in the state folder of this user")
          : Finding.note(
              key,
              "none: with neither of job.state-dir and job.checkpoint-dir, states are where the"
                  + " cluster is set to keep them, and a job that is submitted again has to be told");
    }
    Path path;
    try {
      URI uri = URI.create(place);
      if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
        return Finding.note(
            key, "%s is not looked at: only the cluster has the plug-in for it".formatted(place));
      }
      path = uri.getScheme() == null ? Paths.get(place) : Paths.get(uri);
    } catch (IllegalArgumentException e) {
      return Finding.mend(key, "%s is no folder: %s".formatted(place, e.getMessage()));
    }
    return local
        ? folder(key, path.toAbsolutePath())
        : Finding.note(
            key, "%s must be a folder that all machines of the cluster reach".formatted(place));
  }

  private static Finding folder(String key, Path folder) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return Finding.mend(key, "%s is a file: name a folder".formatted(existing));
    }
    try {
      Files.delete(Files.createTempFile(existing, "driftmoe", ".doctor")); // rights alone say less
    } catch (IOException e) {
      return Finding.mend(
          key,
          "%s cannot be written, grant this user the right to: %s"
              .formatted(existing, FailureMessage.of(e)));
    }
    String made = existing.equals(folder) ? "" : ", which the job makes";
    long free = existing.toFile().getUsableSpace();
    String text = "%s%s, %s MiB free".formatted(folder, made, free >> BITS_OF_MEBIBYTE);
    if (free < LEAST_FREE) {
      return Finding.mend(key, text + ": make room, or no checkpoint completes");
    }
    return free < ENOUGH_FREE
        ? Finding.note(key, text + ": room for two states is needed")
        : Finding.ok(key, text);
  }
}
