// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.StateFolder;
import io.driftmoe.local.DefaultStates;
import io.driftmoe.local.LocalException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

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
    findings.add(states(options.job(), local));
    findings.add(checkpoints(options.job(), local));
    return findings;
  }

  static Finding states(JobOptions.Job job, boolean local) {
    String key = "job.state-dir";
    if (job.stateDir() != null) {
      return folder(key, job.stateDir(), job.name(), local);
    }
    if (!local) {
      return Finding.note(
          key, "none: a job that is submitted again has to be told from which state it goes on");
    }
    try {
      return folder(key, DefaultStates.folder());
    } catch (LocalException e) {
      return Finding.mend(key, String.valueOf(e.getMessage()));
    }
  }

  static Finding checkpoints(JobOptions.Job job, boolean local) {
    String key = "job.checkpoint-dir";
    if (job.checkpointDir() != null) {
      return folder(key, job.checkpointDir(), job.name(), local);
    }
    return local || job.stateDir() != null
        ? Finding.ok(key, "none: checkpoints are in the folder of job.state-dir")
        : Finding.note(key, "none: checkpoints are where the cluster is set to keep them");
  }

  private static Finding folder(String key, String place, String job, boolean local) {
    try {
      Path folder = StateFolder.local(place, job);
      if (folder == null) {
        return elsewhere(key, place, local);
      }
      return local
          ? folder(key, folder)
          : Finding.note(
              key, "%s must be a folder that all machines of the cluster reach".formatted(place));
    } catch (IllegalArgumentException e) {
      return Finding.mend(key, FailureMessage.of(e));
    }
  }

  private static Finding elsewhere(String key, String place, boolean local) {
    if (local) {
      try {
        FileSystem.get(URI.create(place));
      } catch (IOException e) {
        return Finding.mend(
            key,
            "%s: only the cluster may have the plug-in for it, name a folder of this machine: %s"
                .formatted(place, FailureMessage.of(e)));
      }
    }
    return Finding.note(
        key, "%s is not looked at: only the cluster has the plug-in for it".formatted(place));
  }

  static Finding folder(String key, Path folder) {
    Path existing = folder;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return Finding.mend(
          key,
          (Files.exists(existing)
                  ? "%s is a file: name a folder"
                  : "%s is a link that leads nowhere: name a folder")
              .formatted(existing));
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
