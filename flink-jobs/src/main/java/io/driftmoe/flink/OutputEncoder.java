// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.router.Alarm;
import io.driftmoe.router.Division;
import io.driftmoe.router.EarlyAlarm;
import io.driftmoe.router.EstimatedAccuracy;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.LabelQuestions;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.RandomAccess;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what the learner says into Kafka records, keyed by the model key. */
class OutputEncoder {
  /** Longest description of a drift event; it may name many attributes. */
  static final int DESCRIPTION_CHARACTERS = 500;

  /** Longest part of the input in one; it names up to three attributes. */
  static final int WHERE_CHARACTERS = 300;

  /** Specialists in a report, and the longest text of a region: attributes may have long names. */
  static final int MOST_REGIONS = 8;

  static final int REGION_CHARACTERS = 200;

  /** Longest name of a specialist, which is that of a path where committees hold committees. */
  static final int SPECIALIST_CHARACTERS = 200;

  /** Votes in a report, and the longest name of a class in one. */
  static final int MOST_VOTES = 16;

  static final int CLASS_CHARACTERS = 100;

  /** Longest reason why a branch was dropped, in a report. */
  static final int DROPPED_CHARACTERS = 200;

  /** Names of experts in a report; there may be one expert for each of many classes. */
  static final int MOST_NAMES = Division.MAX_EXPERTS;

  private static final long UNKNOWN = -1;

  private final SingleObjectCodec<PredictionEvent> predictions =
      SingleObjectCodec.of(PredictionEvent.class);
  private final SingleObjectCodec<DriftEvent> drifts = SingleObjectCodec.of(DriftEvent.class);
  private final SingleObjectCodec<MetricsEvent> metrics = SingleObjectCodec.of(MetricsEvent.class);
  private final List<String> classes;

  OutputEncoder(List<String> classes) {
    this.classes = classes;
  }

  OutputRecord prediction(
      SourceRecord.Features event, PendingPrediction prediction, long nowMicros) {
    PredictionEvent record =
        new PredictionEvent(
            event.modelKey(),
            event.eventId(),
            classes.get(prediction.predictedClass()),
            list(prediction.probabilities()),
            list(prediction.gateWeights()),
            prediction.modelVersion(),
            event.eventTime(),
            Math.max(0, nowMicros - event.receivedMicros()),
            names(prediction.predictionSet()),
            prediction.question().isPresent(),
            prediction.loadLevel());
    return new OutputRecord(key(event.modelKey()), predictions.encode(record));
  }

  private List<String> names(int[] labels) {
    return labels.length == 0 ? List.of() : Arrays.stream(labels).mapToObj(classes::get).toList();
  }

