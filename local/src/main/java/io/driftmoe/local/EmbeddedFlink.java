// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.StateFolder;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster of one job manager and one task manager inside this JVM, one for each job. */
public final class EmbeddedFlink {
  private static final String LOOPBACK = "127.0.0.1";

  private EmbeddedFlink() {}

  /**
   * An environment whose {@code executeAsync} starts a cluster, which ends with the job.
   * Checkpoints and savepoints go below the folder. It listens on the loopback interface alone, and
   * takes no jars: whoever can send it one, such as a page in a browser, could run code here.
   *
   * @param folder for all that the cluster writes
   * @param slots of the task manager, at least the job's parallelism
   * @param restPort of the REST interface and web UI on the loopback interface; 0 for any free port
   */
  public static StreamExecutionEnvironment environment(Path folder, int slots, int restPort) {
    Configuration settings = new Configuration();
    settings.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    settings.set(JobManagerOptions.ADDRESS, LOOPBACK);
    settings.set(JobManagerOptions.BIND_HOST, LOOPBACK); // of the BLOB server, too
    settings.set(TaskManagerOptions.HOST, LOOPBACK);
    settings.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    settings.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    settings.set(RestOptions.ADDRESS, LOOPBACK);
    settings.set(WebOptions.SUBMIT_ENABLE, false);
    settings.set(RestOptions.PORT, restPort);
    settings.set(RestOptions.BIND_PORT, Integer.toString(restPort));
    settings.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        StateFolder.pointer(folder.resolve("checkpoints").toString()));
    settings.set(
        CheckpointingOptions.SAVEPOINT_DIRECTORY,
        StateFolder.pointer(folder.resolve("savepoints").toString()));
    return StreamExecutionEnvironment.createLocalEnvironment(slots, settings);
  }
}
