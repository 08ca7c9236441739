// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import com.sun.tools.attach.VirtualMachine;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.flink.util.FlinkUserCodeClassLoaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session cluster takes one job after another, and what has ended leaves nothing behind: each job
 * has a class loader of its own, which a single thread or a static field keeps alive.
 */
@Tag("slow")
class SubmissionsIT {
  private static final int SUBMISSIONS = Integer.getInteger("driftmoe.submissions", 3);
  private static final double RATE = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * That of the job that runs; of the job before, whose records the JDK's method handles remember;
   * and of the one in which Flink's network threads were made.
   */
  private static final int LOADERS = 3;

  private static final int MORE_THREADS = 8;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  @Test
  void jobsThatEnded_leaveNothingInTheProcesses() throws Exception {
    Path jar = JobJar.require();
    Load load = Load.of(1_000_000, false);
    try (Rig rig = Rig.start(folder.resolve("rig"), EnumSet.noneOf(Extra.class))) {
      JobOptions options = load.options(rig.layout().bootstrap());
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(Load.PARTITIONS, (short) 1);
      }
      try (RigJob job = new RigJob(rig.layout(), options, jar);
          Sender sender = new Sender(rig.layout().bootstrap(), options.topics(), load, RATE)) {
        job.submit();
        job.awaitRunning();
        sender.start();
        Map<String, Inspected> processes = new LinkedHashMap<>();
        processes.put("JobManager", new Inspected(rig.jobManager()));
        processes.put("TaskManager 1", new Inspected(rig.taskManager(0)));
        processes.put("TaskManager 2", new Inspected(rig.taskManager(1)));
        restart(job, 1);
        Map<String, Held> before = held(processes);
        restart(job, SUBMISSIONS);
        Map<String, Held> after = held(processes);
        String what =
            "after 2 submissions %s, after %s %s".formatted(before, SUBMISSIONS + 2, after);
        System.err.println(what);
        assertSoftly(
            softly ->
                after.forEach(
                    (name, held) -> {
                      softly.assertThat(held.loaders()).as(what).isLessThanOrEqualTo(LOADERS);
                      softly
                          .assertThat(held.threads())
                          .as(what)
                          .isLessThanOrEqualTo(before.get(name).threads() + MORE_THREADS);
                    }));
        for (Inspected process : processes.values()) {
          process.close();
        }
      }
      assertThat(rig.exits()).isEmpty();
    }
  }

  private static void restart(RigJob job, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      job.restart(job.jar(), job.parallelism());
      job.awaitRunning();
    }
  }

  private static Map<String, Held> held(Map<String, Inspected> processes) throws Exception {
    Map<String, Held> held = new LinkedHashMap<>();
    for (Map.Entry<String, Inspected> process : processes.entrySet()) {
      held.put(process.getKey(), process.getValue().held());
    }
    return held;
  }

  /**
   * @param loaders of jobs
   * @param metaspace in bytes
   */
  private record Held(int loaders, int threads, long metaspace) {}

  /** Looks into a process. */
  private static final class Inspected implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private Inspected(RigProcess process) throws Exception {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      try {
        connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
      } finally {
        machine.detach();
      }
      beans = connector.getMBeanServerConnection();
    }

    /** Once no more goes: what ended a moment ago may still be about to. */
    private Held held() throws Exception {
      Settling loaders = new Settling(this::loaders);
      Awaitility.await("class loaders of ended jobs to go")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(3))
          .until(loaders::isSettled);
      ThreadMXBean threads = ManagementFactory.getPlatformMXBean(beans, ThreadMXBean.class);
      long metaspace =
          ManagementFactory.getPlatformMXBeans(beans, MemoryPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("Metaspace"))
              .mapToLong(pool -> pool.getUsage().getUsed())
              .sum();
      return new Held(loaders.last, threads.getThreadCount(), metaspace);
    }

    /** Live ones: the histogram begins with a full collection. */
    private int loaders() {
      try {
        String histogram =
            (String)
                beans.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
        String loader = FlinkUserCodeClassLoaders.class.getName() + "$SafetyNetWrapperClassLoader";
        return histogram
            .lines()
            .map(line -> line.trim().split("\\s+"))
            .filter(columns -> columns.length > 3 && columns[3].equals(loader))
            .mapToInt(columns -> Integer.parseInt(columns[1]))
            .sum();
      } catch (Exception e) {
        throw new IllegalStateException("no histogram", e);
      }
    }

    @Override
    public void close() throws IOException {
      connector.close();
    }
  }

  /** A number that was the same twice. */
  private static final class Settling {
    private final IntSupplier number;
    private int last = -1;

    private Settling(IntSupplier number) {
      this.number = number;
    }

    private boolean isSettled() {
      int now = number.getAsInt();
      boolean settled = now == last;
      last = now;
      return settled;
    }
  }
}
