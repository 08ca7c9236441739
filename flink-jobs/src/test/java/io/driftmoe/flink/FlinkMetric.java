// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * What dashboards and alert rules use beside the job's own metrics: those of Flink, of its Kafka
 * connector and of Prometheus. {@code docs/metrics.md} repeats this table.
 */
enum FlinkMetric {
  UP(
      Place.PROMETHEUS,
      "up",
      "",
      "1 while the address of a JobManager or TaskManager gives metrics, else 0",
      "0 for 2 min"),
  RESTARTING_TIME(
      Place.JOB,
      "restartingTime",
      "milliseconds",
      "since the job began to restart; 0 while it runs",
      "above 0 for 5 min"),
  RUNNING_TIME(
      Place.JOB,
      "runningTime",
      "milliseconds",
      "since the job last came to run; 0 while it does not",
      ""),
  RESTARTS(
      Place.JOB,
      "numRestarts",
      "restarts",
      "of the job since its submission",
      "it rises more than 2 times in 10 min"),
  CHECKPOINTS_COMPLETED(
      Place.JOB,
      "numberOfCompletedCheckpoints",
      "checkpoints",
      "that succeeded: one in each `job.checkpoint-interval`",
      "no rise in 10 min while others fail, for 11 min"),
  CHECKPOINTS_FAILED(
      Place.JOB,
      "numberOfFailedCheckpoints",
      "checkpoints",
      "that failed: nothing was committed",
      "it rises within 10 min, for 11 min"),
  CHECKPOINT_DURATION(
      Place.JOB,
      "lastCheckpointDuration",
      "milliseconds",
      "of the last checkpoint; -1 before the first",
      "above 50 % of `job.checkpoint-interval` for 10 min"),
  CHECKPOINT_SIZE(
      Place.JOB,
      "lastCheckpointFullSize",
      "bytes",
      "of the last checkpoint; -1 before the first",
      ""),
  HEAP_USED(
      Place.TASK_MANAGER,
      "Status.JVM.Memory.Heap.Used",
      "bytes",
      "of the heap of a TaskManager",
      "lowest value of 5 min, that is after collections, above 85 % of the maximum for 10 min"),
  HEAP_MAX(
      Place.TASK_MANAGER,
      "Status.JVM.Memory.Heap.Max",
      "bytes",
      "that the heap of a TaskManager may take",
      ""),
  COLLECTION_TIME(
      Place.TASK_MANAGER,
      "Status.JVM.GarbageCollector.All.TimeMsPerSecond",
      "milliseconds a second",
      "that a TaskManager spends in garbage collection",
      ""),
  CPU_LOAD(
      Place.TASK_MANAGER,
      "Status.JVM.CPU.Load",
      "0 to 1",
      "of the processors of its machine that a TaskManager uses",
      ""),
  BUSY_TIME(
      Place.TASK,
      "busyTimeMsPerSecond",
      "milliseconds a second",
      "that a subtask works; the task of the models begins with `mixture`, those of sources have"
          + " none",
      "above 900 for 10 min"),
  BACK_PRESSURED_TIME(
      Place.TASK,
      "backPressuredTimeMsPerSecond",
      "milliseconds a second",
      "that a subtask waits for those behind it; of sources",
      "above 500 for 5 min"),
  PENDING_RECORDS(
      Place.OPERATOR,
      "pendingRecords",
      "records",
      "on the topic that wait to be read: the lag; of the sources `Source: features` and"
          + " `Source: labels`",
      "above 1,000 and rises for longer than 5 min"),
  WATERMARK_LAG(
      Place.OPERATOR,
      "watermarkLag",
      "milliseconds",
      "by which event time is behind the clock; of the sources; in a replay it is large",
      "in event-time order, when a partition stands still"),
  RECORDS_SENT(
      Place.OPERATOR,
      "numRecordsSend",
      "records",
      "sent to a topic, committed or not; of the writers, such as `dead-letters-sink: Writer`",
      "");

  /** Whose metric it is. */
  enum Place {
    PROMETHEUS("", "Of Prometheus itself.", ""),
    JOB("flink_jobmanager_job_", "Of the JobManager, for each job.", "job_id, job_name"),
    TASK_MANAGER("flink_taskmanager_", "Of each TaskManager.", "tm_id"),
    TASK(
        "flink_taskmanager_job_task_",
        "Of each subtask of a task.",
        "job_name, task_name, subtask_index, tm_id"),
    OPERATOR(
        "flink_taskmanager_job_task_operator_",
        "Of each subtask of an operator.",
        "job_name, operator_name, subtask_index, tm_id");

    private final String prefix;
    private final String words;
    private final String labels;

    Place(String prefix, String words, String labels) {
      this.prefix = prefix;
      this.words = words;
      this.labels = labels;
    }

    /** What the name in Prometheus begins with. */
    String prefix() {
      return prefix;
    }

    String words() {
      return words;
    }

    /** Those that matter, with commas. */
    String labels() {
      return labels;
    }
  }

  private final Place place;
  private final String word;
  private final String unit;
  private final String meaning;
  private final String threshold;

  FlinkMetric(Place place, String word, String unit, String meaning, String threshold) {
    this.place = place;
    this.word = word;
    this.unit = unit;
    this.meaning = meaning;
    this.threshold = threshold;
  }

  Place place() {
    return place;
  }

  /** Its name in Flink. */
  String word() {
    return word;
  }

  String unit() {
    return unit;
  }

  /** Follows the unit in a sentence. */
  String meaning() {
    return meaning;
  }

  /** The value from which somebody should look; empty where there is none. */
  String threshold() {
    return threshold;
  }
}
