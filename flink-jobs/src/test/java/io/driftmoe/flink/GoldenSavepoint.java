// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A savepoint of a whole job, kept as a build wrote it: sources, operators and sinks, several keys,
 * models young and grown, predictions and labels that wait, records that wait for the watermark.
 * Later builds must go on from it.
 *
 * @param name of its file, of the job that wrote it, and of its topics
 * @param learner settings of the learner, by their keys
 * @param early whether some labels of the stream come before their events
 */
record GoldenSavepoint(String name, Map<String, String> learner, boolean early) {
  static final int PARTITIONS = 2;
  static final int KEY_GROUPS = 16;

  /** Of the job that wrote it. */
  static final int SUBTASKS = 2;

  /** Of the whole stream. */
  static final int SECONDS = 300;

  /** After which the savepoint was taken. */
  static final int TAKEN = 190;

  private static final String FILE = "_metadata";

  /** Each kind of expert of version 2 of a saved mixture, and each kind of detector. */
  private static final String FIRST_KINDS =
      """
      {type: forest, members: 2, member: {type: hoeffding-tree, grace-period: 30}, drift: hddm-w},
       {type: guarded, expert: naive-bayes, warning: ddm, drift: eddm},
       {type: guarded, expert: no-change, warning: hddm-a, drift: page-hinkley},
       {type: guarded, expert: majority-class, warning: rddm, drift: stepd},
       {type: guarded, expert: logistic-regression, warning: kswin, drift: adwin},
       {type: nearest-neighbours, windows: [20, 50]},
       {type: mlp, hidden: [4]},
       {type: moa-hoeffding-tree, grace-period: 30}
      """;

  /** All kinds of expert. */
  private static final String ALL_KINDS =
      "["
          + FIRST_KINDS
          + """
      , {type: routed-specialists, specialists: 3, gate: {hidden: [4]}, active: {negligible: 0},
        specialist: {trees: 1, network: {hidden: [4]}}},
       {type: regime-library, specialists: 3, active: {negligible: 0}, specialist: {trees: 1, network: {hidden: [4]}}},
       {type: committee, members: [no-change, majority-class]}]
      """;

  private static final Map<String, String> ADAPTIVE =
      adaptive(ALL_KINDS, "{trial: 50, period: 50}");

  /** What was the default then is spelled out, so that predictions are those of the library. */
  private static final Map<String, String> FIRST_ADAPTIVE =
      adaptive(
          "[" + FIRST_KINDS.replace("windows: [20, 50]", "windows: [20, 50], smoothing: 0.1") + "]",
          "never");

  private static final Map<String, String> PAPER =
      Map.of(
          "learner.preset", "paper-data",
          "learner.experts", "4",
          "learner.hidden", "[8]",
          "learner.batch-size", "16");

  private static Map<String, String> adaptive(String pool, String attendance) {
    return Map.of(
        "learner.preset", "adaptive",
        "learner.pool", pool,
        "learner.combination", "{type: top-k, experts: 4}",
        // one of each kind that goes with pauses
        "learner.gates", "[{type: mlp-nll, hidden: [6], batch-size: 8}, fixed-share]",
        "learner.lifecycle", "{window: 100}",
        "learner.attendance", attendance,
        "learner.label-memory", "never",
        "learner.calibration", "never");
  }

  /** All that a job of version 1 could choose. */
  private static final Map<String, String> FIRST_PAPER = Map.of("learner.preset", "paper-data");

  /** The newest first. The names cannot change: topics of these names are in the files. */
  static final List<GoldenSavepoint> ALL =
      List.of(
          new GoldenSavepoint("adaptive-3", ADAPTIVE, true), // version 8 of a saved mixture
          new GoldenSavepoint("paper-3", PAPER, true),
          new GoldenSavepoint("adaptive-2", ADAPTIVE, true), // version 7
          new GoldenSavepoint("paper-2", PAPER, true),
          new GoldenSavepoint("adaptive-1", ADAPTIVE, true), // version 6
          new GoldenSavepoint("paper-1", PAPER, true),
          // written in retrospect by the builds f53a5ac1, 026ba6fa, d97bca5e, 128d7d05 and
          // 10cc748c, the last of versions 5 to 1; with 1 to 4 a job dropped labels that were early
          // in event time, and version 1 had the presets of the paper only
          new GoldenSavepoint("adaptive-layout-5", ADAPTIVE, true),
          new GoldenSavepoint("paper-layout-5", PAPER, true),
          new GoldenSavepoint("adaptive-layout-4", ADAPTIVE, false),
          new GoldenSavepoint("adaptive-layout-3", ADAPTIVE, false),
          new GoldenSavepoint("adaptive-layout-2", FIRST_ADAPTIVE, false),
          new GoldenSavepoint("paper-layout-2", PAPER, false),
          new GoldenSavepoint("paper-layout-1", FIRST_PAPER, false));

  static GoldenSavepoint of(String name) {
    return ALL.stream().filter(golden -> golden.name.equals(name)).findFirst().orElseThrow();
  }

  /** Configuration of a job that can go on from it, besides broker, topics and order. */
  Map<String, String> options(int parallelism) {
    Map<String, String> keys = new HashMap<>(learner);
    keys.put("job.parallelism", Integer.toString(parallelism));
    keys.put("job.max-parallelism", Integer.toString(KEY_GROUPS));
    keys.put("models.live-bytes", Integer.toString(1 << 20)); // so that some are parked
    return keys;
  }

  /** Keeps a savepoint that was just taken. */
  void write(String savepoint, Path resources) throws IOException {
    Path folder = Path.of(URI.create(savepoint));
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.toList();
      if (found.size() != 1) {
        throw new IllegalStateException("not in one file: " + found);
      }
    }
    Files.createDirectories(resources);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(resources.resolve(name + ".gz")))) {
      Files.copy(folder.resolve(FILE), out);
    }
  }

  /** Makes a folder that a job can start from; its URI. */
  String unpack(Path into) throws IOException {
    Path folder = Files.createDirectories(into.resolve("golden-" + name));
    String resource = "/savepoints/" + name + ".gz";
    try (InputStream stored = GoldenSavepoint.class.getResourceAsStream(resource);
        InputStream in = new GZIPInputStream(Objects.requireNonNull(stored, resource))) {
      Files.copy(in, folder.resolve(FILE));
    }
    return folder.toUri().toString();
  }
}
