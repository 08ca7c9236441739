// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one cell came to: everything that tables and plots are made of. Kept as JSON beside the
 * tables, so that a finished cell need not run again.
 *
 * @param cell that ran
 * @param failure one line that says why it failed; null when it did not, else everything below but
 *     the provenance is null or empty
 * @param stream what the stream was
 * @param scores over all events
 * @param foldAccuracies accuracy of each copy of the learner on the events that tested it, in per
 *     cent; empty without cross-validation
 * @param cost of learning and predicting
 * @param series one point per window, in order of time; the last may cover fewer events
 * @param alarms the learner's own drift events, by index of the event that had been predicted last
 * @param experts which experts the gate trusted, window by window; null for learners without gate
 * @param detections first one entry for the learner's own alarms, if it is one that reports drifts,
 *     then one per detector of the cell; empty for streams without planted drifts
 * @param provenance how the result came about
 */
public record CellResult(
    Cell cell,
    @Nullable String failure,
    @Nullable StreamFacts stream,
    @Nullable Scores scores,
    List<Double> foldAccuracies,
    @Nullable Cost cost,
    List<Point> series,
    List<Long> alarms,
    @Nullable ExpertUse experts,
    List<Detection> detections,
    Provenance provenance) {

  /** Copies the lists. */
  public CellResult {
    foldAccuracies = List.copyOf(foldAccuracies);
    series = List.copyOf(series);
    alarms = List.copyOf(alarms);
    detections = List.copyOf(detections);
  }

  /** Whether the cell failed. */
  public boolean failed() {
    return failure != null;
  }

  /** Why the cell failed; empty when it did not. */
  public String reason() {
    return failure == null ? "" : failure;
  }

  /**
   * What the stream was.
   *
   * @throws IllegalStateException when the cell failed
   */
  @Override
  public StreamFacts stream() {
    return finished(stream);
  }

  /**
   * Scores over all events.
   *
   * @throws IllegalStateException when the cell failed
   */
  @Override
  public Scores scores() {
    return finished(scores);
  }

  /**
   * Cost of learning and predicting.
   *
   * @throws IllegalStateException when the cell failed
   */
  @Override
  public Cost cost() {
    return finished(cost);
  }

  private <T> T finished(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the cell failed: " + failure);
    }
    return part;
  }

  /**
   * A stream as it was run.
   *
   * @param name of the stream
   * @param events that were there
   * @param attributes number of attributes
   * @param classes their names, in order
   * @param drifts planted at known places, by position
   * @param sha256 over every event's values and label as the learner saw them, in hexadecimal
   */
  public record StreamFacts(
      String name,
      long events,
      int attributes,
      List<String> classes,
      List<Drift> drifts,
      String sha256) {}

  /**
   * A planted drift.
   *
   * @param position index of its centre
   * @param width events over which one concept gives way to the next, 1 for an abrupt one
   */
  public record Drift(long position, long width) {

    /** First event of the change. */
    public long start() {
      return Math.max(0, position - width / 2);
    }
  }

  /**
   * Scores over all events. Accuracies, kappas, F1 and calibration error in per cent.
   *
   * @param values by {@link ScoreMeasure#key}; a result that an earlier or a later version stored
   *     may have fewer or more of them
   * @param recovery for each planted drift the events until the accuracy had recovered; -1 when it
   *     had not before the next drift or the end
   */
  public record Scores(Map<String, Double> values, List<Long> recovery) {
    private static final String RECOVERY = "recovery";

    /** Copies both. */
    public Scores {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      recovery = List.copyOf(recovery);
    }

    /** From JSON, in which each value is a field of its own. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Scores of(LinkedHashMap<String, JsonNode> fields) {
      List<Long> recovery = new ArrayList<>();
      JsonNode recovered = fields.remove(RECOVERY);
      if (recovered != null) {
        recovered.forEach(events -> recovery.add(events.asLong()));
      }
      Map<String, Double> values = new LinkedHashMap<>();
      fields.forEach((measure, value) -> values.put(measure, value.asDouble()));
      return new Scores(values, recovery);
    }

    @JsonValue
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>(values);
      fields.put(RECOVERY, recovery);
      return fields;
    }

    /** Over all events; NaN where the result was stored before this was measured. */
    public double of(ScoreMeasure measure) {
      return values.getOrDefault(measure.key(), Double.NaN);
    }
  }

  /**
   * What the learner cost: its predictions and its learning, not the generator nor the scoring.
   *
   * @param cpuSeconds of the learner's thread; garbage collection and compilation not included
   * @param processCpuSeconds of the whole process meanwhile, garbage collection and compilation
   *     included; NaN where other runs shared the process
   * @param wallSeconds meanwhile
   * @param modelBytes of memory that the model held at the end, its fields followed object by
   *     object
   * @param allocatedBytes by the learner's thread
   * @param heapBytes that the heap was smaller by at the end once the model was let go, as the JVM
   *     reports it after collections: {@code modelBytes} by another way, less what the model shares
   *     with the stream. Null where it was not measured: in a shared process, and in results stored
   *     before it was
   */
  @JsonIgnoreProperties(ignoreUnknown = true) // a result stored by a later version stays readable
  public record Cost(
      double cpuSeconds,
      double processCpuSeconds,
      double wallSeconds,
      long modelBytes,
      long allocatedBytes,
      @Nullable Long heapBytes) {}

  /**
   * One window of the series.
   *
   * @param end index behind its last event
   * @param accuracy in the window, in per cent
   * @param kappaM in the window, in per cent
   */
  public record Point(long end, double accuracy, double kappaM) {}

  /**
   * Which experts the gate trusted over time.
   *
   * @param names of the experts, their kind and position; null in results stored before they had
   *     any
   * @param weight [windows x experts]: mean gate weight, each row sums to 1
   * @param trained [windows x experts]: share of the window's events the expert learned, 0 to 1
   * @param specialists inside of the experts; null when there are none, and in results stored
   *     before they were looked at
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ExpertUse(
      @Nullable List<String> names,
      List<List<Double>> weight,
      List<List<Double>> trained,
      @Nullable SpecialistUse specialists) {

    /** Name of the expert in this position: the position itself where it has none. */
    public String name(int expert) {
      return names == null ? Integer.toString(expert) : names.get(expert);
    }

    /**
     * Name of a specialist, such as {@code committee 4.0.7}: that of its expert, and what follows.
     */
    public String specialistName(String position) {
      int end = position.indexOf('.');
      return end < 0
          ? position
          : name(Integer.parseInt(position.substring(0, end))) + position.substring(end);
    }
  }

  /**
   * Which specialists served over time. Those of one gate, or of one library, share a weight of 1
   * in each event that their expert attends; in the others they have none, so that specialists of
   * an expert that sleeps all but vanish.
   *
   * @param evaluations specialists asked per learned event, on average
   * @param names position of the expert, then of what is inside of it, such as {@code 4.0.7}
   * @param weight [windows x specialists]: sum of the specialist's weights over the labels learned
   *     in the window, per event of the window
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SpecialistUse(double evaluations, List<String> names, List<List<Double>> weight) {}

  /**
   * How a detector did on the planted drifts.
   *
   * @param detector its name; "own" for the learner's own alarms
   * @param drifts planted
   * @param detected of them
   * @param falseAlarms alarms that belong to no drift
   * @param meanDelay events from the start of a drift to its first alarm, over the detected ones;
   *     NaN when there are none
   * @param meanTimeBetweenFalseAlarms events per false alarm where no drift was going on; NaN when
   *     there was no false alarm
   * @param prompt drifts detected within 1,000 events of their start; null in results stored before
   *     this was counted
   * @param quietEvents events at which no drift was going on; null likewise
   */
  public record Detection(
      String detector,
      int drifts,
      int detected,
      int falseAlarms,
      double meanDelay,
      double meanTimeBetweenFalseAlarms,
      @Nullable Integer prompt,
      @Nullable Long quietEvents) {

    /** Drifts that raised no alarm. */
    public int missed() {
      return drifts - detected;
    }
  }

  /**
   * How a result came about.
   *
   * @param command line that asked for it
   * @param configuration of the learner in full, its seed included
   * @param commit of the source code, with "-dirty" when the working tree differed; "unknown"
   *     outside of a checkout
   * @param jvm vendor and version
   * @param processor name and number of usable cores
   * @param started date and time, ISO 8601, UTC
   */
  public record Provenance(
      String command,
      String configuration,
      String commit,
      String jvm,
      String processor,
      String started) {}
}
