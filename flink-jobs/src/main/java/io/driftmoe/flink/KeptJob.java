// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.jobmanager.HighAvailabilityMode;
import org.apache.flink.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Flink's high availability has kept the job that {@link JobMain} is about to execute. In
 * application mode a JobManager that takes over calls {@code main} again, takes from that no more
 * than the name of the job, and goes on with the job it has kept.
 *
 * <p>The id of the job does not tell this. It is fixed at the first start already, and derived from
 * the name of the cluster: a deployment that is stopped and made anew has the same one.
 */
final class KeptJob {
  private static final Logger LOG = LoggerFactory.getLogger(KeptJob.class);

  private KeptJob() {}

  /**
   * Whether it is a job that goes on, or one that has ended and only waits to be cleaned up.
   *
   * @param settings of Flink
   * @throws IOException when the storage of high availability cannot be read
   */
  static boolean isIn(ReadableConfig settings) throws IOException, InterruptedException {
    Optional<String> id = settings.getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID);
    Configuration all = Configuration.fromMap(settings.toMap());
    if (id.isEmpty() || !HighAvailabilityMode.isHighAvailabilityModeActivated(all)) {
      return false;
    }
    JobID job = JobID.fromHexString(id.get());
    try {
      HighAvailabilityServices services = services(all);
      try {
        return services.getExecutionPlanStore().getJobIds().contains(job)
            || services.getJobResultStore().hasJobResultEntryAsync(job).get();
      } finally {
        services.close();
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // of any kind of storage
      throw new IOException(
          "whether Flink has kept job %s cannot be read from the storage of its high availability: %s"
              .formatted(job, FailureMessage.of(e)),
          e);
    }
  }

  private static HighAvailabilityServices services(Configuration settings) throws Exception {
    return HighAvailabilityServicesUtils.createAvailableOrEmbeddedServices(
        settings,
        Executors.directExecutor(),
        fault -> LOG.warn("high availability: {}", FailureMessage.of(fault)));
  }
}
