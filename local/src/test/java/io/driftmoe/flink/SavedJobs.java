// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.local.EmbeddedFlink;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Jobs that are stopped with a savepoint, and that go on from one, below a folder. */
record SavedJobs(Path folder) {

  /**
   * Starts a job on a cluster of its own.
   *
   * @param savepoint from which it goes on; null for none
   */
  JobClient start(JobOptions options, String savepoint) throws Exception {
    StreamExecutionEnvironment environment =
        EmbeddedFlink.environment(folder.resolve("flink"), options.job().parallelism(), 0);
    if (savepoint != null) {
      Configuration recovery = new Configuration();
      ResumedState.set(recovery, options, savepoint);
      environment.configure(recovery);
    }
    MixtureJob.build(environment, options);
    return environment.executeAsync();
  }

  /** Stops it; where its savepoint is. */
  String stop(JobClient job) throws Exception {
    return WaitLimit.seconds(60)
        .get(
            job.stopWithSavepoint(
                false, folder.resolve("saved").toUri().toString(), SavepointFormatType.CANONICAL));
  }
}
