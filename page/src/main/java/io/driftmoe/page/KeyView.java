// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is kept of one model, in bounded memory. */
final class KeyView {
  /** Causes of losses that are shown. */
  private static final int CAUSES = 12;

  private static final double SECOND = 1e3;

  private final String key;
  private final Series series = new Series();
  private final Changes changes = new Changes();
  private final FamilyWeights weights = new FamilyWeights();
  private final DriftStories stories;
  private final LatestPredictions predictions = new LatestPredictions();
  private final SpecialistView specialists = new SpecialistView();
  private final BranchView branches = new BranchView();
  private final BranchSwitches switches = new BranchSwitches();
  private @Nullable MetricsEvent report;
  private double rate = Double.NaN;
  private long heardNanos;
  private int wentBack;

  /**
   * @param planted drifts, by position; may grow
   * @param now of {@link System#nanoTime}
   */
  KeyView(String key, List<PlantedChange> planted, long now) {
    this.key = key;
    this.stories = new DriftStories(planted);
    this.heardNanos = now;
  }

  String key() {
    return key;
  }

  /** Kappa-M in the window, by which models are compared; NaN where it is not known. */
  double score() {
    return report == null || report.getLabels() == 0 ? Double.NaN : report.getWindowKappaM();
  }

  /** When something was last heard of it, of {@link System#nanoTime}. */
  long heardNanos() {
    return heardNanos;
  }

  /** The last drift, where there was one. */
  @Nullable DriftStory lastStory() {
    return stories.last();
  }

  void prediction(PredictionEvent event, long now) {
    heardNanos = now;
    weights.add(event.getGateWeights());
    predictions.add(SampledPrediction.of(event));
  }

  void change(ExpertChange change, long now) {
    heardNanos = now;
    switches.add(change);
    if (changes.add(change) && change.isAlarm()) {
      stories.alarm(change, series, windowSize());
    }
  }

  void report(MetricsEvent next, long now) {
    heardNanos = now;
    MetricsEvent former = report;
    if (former != null) {
      double seconds = ((double) next.getEmittedAt() - former.getEmittedAt()) / SECOND;
      long events = next.getEvents() - former.getEvents();
      // a clock that jumps and a job that goes back make no rate
      if (seconds > 0 && events >= 0) {
        rate = events / seconds;
      }
      if (events >= 0 && next.getModelVersion() < former.getModelVersion()) {
        series.clear(); // a branch that has learned less is the model now, and nothing went back
      }
    }
    report = next;
    next.setLosses(Map.copyOf(shortened(next.getLosses())));
    specialists.report(next.getSpecialists());
    next.setSpecialists(List.of()); // kept by their views
    branches.report(next.getBranches());
    next.setBranches(List.of());
    ExplainedPrediction explained = next.getExplained();
    next.setExplained(null);
    if (next.getLabels() > 0) {
      addPoint(next);
    }
    if (explained != null) {
      predictions.explain(explained);
    }
  }

  private void addPoint(MetricsEvent next) {
    Series.Added added =
        series.add(
            new Series.Point(
                next.getModelVersion(),
                next.getEmittedAt(),
                next.getWindowAccuracy(),
                next.getWindowKappaM(),
                changes.takeReplaced(),
                weights.first(Series.FAMILIES),
                Expectation.of(next)));
    if (added == Series.Added.WENT_BACK) {
      wentBack++;
      // drift events that the job sends again are known, unless it is another model
      if (series.size() == 1) {
        stories.clear();
        changes.clear();
        switches.clear();
        predictions.clear();
      }
    }
    stories.point(series, windowSize());
  }

  private static Map<String, Long> shortened(Map<String, Long> losses) {
    Map<String, Long> kept = new LinkedHashMap<>();
    losses.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(CAUSES)
        .forEach(entry -> kept.put(ShownText.id(entry.getKey()), entry.getValue()));
    return kept;
  }

  private long windowSize() {
    return report == null ? 0 : report.getWindowSize();
  }

  /** One line in the list of models. */
  ObjectNode toLine(ObjectNode json, long now) {
    json.put("key", key);
    json.put("quietSeconds", Math.max(0, (now - heardNanos) / 1_000_000_000L));
    MetricsEvent latest = report;
    if (latest == null) {
      json.put("reported", false);
      return json;
    }
    json.put("reported", true);
    json.put("events", latest.getEvents());
    json.put("labels", latest.getLabels());
    json.put("waiting", latest.getPendingPredictions());
    json.put("orphans", latest.getOrphanLabels());
    json.put("expired", latest.getExpiredPredictions());
    json.put("drifts", latest.getDriftEvents());
    json.put("bytes", latest.getModelBytes());
    json.put("windowSize", latest.getWindowSize());
    json.put("ended", latest.getFinalReport());
    json.put("frozen", latest.getFrozen());
    boolean scored = latest.getLabels() > 0;
    Numbers.put(json, "accuracy", scored ? latest.getWindowAccuracy() : Double.NaN);
    Numbers.put(json, "kappaM", score());
    Numbers.put(json, "overall", scored ? latest.getAccuracy() : Double.NaN);
    Expectation.of(latest).toJson(json);
    Numbers.put(json, "eventsPerSecond", rate);
    // Little's law: what waits is the delay times what comes
    Numbers.put(
        json, "labelDelaySeconds", rate > 0 ? latest.getPendingPredictions() / rate : Double.NaN);
    Numbers.put(json, "specialists", latest.getSpecialistEvaluations());
    return json;
  }

  /** All of it. */
  ObjectNode toDetail(ObjectNode json, PageSettings settings, long now) {
    toLine(json, now);
    json.put("wentBack", wentBack);
    series.toJson(json.putObject("series"));
    stories.toJson(json.putArray("stories"));
    changes.toJson(json, settings);
    switches.toJson(json.putArray("switches"));
    putFamilies(json.putArray("families"), settings);
    specialists.toJson(json.putArray("specialists"));
    branches.toJson(json.putArray("branches"));
    predictions.toJson(json.putArray("predictions"), settings);
    putLatency(json);
    ObjectNode losses = json.putObject("losses");
    MetricsEvent latest = report;
    if (latest != null) {
      latest.getLosses().forEach(losses::put);
    }
    return json;
  }

  private void putFamilies(ArrayNode json, PageSettings settings) {
    for (int e = 0; e < weights.size(); e++) {
      ObjectNode family = json.addObject().put("name", settings.expert(e));
      Numbers.put(family, "weight", weights.mean(e));
      family.put("asleep", changes.isAsleep(e));
    }
  }

  private void putLatency(ObjectNode json) {
    long[] micros = predictions.latencies();
    json.put("latencyMicros", micros.length == 0 ? -1 : micros[micros.length / 2]);
  }

  /** The lowest score first, those without one last. */
  static Comparator<KeyView> worstFirst() {
    return Comparator.comparingDouble(KeyView::score).thenComparing(KeyView::key);
  }
}
