// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where everything of a rig is: a folder, and ports on the loopback interface.
 *
 * @param folder holds all that the processes write
 * @param broker port for everybody but the job
 * @param brokerOfJob port behind the one that the job connects to
 * @param proxy port that the job connects to, in front of brokerOfJob
 * @param controller of the broker
 * @param zooKeeper port
 * @param rest port of the JobManager
 */
record Layout(
    Path folder, int broker, int brokerOfJob, int proxy, int controller, int zooKeeper, int rest) {
  private static final String LOOPBACK = "127.0.0.1:";

  static Layout in(Path folder) throws IOException {
    FreePorts ports = new FreePorts();
    return new Layout(
        folder, ports.next(), ports.next(), ports.next(), ports.next(), ports.next(), ports.next());
  }

  String bootstrap() {
    return LOOPBACK + broker;
  }

  String bootstrapOfJob(boolean throughProxy) {
    return throughProxy ? LOOPBACK + proxy : bootstrap();
  }

  Path logs() {
    return folder.resolve("logs");
  }

  Path conf() {
    return folder.resolve("conf");
  }

  Path kafkaLog() {
    return folder.resolve("kafka");
  }

  /** Small where the disk is to run full. */
  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** What a job of its own process reads. */
  Path jobConfig() {
    return conf().resolve("job.yaml");
  }

  Path savepoints() {
    return folder.resolve("savepoints");
  }
}
