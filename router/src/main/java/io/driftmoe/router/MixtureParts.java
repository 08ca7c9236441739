// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.AdwinCut;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.gates.GateProduct;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MixtureOfExperts} predicts and learns with: gates, experts, detector. All of it
 * follows from configuration, schema and the lessons in their order, bit for bit; predictions leave
 * no trace in it. Until a part fails, which begins afresh.
 */
final class MixtureParts {
  // Parts of the mixture that draw from the configured seed.
  private static final int GATE_SEED = 0;
  private static final int EXPERT_SEED = 2;

  /** What draws the attendance from a prediction's own seed. */
  private static final long ATTENDANCE_SEED = 1;

  /** What draws the events that the label memory learns from a prediction's own seed. */
  private static final long LABELS_SEED = 2;

  private final StreamSchema schema;
  private final RoutingPolicy policy;
  private final GateProduct gates;
  private final ExpertPool pool;
  private final Guarded<DriftDetector> detector;
  private final Guarded<AlarmWatch> alarms;

  /** Null when experts are never replaced. */
  private final @Nullable Guarded<Lifecycle> lifecycle;

  /** Null when all experts attend all events. */
  private final @Nullable Guarded<Attendance> attendance;

  /** Null where probabilities are those of the mixture. */
  private final @Nullable Guarded<Calibrator> calibration;

  /** Null where the most probable class is predicted. */
  private final @Nullable Guarded<RecallChoice> choice;

  /** Null when predictions are those of the experts. */
  private final @Nullable Guarded<LastLabels> lastLabels;

  // Scratch of learn.
  private final boolean[] mask;
  private final boolean[] heard;
  private final boolean[] right;
  private final double[] likelihoods;
  private final double[] responsibilities;
  private final double[] lessons;
  private final double[] uncorrected;

  private final double largestEntropy;

  /** Which experts consist of specialists; null until somebody asks. */
  private boolean @Nullable [] specialists;

  /** Events learned so far. */
  private long version;

  private MixtureParts(
      StreamSchema schema,
      RoutingPolicy policy,
      GateProduct gates,
      ExpertPool pool,
      @Nullable Guarded<Lifecycle> lifecycle,
      @Nullable Guarded<Attendance> attendance,
      @Nullable Guarded<LastLabels> lastLabels,
      @Nullable Guarded<Calibrator> calibration,
      @Nullable Guarded<RecallChoice> choice,
      Guarded<DriftDetector> detector,
      Guarded<AlarmWatch> alarms,
      FailureGuard guard) {
    this.schema = schema;
    this.policy = policy;
    this.gates = gates;
    this.pool = pool;
    this.lifecycle = lifecycle;
    this.attendance = attendance;
    this.lastLabels = lastLabels;
    this.calibration = calibration;
    this.choice = choice;
    this.detector = detector;
    this.alarms = alarms;
    pool.guardWith(guard, this::replaced);
    this.mask = new boolean[pool.size()];
    this.heard = new boolean[pool.size()];
    this.right = new boolean[pool.size()];
    this.likelihoods = new double[pool.size()];
    this.responsibilities = new double[pool.size()];
    this.lessons = new double[pool.size()];
    this.uncorrected = new double[schema.classes()];
    this.largestEntropy = StrictMath.log(pool.size());
  }

  /** Parts that have learned nothing. */
  static MixtureParts create(
      MixtureConfig config, StreamSchema schema, DetectorFactory detectors, FailureGuard guard) {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    ExpertPool pool = ExpertPool.create(policy, SplitMix64.derive(config.seed(), EXPERT_SEED));
    long gateSeed = SplitMix64.derive(config.seed(), GATE_SEED);
    return new MixtureParts(
        schema,
        policy,
        GateProduct.create(
            GuardedGates.of(config.gates(), gateSeed, guard, null),
            new GateShape(schema, policy.experts()),
            gateSeed),
        pool,
        lifecycle(config, pool, schema, guard),
        attendance(config, pool, guard),
        lastLabels(config.labelMemory(), schema, guard),
        calibration(config, guard),
        choice(config, schema, guard),
        detector(detectors, detectors.create(), guard),
        alarms(schema, policy, guard),
        guard);
  }

