// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.StreamSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results by stream, learner and setting; streams and learners in the order they came in. */
final class Results {
  private final List<CellResult> all;
  private final List<String> streams;
  private final List<LearnerSpec> learners;
  private final List<Setting> settings;
  private final Map<Key, List<CellResult>> cells = new LinkedHashMap<>();

  private record Key(String stream, String learner, Setting setting) {}

  Results(List<CellResult> results) {
    this.all = List.copyOf(results);
    this.streams = all.stream().map(result -> result.cell().stream().name()).distinct().toList();
    Map<String, LearnerSpec> byName = new LinkedHashMap<>();
    for (CellResult result : all) {
      LearnerSpec spec = result.cell().learner();
      byName.putIfAbsent(spec.name(), spec);
      Key key = new Key(result.cell().stream().name(), spec.name(), Setting.of(result.cell()));
      cells.computeIfAbsent(key, unused -> new ArrayList<>()).add(result);
    }
    this.learners = List.copyOf(byName.values());
    this.settings =
        all.stream()
            .map(result -> Setting.of(result.cell()))
            .distinct()
            .sorted(
                Comparator.comparing((Setting setting) -> !setting.fixedDelay())
                    .thenComparing(setting -> setting.labels().trueTimes())
                    .thenComparing(setting -> !setting.labels().classDelays().isEmpty())
                    .thenComparing(
                        setting -> setting.labels().minDelay() + setting.labels().maxDelay()))
            .toList();
  }

  List<CellResult> all() {
    return all;
  }

  List<String> streams() {
    return streams;
  }

  List<LearnerSpec> learners() {
    return learners;
  }

  List<String> learnerNames() {
    return learners.stream().map(LearnerSpec::name).toList();
  }

  /**
   * Fixed delays in ascending order, then random ones, then those that depend on the class, then
   * recorded times.
   */
  List<Setting> settings() {
    return settings;
  }

  /** The setting of the tables that show one: labels at once if there is that. */
  Setting main() {
    return settings.stream()
        .filter(setting -> setting.labels().immediate())
        .findFirst()
        .orElseGet(
            () -> settings.isEmpty() ? new Setting(LabelArrival.IMMEDIATE, 1) : settings.get(0));
  }

  /** How labels came: in the tables that show one setting, and in that of late labels. */
  String labelWords() {
    Setting main = main();
    String others =
        settings.stream()
            .filter(setting -> !setting.equals(main))
            .map(Setting::words)
            .collect(Collectors.joining("; "));
    return main.words() + (others.isEmpty() ? "" : "; in the table of late labels also: " + others);
  }

  List<Long> seeds() {
    return all.stream().map(result -> result.cell().seed()).distinct().toList();
  }

  /** The seeds of those learners that ran with fewer than all, in the main setting. */
  Map<String, List<Long>> seedsOfFew() {
    Map<String, List<Long>> few = new LinkedHashMap<>();
    for (String learner : learnerNames()) {
      List<Long> seeds =
          streams.stream()
              .flatMap(stream -> runs(stream, learner).all().stream())
              .map(result -> result.cell().seed())
              .distinct()
              .toList();
      if (!seeds.isEmpty() && seeds.size() < seeds().size()) {
        few.put(learner, seeds);
      }
    }
    return few;
  }

  List<CellResult> failures() {
    return all.stream().filter(CellResult::failed).toList();
  }

  Runs runs(String stream, String learner, Setting setting) {
    return new Runs(cells.getOrDefault(new Key(stream, learner, setting), List.of()));
  }

  /** In the main setting. */
  Runs runs(String stream, String learner) {
    return runs(stream, learner, main());
  }

  /** Finished cells of a stream, whatever the setting. */
  List<CellResult> finishedOn(String stream) {
    return all.stream()
        .filter(result -> !result.failed() && result.cell().stream().name().equals(stream))
        .toList();
  }

  /** What a stream was in the first of its cells that finished. */
  Optional<CellResult.StreamFacts> facts(String stream) {
    return finishedOn(stream).stream().findFirst().map(CellResult::stream);
  }

  /** What a stream is and where it comes from. */
  String description(String stream) {
    return all.stream()
        .map(result -> result.cell().stream())
        .filter(source -> source.name().equals(stream))
        .findFirst()
        .map(StreamSource::description)
        .orElse("");
  }

  /** The stream's hash by seed; one entry when all seeds gave the same events, as a file does. */
  Map<Long, String> hashes(String stream) {
    Map<Long, String> bySeed = new LinkedHashMap<>();
    finishedOn(stream)
        .forEach(result -> bySeed.putIfAbsent(result.cell().seed(), result.stream().sha256()));
    if (bySeed.values().stream().distinct().count() == 1) {
      bySeed.keySet().retainAll(List.of(bySeed.keySet().iterator().next()));
    }
    return bySeed;
  }
}
