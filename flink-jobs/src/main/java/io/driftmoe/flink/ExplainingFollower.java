// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Attribution;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** Waits for one event, and looks behind its prediction. Of a replay of one model key. */
final class ExplainingFollower implements ReplayFollower {
  /** Ids that are told of the labels that were learned last. */
  private static final int LEARNED_LAST = 10;

  private final String eventId;
  private final List<String> classes;
  private final VariantModels models;
  private final Map<PendingPrediction, PendingPrediction[]> waiting = new WeakHashMap<>();

  /** Ids of events by their predictions. */
  private final Map<PendingPrediction, String> ids = new WeakHashMap<>();

  private final Deque<String> learnedLast = new ArrayDeque<>();
  private String modelKey = "";
  private @Nullable ReplayedMixture mixture;
  private volatile @Nullable ExplainedReplay found;

  ExplainingFollower(JobOptions options, String eventId, Map<String, JobOptions.Learner> variants) {
    this.eventId = eventId;
    this.classes = options.schema().classes();
    this.models = new VariantModels(options, variants);
  }

  @Override
  public void opened(ReplayedMixture opened) {
    mixture = opened;
  }

  @Override
  public void predicted(SourceRecord.Features event, PendingPrediction prediction) {
    if (found != null) {
      return;
    }
    MixtureOfExperts[] variants = models.of(event.modelKey());
    PendingPrediction[] said = new PendingPrediction[variants.length];
    for (int i = 0; i < variants.length; i++) {
      said[i] = variants[i].predict(event.values());
    }
    if (event.eventId().equals(eventId)) {
      found = explain(event, prediction, said);
    }
    waiting.put(prediction, said);
    ids.put(prediction, event.eventId());
  }

  private ExplainedReplay explain(
      SourceRecord.Features event, PendingPrediction prediction, PendingPrediction[] said) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int c = 0; c < classes.size(); c++) {
      probabilities.put(classes.get(c), prediction.probabilities()[c]);
    }
    List<ExplainedReplay.Said> others = new ArrayList<>();
    for (int i = 0; i < said.length; i++) {
      int predicted = said[i].predictedClass();
      others.add(
          new ExplainedReplay.Said(
              models.names().get(i), classes.get(predicted), said[i].probabilities()[predicted]));
    }
    return new ExplainedReplay(
        event.modelKey(),
        event.eventId(),
        event.eventTime(),
        prediction.modelVersion(),
        classes.get(prediction.predictedClass()),
        probabilities,
        attribution(prediction),
        List.copyOf(learnedLast),
        others,
        null);
  }

  private Attribution attribution(PendingPrediction prediction) {
    try {
      ReplayedMixture there = mixture;
      MixtureOfExperts model = there == null ? null : there.mixture(modelKey);
      if (model == null) {
        throw new IllegalStateException("no model has made a prediction");
      }
      return model.attribute(prediction);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(FailureMessage.of(e), e);
    }
  }

  @Override
  public void learned(PendingPrediction prediction, int label) {
    String id = ids.remove(prediction);
    learnedLast.addFirst(id == null ? "one of before" : id);
    if (learnedLast.size() > LEARNED_LAST) {
      learnedLast.removeLast();
    }
    PendingPrediction[] said = waiting.remove(prediction);
    if (said != null && found == null) {
      for (int i = 0; i < said.length; i++) {
        models.of(modelKey)[i].learn(said[i], label);
      }
    }
  }

  @Override
  public void at(KeyReplay replayed) {
    modelKey = replayed.modelKey();
  }

  @Override
  public boolean isDone() {
    return found != null;
  }

  /** What was found; null where the event was not predicted. */
  @Nullable ExplainedReplay explained(ReplayResult result) {
    ExplainedReplay one = found;
    if (one == null) {
      return null;
    }
    ReplayDifference difference =
        result.differences().isEmpty() ? null : result.differences().get(0);
    return new ExplainedReplay(
        one.modelKey(),
        one.eventId(),
        one.eventTime(),
        one.modelVersion(),
        one.predictedClass(),
        one.probabilities(),
        one.attribution(),
        one.learnedLast(),
        one.variants(),
        difference);
  }
}