  private static Guarded<DriftDetector> detector(
      DetectorFactory detectors, DriftDetector detector, FailureGuard guard) {
    return new Guarded<>(
        Part.DETECTOR, guard, detectors::create, DriftDetector::writeSnapshot, detector);
  }

  private static Guarded<AlarmWatch> alarms(
      StreamSchema schema, RoutingPolicy policy, FailureGuard guard) {
    Supplier<AlarmWatch> maker = () -> new AlarmWatch(schema, policy.experts());
    return new Guarded<>(Part.DETECTOR, guard, maker, AlarmWatch::writeSnapshot, maker.get());
  }

  private static @Nullable Guarded<Lifecycle> lifecycle(
      MixtureConfig config, ExpertPool pool, StreamSchema schema, FailureGuard guard) {
    if (!(config.lifecycle() instanceof Replacement.Windows windows)) {
      return null;
    }
    Supplier<Lifecycle> maker = () -> new Lifecycle(windows.lifecycle(), pool, schema.classes());
    return new Guarded<>(Part.LIFECYCLE, guard, maker, Lifecycle::writeSnapshot, maker.get());
  }

  private static @Nullable Guarded<Attendance> attendance(
      MixtureConfig config, ExpertPool pool, FailureGuard guard) {
    if (!(config.attendance() instanceof Sleeping.ByGain byGain)) {
      return null;
    }
    boolean[] costly = specialists(pool);
    Supplier<Attendance> maker = () -> new Attendance(byGain.attendance(), costly);
    return new Guarded<>(Part.ATTENDANCE, guard, maker, Attendance::writeSnapshot, maker.get());
  }

  /** Which experts consist of specialists. */
  private static boolean[] specialists(ExpertPool pool) {
    boolean[] specialists = new boolean[pool.size()];
    for (int e = 0; e < specialists.length; e++) {
      specialists[e] = pool.hasSpecialists(e);
    }
    return specialists;
  }

  private static @Nullable Guarded<LastLabels> lastLabels(
      LabelMemory memory, StreamSchema schema, FailureGuard guard) {
    if (!LastLabels.suits(memory, schema)) {
      return null;
    }
    Supplier<LastLabels> maker = () -> LastLabels.create(schema);
    return new Guarded<>(Part.LABEL_MEMORY, guard, maker, LastLabels::writeSnapshot, maker.get());
  }

  /** Labels that were saved are read in any case; they go on where they still count. */
  private static @Nullable Guarded<LastLabels> lastLabels(
      MixtureConfig config,
      LabelMemory saved,
      StreamSchema schema,
      FailureGuard guard,
      PartReader reader,
      DataInput in)
      throws IOException {
    Guarded<LastLabels> found = lastLabels(saved, schema, guard);
    if (found != null) {
      found.restore(reader, LastLabels::readSnapshot, in);
    }
    if (!LastLabels.suits(config.labelMemory(), schema)) {
      return null;
    }
    return found == null ? lastLabels(config.labelMemory(), schema, guard) : found;
  }

  private static @Nullable Guarded<Calibrator> calibration(
      MixtureConfig config, FailureGuard guard) {
    return config.calibration() == Calibration.NEVER ? null : calibrator(guard);
  }

  private static Guarded<Calibrator> calibrator(FailureGuard guard) {
    return new Guarded<>(
        Part.CALIBRATION, guard, Calibrator::new, Calibrator::writeSnapshot, new Calibrator());
  }

  private static @Nullable Guarded<RecallChoice> choice(
      MixtureConfig config, StreamSchema schema, FailureGuard guard) {
    Objective objective = config.objective();
    return objective == Objective.ACCURACY ? null : recallChoice(objective, schema, guard);
  }

