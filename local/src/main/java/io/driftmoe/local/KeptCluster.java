// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A cluster for one job that does not end with it: its web UI shows the job until the cluster is
 * closed. Those that environments start end with their job.
 */
final class KeptCluster implements AutoCloseable {
  private static final long STOP_SECONDS = 60;

  private final MiniCluster cluster;

  /** Position of the task manager that runs: the cluster counts those that have ended, too. */
  private int taskManager;

  private KeptCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts one.
   *
   * @param environment whose settings it gets
   * @param slots of its task manager
   */
  static KeptCluster start(StreamExecutionEnvironment environment, int slots) throws Exception {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(new Configuration((Configuration) environment.getConfiguration()))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new KeptCluster(cluster);
  }

  /** Starts the job of the environment. */
  JobClient submit(StreamExecutionEnvironment environment, String name) throws Exception {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(name);
    ClassLoader classes = KeptCluster.class.getClassLoader();
    JobGraph job = graph.getJobGraph(classes);
    cluster.submitJob(job).get();
    return new MiniClusterJobClient(
        job.getJobID(), cluster, classes, JobFinalizationBehavior.NOTHING);
  }

  /** Takes a checkpoint of a job, unless it cannot take one now. */
  void checkpoint(JobID job) throws InterruptedException {
    try {
      cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED).get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return; // the job is starting, or has ended: whoever waits for it asks again
    }
  }

  /**
   * Ends the task manager with all that runs on it, and starts another one.
   *
   * @throws LocalException when one of the two does not happen
   */
  synchronized void replaceTaskManager() throws LocalException, InterruptedException {
    try {
      cluster.terminateTaskManager(taskManager).get(STOP_SECONDS, TimeUnit.SECONDS);
      cluster.startTaskManager();
      taskManager++;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new LocalException("the TaskManager was not replaced: " + FailureMessage.of(e), e);
    }
  }

  @Override
  public void close() {
    try {
      cluster.closeAsync().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      return; // the process ends, and the cluster with it
    }
  }
}