  /**
   * @param bringer the record that brought the label
   * @param state after it learned the label
   */
  OutputRecord alarm(SourceRecord.Keyed bringer, Alarm alarm, ModelState state) {
    MixtureOfExperts mixture = state.mixture;
    List<String> names = mixture.expertNames();
    List<String> affected =
        alarm.affected().stream().map(expert -> names.get(expert.expert())).toList();
    long version = mixture.version();
    long since = alarm.cut().map(cut -> Math.max(0, version - cut.since())).orElse(UNKNOWN);
    long sinceTime = since == UNKNOWN ? UNKNOWN : state.timeAfter(since);
    DriftEvent record =
        event(
            bringer,
            version,
            DriftKind.DRIFT,
            alarm.source() == Alarm.Source.MIXTURE ? "adwin" : "reference",
            null,
            null,
            AlarmText.of(alarm, names, sinceTime));
    alarm
        .cut()
        .ifPresent(
            cut -> {
              record.setSinceVersion(since);
              record.setErrorBefore(cut.meanBefore());
              record.setErrorSince(cut.meanSince());
              record.setFalseAlarmProbability(cut.delta());
            });
    record.setSinceTime(sinceTime);
    record.setWhere(ShortText.of(AlarmText.where(alarm.extent()), WHERE_CHARACTERS));
    record.setAffectedExperts(affected);
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  /**
   * @param event that showed it
   * @param state after it was predicted
   */
  OutputRecord earlyAlarm(SourceRecord.Keyed event, EarlyAlarm alarm, ModelState state) {
    long version = state.mixture.version();
    DriftEvent record =
        event(
            event,
            version,
            alarm.of() == EarlyAlarm.Of.INPUTS ? DriftKind.INPUT_DRIFT : DriftKind.OUTPUT_DRIFT,
            EarlyAlarmText.detector(alarm),
            null,
            null,
            EarlyAlarmText.of(alarm, version));
    record.setSinceVersion(alarm.sinceVersion());
    record.setFalseAlarmProbability(alarm.falseAlarmProbability());
    record.setWhere(ShortText.of(EarlyAlarmText.where(alarm.extent()), WHERE_CHARACTERS));
    return new OutputRecord(key(event.modelKey()), drifts.encode(record));
  }

  /** A drift event without what only alarms have. */
  private static DriftEvent event(
      SourceRecord.Keyed record,
      long modelVersion,
      DriftKind kind,
      String detector,
      @Nullable Integer expert,
      @Nullable String expertName,
      String description) {
    return new DriftEvent(
        record.modelKey(),
        record.eventId(),
        record.eventTime(),
        modelVersion,
        kind,
        detector,
        expert,
        expertName,
        ShortText.of(description, DESCRIPTION_CHARACTERS),
        UNKNOWN,
        (double) UNKNOWN,
        (double) UNKNOWN,
        (double) UNKNOWN,
        List.of(),
        UNKNOWN,
        "",
        UNKNOWN,
        "");
  }

  /**
   * @param bringer the record that brought the label
   * @param mixture that the expert is of
   */
  OutputRecord lifecycle(
      SourceRecord.Keyed bringer, ExpertEvent event, MixtureOfExperts mixture, long modelVersion) {
    LifecycleEvent what = event.event();
    DriftEvent record =
        event(
            bringer,
            modelVersion,
            kind(what.kind()),
            "expert",
            event.expert(),
            mixture.expertNames().get(event.expert()),
            what.member() < 0
                ? what.reason()
                : "member %s: %s"
                    .formatted(mixture.memberName(event.expert(), what.member()), what.reason()));
    return new OutputRecord(key(bringer.modelKey()), drifts.encode(record));
  }

  /**
   * @param record that was processed when it happened
   * @param mixture that the part is of
   */
  OutputRecord failure(
      SourceRecord.Keyed record, PartFailure failure, MixtureOfExperts mixture, long modelVersion) {
    boolean ofExpert = failure.part() == PartFailure.Part.EXPERT;
    DriftEvent event =
        event(
            record,
            modelVersion,
            DriftKind.FAIL,
            failure.part().name().toLowerCase(Locale.ROOT),
            ofExpert ? failure.position() : null,
            ofExpert ? mixture.expertNames().get(failure.position()) : null,
            Failures.describe(failure));
    return new OutputRecord(key(record.modelKey()), drifts.encode(event));
  }

  /**
   * @param modelKey of a model that is dropped
   * @param bringer the record for whose model there had to be room
   */
  OutputRecord dropped(
      String modelKey, ModelState state, SourceRecord.Keyed bringer, String reason) {
    DriftEvent record =
        event(bringer, state.mixture.version(), DriftKind.RETIRE, "models.max", null, null, reason);
    record.setModelKey(modelKey);
    return new OutputRecord(key(modelKey), drifts.encode(record));
  }

  private static DriftKind kind(LifecycleEvent.Kind kind) {
    return switch (kind) {
      case START -> DriftKind.START;
      case WARNING -> DriftKind.WARNING;
      case DRIFT -> DriftKind.DRIFT;
      case REPLACE -> DriftKind.REPLACE;
      case RETIRE -> DriftKind.RETIRE;
      case SLEEP -> DriftKind.SLEEP;
      case WAKE -> DriftKind.WAKE;
    };
  }

  /**
   * @param pending predictions that wait for their label
   * @param estimated accuracy of these; null where it is not known
   * @param losses under the model key so far
   * @param windowSize labels that the scores of the window are over
   * @param last whether the input has ended
   */
  MetricsEvent metrics(
      String modelKey,
      ModelState state,
      int pending,
      @Nullable EstimatedAccuracy estimated,
      LossCounts losses,
      int windowSize,
      boolean last)
      throws IOException {
    PrequentialEvaluator.Scores overall = state.mixture.evaluation().overall();
    PrequentialEvaluator.Scores window = state.mixture.evaluation().window();
    MetricsEvent event = new MetricsEvent();
    event.setModelKey(modelKey);
    event.setEventTime(state.lastEventTime);
    event.setEmittedAt(System.currentTimeMillis());
    event.setEvents(state.events);
    event.setLabels(overall.labels());
    event.setPendingPredictions(pending);
    event.setOrphanLabels(losses.of(LossCause.Loss.ORPHAN_LABELS));
    event.setExpiredPredictions(losses.of(LossCause.Loss.EXPIRED_PREDICTIONS));
    event.setLateEvents(losses.of(LossCause.Loss.LATE_EVENTS));
    event.setLosses(losses.byCause());
    event.setDriftEvents(state.driftEvents);
    event.setLifecycleEvents(state.lifecycleEvents);
    event.setAccuracy(overall.accuracy());
    event.setKappa(overall.kappa());
    event.setKappaM(overall.kappaM());
    event.setKappaT(overall.kappaT());
    event.setWindowSize(windowSize);
    event.setWindowAccuracy(window.accuracy());
    event.setWindowKappa(window.kappa());
    event.setWindowKappaM(window.kappaM());
    event.setWindowKappaT(window.kappaT());
    event.setGateEntropy(state.mixture.gateEntropy());
    event.setExpertShares(list(state.mixture.expertShares()));
    event.setSpecialistEvaluations(state.mixture.specialistEvaluations());
    List<String> names = state.mixture.expertNames();
    event.setExpertNames(names.size() <= MOST_NAMES ? names : List.of());
    event.setSpecialists(specialists(state.mixture, names));
    event.setExplained(explained(state, names));
    event.setModelVersion(state.mixture.version());
    event.setModelBytes(state.bytes());
    event.setFinalReport(last);
    event.setCoverage(state.mixture.coverage());
    event.setSetSize(state.mixture.meanSetSize());
    event.setEstimatedAccuracy(estimated == null ? UNKNOWN : estimated.accuracy());
    event.setEstimatedAccuracyError(estimated == null ? UNKNOWN : estimated.error());
    setAsked(event, state.questions());
    event.setBranches(branches(state));
    event.setFrozen(state.frozen);
    return event;
  }

  private static void setAsked(MetricsEvent event, @Nullable LabelQuestions questions) {
    event.setLabelsAsked(questions == null ? UNKNOWN : questions.asked());
    event.setCorrectedAccuracy(perCent(questions, LabelQuestions::accuracy));
    event.setCorrectedAccuracyError(perCent(questions, LabelQuestions::accuracyError));
    event.setCorrectedWindowAccuracy(perCent(questions, LabelQuestions::recentAccuracy));
  }

  private static double perCent(
      @Nullable LabelQuestions questions, Function<LabelQuestions, OptionalDouble> share) {
    OptionalDouble known = questions == null ? OptionalDouble.empty() : share.apply(questions);
    return known.isPresent() ? 100 * known.getAsDouble() : UNKNOWN;
  }

  private static List<BranchReport> branches(ModelState state) throws IOException {
    if (state.branches.isEmpty()) {
      return List.of();
    }
    List<BranchReport> reports = new ArrayList<>();
    for (Branch branch : state.branches.all()) {
      PairedTest test = branch.test();
      double share = branch.cpuShare();
      reports.add(
          new BranchReport(
              branch.name(),
              ShortText.of(branch.whyDropped(), DROPPED_CHARACTERS),
              branch.labels(),
              test.events(),
              branch.accuracy(),
              branch.championAccuracy(),
              test.negativeFlips(),
              test.positiveFlips(),
              test.logEvidence(),
              test.verdict().name(),
              Double.isNaN(share) ? UNKNOWN : share,
              branch.bytes()));
    }
    return reports;
  }

  private static List<SpecialistRegion> specialists(MixtureOfExperts mixture, List<String> names) {
    return mixture.specialistRegions(MOST_REGIONS).stream()
        .map(
            served ->
                new SpecialistRegion(
                    names.get(served.expert()),
                    ShortText.of(served.specialist(), SPECIALIST_CHARACTERS),
                    served.weight(),
                    ShortText.of(served.region(), REGION_CHARACTERS)))
        .toList();
  }

  /** The latest prediction, with what was said when it was made: nobody is asked again. */
  private @Nullable ExplainedPrediction explained(ModelState state, List<String> names) {
    ModelState.Told told = state.takeLatest();
    if (told == null) {
      return null;
    }
    PendingPrediction prediction = told.prediction();
    List<ExpertVote> votes =
        state.mixture.explain(prediction, MOST_VOTES).stream()
            .map(
                vote ->
                    new ExpertVote(
                        names.get(vote.expert()),
                        ShortText.of(vote.says(), CLASS_CHARACTERS),
                        vote.probability(),
                        vote.weight()))
            .toList();
    return new ExplainedPrediction(
        told.event().eventId(),
        told.event().eventTime(),
        prediction.modelVersion(),
        classes.get(prediction.predictedClass()),
        prediction.probabilities()[prediction.predictedClass()],
        votes);
  }

  OutputRecord encode(MetricsEvent event) {
    return new OutputRecord(key(event.getModelKey()), metrics.encode(event));
  }

  private static byte[] key(String modelKey) {
    return modelKey.getBytes(StandardCharsets.UTF_8);
  }

  /** A view: an event is written before anything changes. */
  private static List<Double> list(double[] values) {
    return new DoubleList(values);
  }

  private static final class DoubleList extends AbstractList<Double> implements RandomAccess {
    private final double[] values;

    private DoubleList(double[] values) {
      this.values = values;
    }

    @Override
    public Double get(int index) {
      return values[index];
    }

    @Override
    public int size() {
      return values.length;
    }
  }
}
