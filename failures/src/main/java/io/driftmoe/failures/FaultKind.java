// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is done to a running job or to one of the processes around it, by the names that the command
 * takes.
 */
enum FaultKind {
  NONE("undisturbed") {
    @Override
    void strike(Rig rig, RunningJob job, int number) {
      // nothing happens, which is what the others are compared with
    }
  },

  TASKMANAGER_KILLED("kill -9 of a TaskManager, started again at once") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      rig.taskManager(number % 2).kill();
      rig.taskManager(number % 2).start();
    }
  },

  TASKMANAGERS_KILLED("kill -9 of both TaskManagers, started again at once") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      rig.taskManager(0).kill();
      rig.taskManager(1).kill();
      rig.taskManager(0).start();
      rig.taskManager(1).start();
    }
  },

  JOBMANAGER_KILLED("kill -9 of the JobManager, started again at once") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      rig.jobManager().kill();
      rig.jobManager().start();
    }
  },

  BROKER_KILLED("kill -9 of the broker, started again at once") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      takeBroker(rig, Duration.ZERO);
    }
  },

  BROKER_AWAY_10S("kill -9 of the broker, started again after 10 s") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      takeBroker(rig, Duration.ofSeconds(10));
    }

    @Override
    Duration lasts() {
      return Duration.ofSeconds(60);
    }
  },

  BROKER_AWAY_60S("kill -9 of the broker, started again after 60 s") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      takeBroker(rig, Duration.ofSeconds(60));
    }

    @Override
    Duration lasts() {
      return Duration.ofSeconds(130);
    }
  },

  BROKER_AWAY_1H("kill -9 of the broker, started again after an hour", Extra.LONG_TRANSACTIONS) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      takeBroker(rig, Duration.ofHours(1));
    }

    @Override
    Duration lasts() {
      return Duration.ofMinutes(65);
    }
  },

  TASKMANAGER_PAUSED("SIGSTOP of a TaskManager for 30 s") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      RigProcess paused = rig.taskManager(number % 2);
      paused.pause();
      hold(Duration.ofSeconds(30));
      paused.resume();
    }

    @Override
    Duration lasts() {
      return Duration.ofSeconds(70);
    }
  },

  CHECKPOINT_DISK_FULL("disk of the checkpoints full for 15 s", Extra.SMALL_DISK) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      rig.disk().fill();
      hold(Duration.ofSeconds(15));
      rig.disk().free();
    }

    @Override
    Duration lasts() {
      return Duration.ofSeconds(60);
    }

    @Override
    Optional<String> missing() throws IOException {
      return SmallDisk.missing();
    }
  },

  OUT_OF_MEMORY("heap of a TaskManager full for 5 s") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      Duration full = Duration.ofSeconds(5);
      rig.heapHog().fill(rig.taskManager(number % 2).pid(), full);
      hold(full);
    }
  },

  NETWORK_CUT("network between job and broker cut for 30 s", Extra.PROXY) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws InterruptedException {
      rig.proxy().cut();
      hold(Duration.ofSeconds(30));
      rig.proxy().mend();
    }

    @Override
    Duration lasts() {
      return Duration.ofSeconds(70);
    }
  },

  CONNECTIONS_RESET("all connections between job and broker closed", Extra.PROXY) {
    @Override
    void strike(Rig rig, RunningJob job, int number) {
      rig.proxy().reset();
    }
  },

  CLOCK_AHEAD("clocks of JobManager and TaskManagers set an hour ahead", Extra.OWN_CLOCK) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException {
      rig.clock().jump(Duration.ofHours(1));
    }

    @Override
    Optional<String> missing() {
      return OwnClock.missing();
    }
  },

  CLOCK_BACK("clocks of JobManager and TaskManagers set an hour back", Extra.OWN_CLOCK) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException {
      rig.clock().jump(Duration.ofHours(-1));
    }

    @Override
    Optional<String> missing() {
      return OwnClock.missing();
    }
  },

  SAVEPOINT("stopped with a savepoint under load and started from it") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      job.restart(job.jar(), job.parallelism());
    }
  },

  RESCALED("parallelism 1, 2, 4, 1 by savepoints under load") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      List<Integer> steps = List.of(1, 2, 4);
      job.restart(job.jar(), steps.get(number % steps.size()));
    }
  },

  NEW_JAR("another job jar over a savepoint") {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      Path next = rig.layout().folder().resolve("job-%s.jar".formatted(number));
      Files.copy(job.jar(), next, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem jar = FileSystems.newFileSystem(next)) {
        Files.writeString(jar.getPath("build-number"), Integer.toString(number));
      }
      job.restart(next, job.parallelism());
    }
  },

  SUPERVISED_JOB_KILLED(
      "kill -9 of the process of `job --supervise` in which JobManager and job are",
      Extra.SUPERVISED) {
    @Override
    void strike(Rig rig, RunningJob job, int number) {
      ((SupervisedJob) job).killWatched();
    }
  },

  SUPERVISED_JOB_STOPPED("SIGTERM to `job --supervise`, started again at once", Extra.SUPERVISED) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      job.restart(job.jar(), job.parallelism());
    }
  },

  SUPERVISED_BROKER_AWAY_1H(
      "`job --supervise`: kill -9 of the broker, started again after an hour",
      Extra.SUPERVISED,
      Extra.LONG_TRANSACTIONS) {
    @Override
    void strike(Rig rig, RunningJob job, int number) throws IOException, InterruptedException {
      takeBroker(rig, Duration.ofHours(1));
    }

    @Override
    Duration lasts() {
      return Duration.ofMinutes(65);
    }
  };

  private static final Duration MOMENT = Duration.ofMillis(500);

  private final String what;
  private final Set<Extra> extras;

  FaultKind(String what, Extra... extras) {
    this.what = what;
    this.extras = EnumSet.noneOf(Extra.class);
    this.extras.addAll(List.of(extras));
  }

  /** Whether it is done only when it is named: it lasts too long for a set of ten strikes. */
  boolean isOnlyByName() {
    return lasts().compareTo(Duration.ofMinutes(5)) > 0;
  }

  /** The name that the command takes, such as taskmanager-killed. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fault of this name; empty when there is none. */
  static Optional<FaultKind> of(String title) {
    return List.of(values()).stream().filter(kind -> kind.title().equals(title)).findFirst();
  }

  /** What is done, for the table. */
  String what() {
    return what;
  }

  /** What the rig must have for it. */
  Set<Extra> extras() {
    return extras;
  }

  /**
   * The most that one strike is to last until the job has recovered; spreads strikes over a run.
   */
  Duration lasts() {
    return Duration.ofSeconds(40);
  }

  /** Why this machine cannot have it; empty when it can. */
  Optional<String> missing() throws IOException {
    return Optional.empty();
  }

  /**
   * Does it, and undoes it where it does not pass by itself.
   *
   * @param number of the strike in its run, from 0
   */
  abstract void strike(Rig rig, RunningJob job, int number)
      throws IOException, InterruptedException;

  private static void takeBroker(Rig rig, Duration away) throws IOException, InterruptedException {
    rig.broker().kill();
    if (!away.isZero()) {
      holdPorts(rig.layout(), away);
    }
    rig.broker().start();
  }

  /** So long that another server may choose one of these ports. */
  private static void holdPorts(Layout layout, Duration away)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (HeldPorts ports =
        new HeldPorts(List.of(layout.broker(), layout.brokerOfJob(), layout.controller()))) {
      while (System.nanoTime() - begin < away.toNanos()) {
        ports.take();
        hold(MOMENT);
      }
    }
  }

  /** A fault that lasts: the time is what is tested. */
  private static void hold(Duration duration) throws InterruptedException {
    Thread.sleep(duration.toMillis());
  }
}
