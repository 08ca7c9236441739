// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * A JobManager in application mode. Flink's own main class for it is in its distribution only; it
 * does no more than this.
 */
@SuppressWarnings("try") // of the class of Flink
final class ApplicationCluster extends ApplicationClusterEntryPoint {
  private ApplicationCluster(Configuration settings, PackagedProgram program) {
    super(settings, program, StandaloneResourceManagerFactory.getInstance());
  }

  /**
   * @param arguments the folder of Flink's configuration, the job jar, the file of the job's
   *     configuration, and settings of Flink, {@code key=value} each
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> more = new HashMap<>();
    for (int i = 3; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      more.put(setting[0], setting[1]);
    }
    Configuration settings =
        GlobalConfiguration.loadConfiguration(arguments[0], Configuration.fromMap(more));
    PackagedProgram program =
        PackagedProgram.newBuilder()
            .setJarFile(new File(arguments[1]))
            .setArguments("--config", arguments[2])
            .setConfiguration(settings)
            .build();
    configureExecution(settings, program);
    ClusterEntrypoint.runClusterEntrypoint(new ApplicationCluster(settings, program));
  }
}