  private static Guarded<RecallChoice> recallChoice(
      Objective objective, StreamSchema schema, FailureGuard guard) {
    Supplier<RecallChoice> maker = () -> new RecallChoice(objective, schema);
    return new Guarded<>(Part.CHOICE, guard, maker, RecallChoice::writeSnapshot, maker.get());
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param reader reads each part
   * @param version events that had been learned
   * @param watches what follows of what watches the stream
   * @param labelMemory that it was saved with
   */
  static MixtureParts restore(
      MixtureConfig config,
      StreamSchema schema,
      DetectorFactory detectors,
      FailureGuard guard,
      PartReader reader,
      long version,
      Watches watches,
      LabelMemory labelMemory,
      DataInput in)
      throws IOException {
    RoutingPolicy policy = RoutingPolicy.of(config.division(), schema);
    Guarded<DriftDetector> detector =
        detector(
            detectors,
            reader.read(in, Part.DETECTOR, 0, detectors::restore, detectors::create),
            guard);
    GateProduct gates =
        GateProduct.restore(
            GuardedGates.of(
                config.gates(), SplitMix64.derive(config.seed(), GATE_SEED), guard, reader),
            new GateShape(schema, policy.experts()),
            in);
    List<Integer> unread = new ArrayList<>();
    ExpertPool pool =
        ExpertPool.restore(
            policy,
            SplitMix64.derive(config.seed(), EXPERT_SEED),
            reader,
            unread::add,
            version,
            in);
    Guarded<Lifecycle> lifecycle = lifecycle(config, pool, schema, guard);
    if (lifecycle != null) {
      lifecycle.restore(reader, Lifecycle::readSnapshot, in);
    }
    Guarded<Attendance> attendance = attendance(config, pool, guard);
    if (attendance != null) {
      attendance.restore(reader, Attendance::readSnapshot, in);
    }
    Guarded<AlarmWatch> alarms = alarms(schema, policy, guard);
    if (watches != Watches.NONE) {
      alarms.restore(
          reader,
          watches == Watches.REFERENCE ? AlarmWatch::readReference : AlarmWatch::readSnapshot,
          in);
    }
    Guarded<LastLabels> lastLabels = lastLabels(config, labelMemory, schema, guard, reader, in);
    Guarded<Calibrator> calibration = calibration(config, guard);
    Guarded<RecallChoice> choice = choice(config, schema, guard);
    if (watches == Watches.GOALS) {
      if (in.readBoolean()) {
        Guarded<Calibrator> saved = calibration == null ? calibrator(guard) : calibration;
        saved.restore(reader, Calibrator::readSnapshot, in);
      }
      if (in.readBoolean()) {
        Guarded<RecallChoice> saved =
            choice == null ? recallChoice(Objective.BALANCED_ACCURACY, schema, guard) : choice;
        saved.restore(reader, RecallChoice::readSnapshot, in);
      }
    }
    MixtureParts parts =
        new MixtureParts(
            schema,
            policy,
            gates,
            pool,
            lifecycle,
            attendance,
            lastLabels,
            calibration,
            choice,
            detector,
            alarms,
            guard);
    parts.version = version;
    unread.forEach(parts::replaced);
    return parts;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    detector.writeSnapshot(out);
    gates.writeSnapshot(out);
    pool.writeSnapshot(out, version);
    if (lifecycle != null) {
      lifecycle.writeSnapshot(out);
    }
    if (attendance != null) {
      attendance.writeSnapshot(out);
    }
    alarms.writeSnapshot(out);
    if (lastLabels != null) {
      lastLabels.writeSnapshot(out);
    }
    out.writeBoolean(calibration != null);
    if (calibration != null) {
      calibration.writeSnapshot(out);
    }
    out.writeBoolean(choice != null);
    if (choice != null) {
      choice.writeSnapshot(out);
    }
  }

  /** See {@link io.driftmoe.core.Expert#unsavedBytes}; of all parts. */
  long unsavedBytes() throws IOException {
    long labels = lastLabels == null ? 0 : lastLabels.get().unsavedBytes();
    return pool.unsavedBytes() + alarms.get().unsavedBytes() + labels;
  }

  void computeWith(
      NetworkScope scope, @Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    gates.computeWith(backend, queue);
    boolean all = scope == NetworkScope.ALL;
    pool.computeWith(all ? backend : null, all ? queue : null);
  }

  List<NetworkShape> networkShapes(NetworkScope scope) {
    return scope == NetworkScope.ALL
        ? NetworkUser.shapesOf(List.of(gates, pool))
        : gates.networkShapes();
  }

  /** See {@link MixtureOfExperts#borrow}; to be said before each prediction. */
  void ask(@Nullable MixtureOfExperts common, @Nullable FeatureVector features) {
    pool.ask(common, features);
  }

  /**
   * Predicts.
   *
   * @param features as many as the schema has attributes
   * @param seed of the prediction
   * @param level of load, see {@link LoadLevels}
   */
  PendingPrediction predict(FeatureVector features, long seed, int level) {
    double[] weights = new double[pool.size()];
    gates.weigh(features, seed, weights);
    if (attendance != null) {
      choose(attendance, features, seed, weights);
    }
    int cut = policy.weighsVotes() ? level : LoadLevels.NONE; // else no vote is heard anyway
    if (cut > LoadLevels.NONE) {
      leaveOut(cut, weights);
    }
    boolean all = attendance == null && cut == LoadLevels.NONE;
    Votes votes = pool.vote(features, all ? null : weights, version);
    if (policy.weighsVotes()) {
      pool.withdraw(weights, version);
    }
    double[] probabilities = new double[schema.classes()];
    policy.combine(weights, votes, probabilities);
    double[] said = lastLabels == null ? LastLabels.SILENT : say(lastLabels, features, seed);
    correct(said, probabilities);
    int top = ArgMax.of(probabilities);
    double confidence = probabilities[top];
    if (calibration != null) {
      Calibrator.set(probabilities, top, calibrated(calibration, confidence));
    }
    int predicted = choice == null ? top : choose(choice, features, probabilities, top);
    return new PendingPrediction(
        features,
        probabilities,
        weights,
        votes,
        seed,
        version,
        said,
        confidence,
        predicted,
        null,
        null,
        cut);
  }

  private void leaveOut(int level, double[] weights) {
    boolean[] costly = specialists;
    if (costly == null) {
      costly = specialists(pool);
      specialists = costly;
    }
    boolean withdrawn = pool.withdraw(weights, version);
    LoadLevels.choose(level, costly, withdrawn || attendance != null, weights);
  }

  private static double calibrated(Guarded<Calibrator> calibration, double confidence) {
    Calibrator part = calibration.ready();
    try {
      double corrected = part.corrected(confidence);
      if (!FailureGuard.isProbability(corrected)) {
        throw new IllegalStateException("confidence was corrected to " + corrected);
      }
      return corrected;
    } catch (Throwable failure) { // errors too, see Containment
      calibration.beginAfresh("to correct probabilities", failure);
      return confidence;
    }
  }

  private static int choose(
      Guarded<RecallChoice> choice, FeatureVector features, double[] probabilities, int top) {
    RecallChoice part = choice.ready();
    try {
      return part.choose(features, probabilities);
    } catch (Throwable failure) { // errors too, see Containment
      choice.beginAfresh("to choose a class", failure);
      return top;
    }
  }

  private double[] say(Guarded<LastLabels> labels, FeatureVector features, long seed) {
    long chance = SplitMix64.derive(seed, LABELS_SEED);
    LastLabels part = labels.ready();
    try {
      return part.say(features, chance, version);
    } catch (Throwable failure) { // errors too, see Containment
      labels.beginAfresh("to say what follows the last labels", failure);
      return LastLabels.SILENT;
    }
  }

  private void correct(double[] said, double[] probabilities) {
    if (lastLabels == null || said.length == 0) {
      return;
    }
    System.arraycopy(probabilities, 0, uncorrected, 0, probabilities.length);
    LastLabels part = lastLabels.ready();
    try {
      part.correct(said, probabilities);
      FailureGuard.checkDistribution("corrected probabilities", probabilities);
    } catch (Throwable failure) { // errors too, see Containment
      lastLabels.beginAfresh("to correct a prediction", failure);
      System.arraycopy(uncorrected, 0, probabilities, 0, probabilities.length);
    }
  }

  /**
   * Tells what is behind a prediction.
   *
   * @param prediction of these parts as they are now
   * @param label class whose probability is explained
   * @param names of the experts
   * @param given the features as they are, where these parts read others
   */
  Attribution attribute(
      PendingPrediction prediction, int label, List<String> names, FeatureVector given) {
    double probability = prediction.probabilities()[label];
    Contributions sum = new Contributions(label, schema.features());
    List<Attribution.Vote> votes = new ArrayList<>();
    double[] shares = policy.shares(prediction.weights());
    boolean any = false;
    for (int e : ArgMax.falling(prediction.weights())) {
      double weight = prediction.weights()[e];
      if (weight > 0) {
        int choice = prediction.votes().choice(e);
        votes.add(vote(e, names.get(e), choice, prediction.votes().get(e, choice), weight));
      }
      if (shares[e] > 0) {
        any = true;
        int told = sum.votes().size();
        pool.attribute(e, prediction.features(), prediction.votes(), shares[e], sum);
        for (Contributions.Vote vote : sum.votes().subList(told, sum.votes().size())) {
          String name = names.get(e) + "." + vote.member();
          votes.add(vote(e, name, vote.says(), vote.probability(), vote.weight()));
        }
      }
    }
    combineAgain(prediction);
    // what the gates have predicted alone, or what last labels and calibration have changed
    sum.addUnattributed(any ? probability - uncorrected[label] : probability);
    return Attribution.of(schema, given, probability, sum, votes);
  }

  private Attribution.Vote vote(int e, String name, int says, double probability, double weight) {
    return new Attribution.Vote(name, policy.schemaOf(e).labels().name(says), probability, weight);
  }

  private void choose(
      Guarded<Attendance> attendance, FeatureVector features, long seed, double[] weights) {
    long chance = SplitMix64.derive(seed, ATTENDANCE_SEED);
    Attendance part = attendance.ready();
    try {
      part.choose(chance, weights);
    } catch (Throwable failure) { // errors too, see Containment
      attendance.beginAfresh("to choose who attends", failure);
      gates.weigh(features, seed, weights); // half of them may have been taken away
      attendance.get().choose(chance, weights);
    }
  }

  /** Entropy of the weights of all experts over its maximum, 0 to 1. */
  double normalisedEntropy(double[] weights) {
    if (weights.length == 1) {
      return 0;
    }
    double nats = 0;
    for (double weight : weights) {
      nats -= weight > 0 ? weight * StrictMath.log(weight) : 0;
    }
    return Math.max(0, nats) / largestEntropy;
  }

  /**
   * Detects and trains, in this order; see {@link MixtureOfExperts#learn}.
   *
   * @param fleet the model in common, which is told of the last labels; null for none
   */
  StepReport learn(PendingPrediction prediction, int label, @Nullable MixtureOfExperts fleet) {
    // what is learned is the same under every objective
    boolean wrong = prediction.mostProbable() != label;
    DriftLevel level = detect(wrong ? 1 : 0);
    Votes votes = prediction.votes();
    for (int e = 0; e < likelihoods.length; e++) {
      int wanted = policy.labelFor(e, label);
      likelihoods[e] = votes.get(e, wanted);
      heard[e] = isHeard(prediction, e);
      right[e] = heard[e] && votes.choice(e) == wanted;
    }
    Optional<Alarm> alarm = watch(level, prediction, label, wrong);

    policy.correctness(votes, label, mask);
    Outcome outcome = new Outcome(mask, likelihoods, responsibilities, heard, votes.classes());
    outcome.divide(prediction.weights());
    boolean stepped = gates.learn(prediction.features(), prediction.dropoutSeed(), outcome);
    List<ExpertEvent> events = new ArrayList<>(0);
    policy.select(prediction.weights(), lessons);
    withhold(prediction);
    if (attendance != null) {
      attend(attendance, level, prediction, outcome, events);
    }
    int trained = pool.learn(prediction.features(), label, lessons, version);
    remember(prediction, label, fleet);
    learnGoals(prediction, label);
    version++;
    changes(prediction, label, events);
    boolean correct = prediction.predictedClass() == label;
    return new StepReport(correct, level, alarm, stepped, trained, version, events);
  }

  /**
   * No lesson for an expert that had nothing to vote for, or was left out because of load. The
   * prediction decides, and not what is lent now: who repeats lessons is lent nothing.
   */
  private void withhold(PendingPrediction prediction) {
    for (int e = 0; e < lessons.length; e++) {
      boolean mayBeUnasked = pool.isLent(e) || prediction.loadLevel() > LoadLevels.NONE;
      if (mayBeUnasked && prediction.weights()[e] == 0) {
        lessons[e] = 0;
      }
    }
  }

  /** Probabilities and choice learn what they were, beside everything else. */
  private void learnGoals(PendingPrediction prediction, int label) {
    if (calibration != null) {
      Calibrator part = calibration.ready();
      try {
        part.learn(
            prediction.confidence(), prediction.mostProbable() == label, prediction.weight());
      } catch (Throwable failure) { // errors too, see Containment
        calibration.beginAfresh("to learn how sure to be", failure);
      }
    }
    if (choice != null) {
      RecallChoice part = choice.ready();
      try {
        part.learn(prediction.features(), prediction.distribution(), label);
      } catch (Throwable failure) { // errors too, see Containment
        choice.beginAfresh("to learn which class to choose", failure);
      }
    }
  }

  private DriftLevel detect(double error) {
    DriftDetector part = detector.ready();
    try {
      return detect(part, error);
    } catch (Throwable failure) { // errors too, see Containment
      detector.beginAfresh("to detect drift", failure);
      return DriftLevel.STABLE;
    }
  }

  private static DriftLevel detect(DriftDetector detector, double error) {
    DriftLevel level = detector.update(error);
    // fewer errors than before: that is learning
    return level == DriftLevel.DRIFT && !detector.errorRose() ? DriftLevel.STABLE : level;
  }

  private Optional<Alarm> watch(
      DriftLevel level, PendingPrediction prediction, int label, boolean wrong) {
    boolean drift = level == DriftLevel.DRIFT;
    Optional<AdwinCut> cut = detector.get() instanceof Adwin adwin ? adwin.cut() : Optional.empty();
    AlarmWatch part = alarms.ready();
    try {
      return part.observe(drift, cut, prediction.features(), label, wrong, right, heard);
    } catch (Throwable failure) { // errors too, see Containment
      alarms.beginAfresh("to watch the stream", failure);
      return Optional.empty();
    }
  }

  /**
   * Whether the one now in place e had a say in a prediction: a late label finds votes of experts
   * that have been replaced since, and an expert that slept, or had nothing to vote for, has none.
   */
  private boolean isHeard(PendingPrediction prediction, int e) {
    return prediction.modelVersion() >= pool.since(e)
        && (wereAllAsked(prediction) && !pool.isLent(e) || prediction.weights()[e] > 0);
  }

  private boolean wereAllAsked(PendingPrediction prediction) {
    return attendance == null && prediction.loadLevel() == LoadLevels.NONE;
  }

  private void attend(
      Guarded<Attendance> attendance,
      DriftLevel level,
      PendingPrediction prediction,
      Outcome outcome,
      List<ExpertEvent> events) {
    Attendance part = attendance.ready();
    try {
      attend(part, level, prediction, outcome, events);
    } catch (Throwable failure) { // errors too, see Containment
      attendance.beginAfresh("to judge who attends", failure);
    }
  }

  private void attend(
      Attendance attendance,
      DriftLevel level,
      PendingPrediction prediction,
      Outcome outcome,
      List<ExpertEvent> events) {
    if (level == DriftLevel.DRIFT) {
      attendance.startTrial(events);
    }
    attendance.observe(prediction.weights(), outcome, events);
    // no lesson for experts that sleep, unless they attended the prediction
    for (int e = 0; e < lessons.length; e++) {
      if (prediction.weights()[e] == 0 && attendance.isAsleep(e)) {
        lessons[e] = 0;
      }
    }
  }

  /** Fills what the experts predicted, before the last labels corrected it. */
  private void combineAgain(PendingPrediction prediction) {
    Arrays.fill(uncorrected, 0);
    policy.combine(prediction.weights(), prediction.votes(), uncorrected);
  }

  private void remember(PendingPrediction prediction, int label, @Nullable MixtureOfExperts fleet) {
    if (lastLabels == null) {
      return;
    }
    double[] said = prediction.saidOfLabels();
    if (said.length > 0) {
      combineAgain(prediction);
    }
    LabelLesson lesson;
    LastLabels part = lastLabels.ready();
    FeatureVector features = prediction.features();
    long predicted = prediction.modelVersion();
    try {
      lesson = part.lesson(features, label, predicted, said, uncorrected, version);
      part.learn(features, label, lesson, version);
    } catch (Throwable failure) { // errors too, see Containment
      lastLabels.beginAfresh("to take a label", failure);
      return;
    }
    if (fleet != null && lesson != null) {
      fleet.teach(lesson);
    }
  }

  /** Begins with what a fleet knows of labels; nothing has been learned yet. */
  void inherit(FleetLabels fleet) {
    if (lastLabels != null) {
      lastLabels.run("to begin with what a fleet knows", part -> part.inherit(fleet));
    }
  }

  private void changes(PendingPrediction prediction, int label, List<ExpertEvent> events) {
    for (int e = 0; e < pool.size(); e++) {
      if (lessons[e] > 0) {
        List<LifecycleEvent> latest = pool.latestEvents(e, version);
        for (int i = 0; i < latest.size(); i++) { // mostly none: no iterator for that
          events.add(new ExpertEvent(e, latest.get(i)));
        }
      }
    }
    if (lifecycle == null) {
      return;
    }
    for (int e = 0; version == 1 && e < pool.size(); e++) {
      events.add(event(e, Kind.START, "the mixture starts with " + pool.factoryOf(e)));
    }
    boolean ended =
        lifecycle.call(
            "to take note of an event",
            part -> part.observe(prediction, label, lessons, heard),
            false);
    if (ended) {
      for (int e = 0; e < pool.size(); e++) {
        Optional<String> reason = verdict(lifecycle, e);
        if (reason.isPresent()) {
          pool.replace(e, version);
          replaced(e);
          events.add(event(e, Kind.RETIRE, reason.get()));
          events.add(event(e, Kind.START, "takes the place of the expert that was retired"));
        }
      }
      lifecycle.run("to start a window", Lifecycle::startWindow);
    }
  }

  /** Why an expert has to go; empty when it may stay. */
  private static Optional<String> verdict(Guarded<Lifecycle> lifecycle, int e) {
    return lifecycle.call(
        "to judge an expert", part -> Optional.ofNullable(part.verdict(e)), Optional.empty());
  }

  /** Another expert is in place e. */
  private void replaced(int e) {
    gates.replaced(e);
    if (lifecycle != null) {
      lifecycle.run("to forget an expert", part -> part.replaced(e));
    }
    if (attendance != null) {
      attendance.run("to forget an expert", part -> part.replaced(e));
    }
    alarms.run("to forget an expert", part -> part.replaced(e));
  }

  private static ExpertEvent event(int expert, Kind kind, String reason) {
    return new ExpertEvent(expert, new LifecycleEvent(kind, -1, reason));
  }

  /**
   * Checks a lesson before anything changes.
   *
   * @throws IllegalArgumentException when the label is not a class of the schema or the prediction
   *     has other sizes
   */
  void check(PendingPrediction prediction, int label) {
    Objects.requireNonNull(prediction, "prediction");
    if (label < 0 || label >= schema.classes()) {
      throw new IllegalArgumentException(
          "label must be a class from 0 to %s, got %s".formatted(schema.classes() - 1, label));
    }
    if (prediction.features().size() != schema.features()
        || prediction.classes() != schema.classes()
        || prediction.weights().length != pool.size()
        || prediction.votes().experts() != pool.size()
        || prediction.votes().classes() != pool.classes()) {
      throw new IllegalArgumentException(
          "prediction has %s features, %s classes and %s experts, this mixture %s, %s and %s"
              .formatted(
                  prediction.features().size(),
                  prediction.classes(),
                  prediction.weights().length,
                  schema.features(),
                  schema.classes(),
                  pool.size()));
    }
  }

  long version() {
    return version;
  }

  ExpertPool pool() {
    return pool;
  }

  GateProduct gates() {
    return gates;
  }

  DriftDetector detector() {
    return detector.get();
  }

  /** Empty when predictions are those of the experts. */
  Optional<LastLabels> lastLabels() {
    return Optional.ofNullable(lastLabels).map(Guarded::get);
  }

  /** Whether expert e attends; empty where all experts attend all events. */
  Optional<MixtureDescription.OfAttendance> attendance(int e) {
    return Optional.ofNullable(attendance)
        .map(Guarded::get)
        .map(part -> new MixtureDescription.OfAttendance(part.isAsleep(e), part.gain(e)));
  }
}
